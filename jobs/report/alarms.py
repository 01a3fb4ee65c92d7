"""What somebody has to know in the morning: lists that are late for their channels, and lists that no channel acknowledged."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from expectations.channels import CHANNELS
from expectations.dates import ZONE
from expectations.errors import ChudianError, teach
from expectations.tables.mkt_contact import MKT_CONTACT
from expectations.tables.ops import OPS_RUN
from expectations.tables.ops_alarm import OPS_ALARM
from jobs.report.night_lists import lists_on
from jobs.runtime.lake import Lake


@dataclass(frozen=True)
class Alarm:
    """An alarm of a night; `kind` is one of ALARMS."""

    kind: str
    text: str


class AlarmError(ChudianError):
    """Something that somebody has to know is wrong; nobody was told before. It has the night and its alarms."""

    def __init__(self, on: date, new: Sequence[Alarm]) -> None:
        """Name every alarm."""
        cure = f"see chudian lists {on} and the night's report; ask the channel about lists that it does not acknowledge."
        super().__init__(teach(f"Alarms of {on}", [one.text for one in new], cure))
        self.on, self.new = on, new


def alarms(lake: Lake, on: date, at: datetime) -> list[Alarm]:
    """Return what is wrong at that time, of the night `on`."""
    return [*_late(lake, on, at), *_unacknowledged(lake, on)]


def raise_new(lake: Lake, on: date, at: datetime) -> None:
    """Raise AlarmError with the alarms of the night that nobody was told of. Call `record` when somebody was."""
    known = {(row["kind"], row["text"]) for row in lake.log(OPS_ALARM, business_date=on)}
    new = [one for one in alarms(lake, on, at) if (one.kind, one.text) not in known]
    if new:
        raise AlarmError(on, new)


def record(lake: Lake, told: AlarmError, at: datetime) -> None:
    """Record alarms that somebody was told of, so that they are not raised again."""
    lake.records.append(OPS_ALARM, [{"business_date": told.on, "kind": of.kind, "text": of.text, "raised_at": at} for of in told.new])


def _late(lake: Lake, on: date, at: datetime) -> Iterator[Alarm]:
    day = on + timedelta(days=1)
    due = {name for name, of in CHANNELS.items() if datetime.combine(day, of.publish_by, ZoneInfo(ZONE)) <= at}
    if due and lake.publications.snapshot(MKT_CONTACT, on) is None:
        first = min(CHANNELS[name].publish_by for name in due)
        yield Alarm("late", f"the lists of {on} are not published; the first channels needed them by {first:%H:%M}")
        return
    for found in lists_on(lake, on) if due else ():
        if found.channel in due and found.state != "complete":
            name = f"{found.channel}/{found.scenario}/{found.step}"
            yield Alarm("late", f"list {name} is {found.state}; its channel needed it by {CHANNELS[found.channel].publish_by:%H:%M}")


def _unacknowledged(lake: Lake, on: date) -> Iterator[Alarm]:
    """Take them from the newest run of check_acknowledgements, which has read what the channels report."""
    runs = [row for row in lake.log(OPS_RUN, business_date=on) if row["job"] == "check_acknowledgements" and row["state"] == "done"]
    newest = max(runs, key=lambda row: row["started_at"], default=None)
    yield from (Alarm("unacknowledged", text) for text in (newest["warnings"] or () if newest else ()))
