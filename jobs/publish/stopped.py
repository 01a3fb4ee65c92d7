"""Scenarios and channels that are stopped: `chudian stop NAME`, `chudian resume NAME`."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from expectations.channels import CHANNELS
from expectations.errors import ChudianError, unknown
from expectations.tables.mkt_contact import MKT_CONTACT
from expectations.tables.ops_stop import OPS_STOP
from jobs.runtime.access_log import user
from jobs.runtime.job_run import JobRun
from jobs.runtime.lake import Lake
from jobs.runtime.publications import FIRST_NIGHT
from jobs.runtime.unapproved import waiting
from scenarios.library import SCENARIOS

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

# Kind and name: ("scenario", "c10_data_without_plan").
Stopped = Mapping[tuple[str, str], Mapping[str, Any]]


class StopError(ChudianError):
    """Nothing has the name, it is in that state already, or no reason is given."""


def stopped(lake: Lake, on: date) -> Stopped:
    """Return what is stopped for the lists of business date `on`, each with the row of ops.stop that says why."""
    newest: dict[tuple[str, str], Mapping[str, Any]] = {}
    for row in sorted(lake.log(OPS_STOP), key=lambda row: (row["from_date"], row["at"])):
        if row["from_date"] <= on:
            newest[row["kind"], row["name"]] = row
    return {key: row for key, row in newest.items() if row["is_stopped"]}


def change(lake: Lake, name: str, reason: str, is_stopped: bool, at: datetime) -> date:
    """Stop or resume a scenario or a channel, and return the first business date that it concerns: the one after the newest lists.

    Lists that exist stay as they are, so that a night run again gives the same; the recall names their rows. StopError as in its class.
    """
    names = {scenario.name: "scenario" for scenario in SCENARIOS} | dict.fromkeys(CHANNELS, "channel")
    if name not in names:
        raise StopError(unknown("scenario or channel", name, names))
    if not reason.strip():
        raise StopError("The reason is empty.\n  To mend it: say it in --reason; it is recorded.")
    newest = newest_lists(lake)
    since = newest + timedelta(days=1) if newest else FIRST_NIGHT
    if ((names[name], name) in stopped(lake, since)) == is_stopped:
        raise StopError(f"{name} is {'already' if is_stopped else 'not'} stopped, from the lists of {since} on.")
    told = {"kind": names[name], "name": name, "is_stopped": is_stopped, "from_date": since}
    lake.records.append(OPS_STOP, [told | {"reason": reason, "who": user(), "at": at}])
    return since


def without_stopped(run: JobRun, listed: "DataFrame") -> "DataFrame":
    """Return the decisions of scenarios and channels that nobody stopped; a warning names what is stopped, and why."""
    from pyspark.sql import functions as F

    for (kind, name), row in sorted(stopped(run.lake, run.on).items()):
        run.warnings.append(f"{kind} {name} is stopped by {row['who']}: {row['reason']}. To publish its lists again: chudian resume {name}")
        listed = listed.where(F.col(kind) != name)
    return listed


def halted(run: JobRun) -> set[tuple[str, str]]:
    """Return the kind and name of what is stopped, and of scenarios that wait for an approval."""
    return {*stopped(run.lake, run.on), *(("scenario", name) for name in waiting(run.lake, run.on))}


def newest_lists(lake: Lake) -> date | None:
    """Return the newest business date for which lists were published, with or without rows."""
    return lake.publications.newest_night(MKT_CONTACT)
