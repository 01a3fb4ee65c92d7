"""What somebody has to know in the morning: lists that are late for their channels, and lists that no channel acknowledged."""

from collections.abc import Iterator
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


class AlarmError(ChudianError):
    """Something that somebody has to know is wrong; nobody was told before."""


@dataclass(frozen=True)
class Alarm:
    """An alarm of a night; `kind` is one of ALARMS."""

    kind: str
    text: str


def alarms(lake: Lake, on: date, at: datetime) -> list[Alarm]:
    """Return what is wrong at that time, of the night `on`."""
    return [*_late(lake, on, at), *_unacknowledged(lake, on)]


def raise_new(lake: Lake, on: date, at: datetime) -> None:
    """Record the alarms of the night that were not raised before. AlarmError names them."""
    known = {(row["kind"], row["text"]) for row in lake.log(OPS_ALARM, business_date=on)}
    new = [one for one in alarms(lake, on, at) if (one.kind, one.text) not in known]
    if new:
        lake.records.append(OPS_ALARM, [{"business_date": on, "kind": one.kind, "text": one.text, "raised_at": at} for one in new])
        cure = f"see chudian lists {on} and the night's report; ask the channel about lists that it does not acknowledge."
        raise AlarmError(teach(f"Alarms of {on}", [one.text for one in new], cure))


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
