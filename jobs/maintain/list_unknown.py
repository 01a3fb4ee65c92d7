"""What the dictionaries do not know yet: hosts of the WAP log and handset types, by reach, for people to review."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from expectations.errors import teach
from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from expectations.tables.ods_terminal import ODS_TERMINAL
from expectations.tables.ods_wap_log import ODS_WAP_LOG
from features.content import UNKNOWN
from features.web.terms import WITHHELD
from jobs.refine.refine_content import named
from jobs.runtime.job import effect_job
from jobs.runtime.job_run import JobRun
from jobs.runtime.lake import NotPublishedError
from jobs.runtime.reads import InForce, Known, Snapshot
from jobs.runtime.whole_file import write_whole

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

DAYS = 7
# What fewer people use could say who they are, and is not worth a rule.
FEWEST = 5
MOST_LINES = 1_000


def _window(on: date) -> list[date]:
    return [on - timedelta(days=back) for back in range(DAYS)]


@effect_job(schedule="weekly", requests=Known(ODS_WAP_LOG, _window), subscribers=Snapshot(DWD_SUBSCRIBER), terminals=InForce(ODS_TERMINAL))
def list_unknown(run: JobRun) -> None:
    """Write review/unknown_hosts.csv and review/unknown_tacs.csv below the home, the most widely used first.

    Give hosts a category and add them to features/web/hosts.csv, whose columns come first; have the types added to S9.
    A list for which the night has no rows to look at is not written, with a warning.
    """
    hosts = _listed(run, "unknown_hosts.csv", ("kind", "value", "category", "numbers", "requests"), lambda: unknown_hosts(_requests(run)))
    tacs = _listed(run, "unknown_tacs.csv", ("tac", "subscribers"), lambda: unknown_tacs(run.read("subscribers"), run.read("terminals")))
    run.say("unknown listed", hosts=hosts, tacs=tacs)


def _requests(run: JobRun) -> "DataFrame":
    if not run.lake.known(ODS_WAP_LOG, run.on, _window):
        fault = f"no load of the {DAYS} days up to {run.on}"
        raise NotPublishedError(teach(f"Table {ODS_WAP_LOG.name}", [fault], "run a night that receives the WAP log."))
    return run.read("requests")


def _listed(run: JobRun, name: str, columns: Sequence[str], look: "Callable[[], list[tuple]]") -> int | None:
    """Write a file for review and return its rows; None, with a warning, if there is nothing to look at."""
    try:
        found = look()
    except NotPublishedError as absent:
        run.warnings.append(f"{name} is not written. {absent}")
        return None
    run.settings.review.mkdir(parents=True, exist_ok=True)
    write_whole(run.settings.review / name, _csv(columns, found))
    return len(found)


def unknown_hosts(requests: "DataFrame") -> list[tuple[str, str, str, int, int]]:
    """Return a rule without category for each registered domain of no category, with the numbers and requests that used it."""
    from pyspark.sql import functions as F

    hosts = requests.select("host").distinct().mapInArrow(named, "host STRING, category STRING, domain STRING")
    unknown = F.broadcast(hosts.where((F.col("category") == UNKNOWN) & (F.col("host") != WITHHELD)))
    reach = requests.join(unknown, "host").groupBy("domain")
    found = _widest(reach.agg(F.countDistinct("number_token").alias("users"), F.count("*").alias("requests")), "domain")
    return [("domain", row.domain, "", row.users, row.requests) for row in found]


def unknown_tacs(subscribers: "DataFrame", terminals: "DataFrame") -> list[tuple[str, int]]:
    """Return each handset type of a subscriber that S9 does not have, with its subscribers."""
    from pyspark.sql import functions as F

    lacking = subscribers.where("tac IS NOT NULL").join(terminals.select("tac"), "tac", "left_anti")
    found = _widest(lacking.groupBy("tac").agg(F.count("*").alias("users")), "tac")
    return [(row.tac, row.users) for row in found]


def _widest(counted: "DataFrame", name: str) -> list:
    from pyspark.sql import functions as F

    return counted.where(F.col("users") >= FEWEST).orderBy(F.desc("users"), name).limit(MOST_LINES).collect()


def _csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(columns)
    lines.writerows(rows)
    return text.getvalue().encode()
