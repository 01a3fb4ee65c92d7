"""The lists of a night: those in the outbox compared with those that were decided."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from expectations.dates import ZONE
from expectations.tables.rpt_funnel import RPT_FUNNEL
from jobs.publish.held import waiting
from jobs.publish.key import Key
from jobs.publish.outbox import OK, manifests
from jobs.runtime.lake import Lake

# A list that is later or earlier than this was made on another day than its own.
MOST_MINUTES = 24 * 60
State = Literal["complete", "not complete", "not written", "held"]


@dataclass(frozen=True)
class NightList:
    """A list of the night: `decided` contacts, and `rows` contacts that are in files by the manifest.

    `decided` is None before decisions are counted. A list that is not written has no rows and no files. A list that is held
    waits for somebody to approve it.
    """

    channel: str
    scenario: str
    step: str
    state: State
    decided: int | None = None
    rows: int = 0
    files: int = 0
    valid: str = ""
    publish_by: str = ""
    # Minutes from the .ok to the hour by which the channel needs the list; below 0 it is late.
    slack: int | None = None


def lists_on(lake: Lake, on: date) -> list[NightList]:
    """Return every list of the night."""
    held = [Key(row["channel"], row["scenario"], row["step"]) for row in waiting(lake, on)]
    return night_lists(lake.settings.outbox, on, lake.log(RPT_FUNNEL, business_date=on), held)


def night_lists(outbox: Path, on: date, counted: Iterable[Mapping[str, Any]], held: Collection[Key] = ()) -> list[NightList]:
    """Return every list that is in the outbox, was decided or is `held`; `counted` are the night's rows of rpt.funnel."""
    rows_counted = list(counted)
    decided: Counter[tuple[str, str, str]] = Counter()
    for row in rows_counted:
        if row["stage"] == "listed":
            decided[row["channel"], row["scenario"], row["step"]] += row["rows"]
    found = []
    for folder, manifest, is_complete in manifests(outbox, on):
        key = manifest["channel"], manifest["scenario"], manifest["step"]
        files = [file for file in manifest["files"] if file["file"]]
        found.append(
            NightList(
                *key,
                state="complete" if is_complete else "held" if key in held else "not complete",
                decided=decided.pop(key, 0 if rows_counted else None),
                rows=sum(file["rows"] - file.get("seeds", 0) for file in files),
                files=len(files),
                valid=f"{manifest['valid_from']} to {manifest['valid_to']}",
                publish_by=manifest["publish_by"],
                slack=_slack(folder / OK, manifest["publish_by"], on) if is_complete else None,
            )
        )
    named = {(of.channel, of.scenario, of.step) for of in found} | decided.keys()
    found += [NightList(*key, state="held", decided=0 if rows_counted else None) for key in held if key not in named]
    found += [NightList(*key, state="held" if key in held else "not written", decided=rows) for key, rows in decided.items()]
    return sorted(found, key=lambda of: (of.channel, of.scenario, of.step))


def _slack(ok: Path, publish_by: str, on: date) -> int | None:
    """Return the minutes between the list's .ok and its hour. None for a night that was run on another day: its hour has no meaning."""
    needed = datetime.combine(on + timedelta(days=1), time.fromisoformat(publish_by), ZoneInfo(ZONE))
    minutes = round((needed - datetime.fromtimestamp(ok.stat().st_mtime, ZoneInfo(ZONE))).total_seconds() / 60)
    return minutes if abs(minutes) <= MOST_MINUTES else None
