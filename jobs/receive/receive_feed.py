"""One source job per feed: verify deliveries, parse, tokenise, quarantine, publish, and list the loads last."""

from datetime import date
from typing import TYPE_CHECKING

from expectations.checks import code_sql
from expectations.contract import Table
from expectations.feed import Feed
from expectations.feeds import FEEDS
from expectations.tables.ops import OPS_LOAD, OPS_QUARANTINE
from expectations.tables.vault import VAULT_NUMBER, VAULT_QUARANTINE
from jobs.receive.deliveries import Delivery, deliveries
from jobs.receive.missing import look_for_missing, without_check_file
from jobs.receive.parse import numbered, parsed
from jobs.receive.releases import released
from jobs.receive.repeats import marked
from jobs.receive.weighing import Band, Counted, Outcome, counted, counted_in, load_of, sorted_out, weigh
from jobs.runtime.job import Job, effect_job
from jobs.runtime.job_run import JobRun
from jobs.runtime.lake import Load
from jobs.runtime.place import remove
from jobs.runtime.vault import key_in_use
from jobs.runtime.writing import ROWS_COUNTED_HERE, repeated_keys

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame


def receive(feed: Feed, run: JobRun) -> None:
    """Bring the feed's deliveries of the night (or range) into its ods table.

    A delivery that does not fit its check file or layout is refused; a row that breaks the column's promise is quarantined with all its
    reasons. FeedError when, after all that, what the night needs of this feed is not there.
    """
    listed = [row for row in run.lake.log(OPS_LOAD, feed=feed.name) if row["known_on"] <= run.on]
    earlier = [row for row in listed if row["known_on"] < run.since]
    # The same content again is a duplicate only of the newest: after a wrong correction the first content is a correction too.
    in_order = sorted((row for row in earlier if row["state"] == "loaded"), key=lambda row: (row["known_on"], row["sequence"]))
    seen = {row["event_date"]: row["load_id"] for row in in_order}
    band = Band.of(feed, in_order, released(run.lake, feed.name))
    outcomes = sorted_out(deliveries(feed, run.settings.landing, run.since, run.on), dict(seen), band)
    if outcomes or len(listed) > len(earlier):
        _take_in(feed, run, outcomes)
    run.refused, run.missed = _kept_back(outcomes, set(seen))
    # History that is taken in afterwards is not held to what its nights should have had, but what lies there is not passed over.
    if run.is_bulk:
        unspoken = without_check_file(feed, run)
        run.warnings += [f"feed {feed.name}: {fault}" for fault in unspoken]
        run.missed += unspoken
    else:
        look_for_missing(run, feed, listed, {outcome.delivery.data_date for outcome in outcomes if outcome.state == "held"})


def _kept_back(outcomes: list[Outcome], loaded: set[date]) -> tuple[list[str], list[str]]:
    """Why deliveries were refused or held, and the names of those whose data date has no load, `loaded` having those of earlier nights."""
    kept_back = [outcome for outcome in outcomes if outcome.state in ("refused", "held")]
    covered = loaded | {outcome.delivery.data_date for outcome in outcomes if outcome.state == "loaded"}
    missed = [outcome.delivery.label for outcome in kept_back if outcome.delivery.data_date not in covered]
    return [f"{outcome.state}: {outcome.reason}" for outcome in kept_back], missed


def _take_in(feed: Feed, run: JobRun, outcomes: list[Outcome]) -> None:
    """Parse, publish and list what was not refused at the door."""
    accepted = [outcome.delivery for outcome in outcomes if outcome.state == "loaded"]
    of_job = f"{run.settings.vault}/stage/{run.job.name}/{run.on}"
    # What killed runs left. Each run has a folder of its own: a server may go on with the query of a client that was killed.
    remove(of_job)
    stage = f"{of_job}/{run.run_id}"
    try:
        rows = None
        if accepted:
            rows, counts = _staged(run, feed, accepted, stage)
            weigh(feed, outcomes, counts)
        _publish(run, feed, outcomes, rows)
    finally:
        remove(of_job)
    _list_loads(run, feed, outcomes)
    for outcome in outcomes:
        run.warnings += [f"feed {feed.name}: {name} is quarantined; its last good row stays in force" for name in outcome.named]


def _staged(run: JobRun, feed: Feed, accepted: list[Delivery], stage: str) -> "tuple[DataFrame, list[Counted]]":
    """Every line parsed once, rows that repeat a key marked, and the rows counted; in the vault's stage, as it holds raw text.

    A delivery of usual size is counted here, a large one by Spark.
    """
    lines = parsed(run.spark, feed, accepted, key_in_use(run.settings.vault))
    lines.write.mode("overwrite").parquet(stage)
    rows = run.spark.read.schema(lines.schema).parquet(stage)
    is_large = sum(delivery.rows or 0 for delivery in accepted) > ROWS_COUNTED_HERE
    # As the audit counts it: the same content may be a load of several nights.
    if feed.table.key and (is_large or repeated_keys(stage, list(feed.table.audited_key))):
        rows = marked(feed, rows)
        return rows, counted(feed, rows)
    return rows, counted(feed, rows) if is_large else counted_in(feed, stage)


def _publish(run: JobRun, feed: Feed, outcomes: list[Outcome], rows: "DataFrame | None") -> None:
    """The ods table, the vault's numbers and the quarantine, out of the one staged frame."""
    from pyspark.sql import functions as F

    loaded = [outcome for outcome in outcomes if outcome.state == "loaded"]
    fine = None
    if rows is not None and loaded:
        wanted = [" ".join(map(str, load_of(outcome.delivery))) for outcome in loaded]
        of_loads = rows.where(F.concat_ws(" ", "known_on", "load_id").isin(wanted))
        fine = of_loads.where(F.size("reasons") == 0)
    loads = [Load(o.delivery.data_date, o.delivery.known_on, o.delivery.sequence, o.delivery.load_id, o.loaded) for o in loaded]
    for table in (feed.table, VAULT_NUMBER) if feed.vault else (feed.table,):
        # Rows that repeat a key are in the quarantine already.
        run.publish(table, _as(table, fine, run), loads=loads, is_unique=table is feed.table)
    if rows is not None and any(outcome.quarantined for outcome in loaded):
        _quarantine(run, feed, numbered(feed, rows, of_loads.where(F.size("reasons") > 0)))
    elif _has_quarantined(run, feed):
        _quarantine(run, feed, None)


def _quarantine(run: JobRun, feed: Feed, kept_back: "DataFrame | None") -> None:
    """Keep the rows with their reasons, and their text in the vault, in the place of what an earlier run of the night kept."""
    from pyspark.sql import functions as F

    bad: pa.Table | None = None
    if kept_back is not None:
        # A catalogue's code is nobody's; readers keep the row in force that it last came with.
        code = F.expr(code_sql(feed.code) if feed.code else "CAST(NULL AS STRING)")
        bad = kept_back.withColumns({"feed": F.lit(feed.name), "code": code}).toArrow()
    for table in (VAULT_QUARANTINE, OPS_QUARANTINE):
        names = [column.name for column in table.columns]
        run.lake.records.replace(table, bad.select(names) if bad is not None else [], _of_feed(feed, run))


def _has_quarantined(run: JobRun, feed: Feed) -> bool:
    """Whether an earlier run of the same night kept rows of the feed back, or their text."""
    files = [file for table in (OPS_QUARANTINE, VAULT_QUARANTINE) for file in run.lake.at(table).present()]
    return any(file.partition["feed"] == feed.name and run.since <= file.partition["known_on"] <= run.on for file in files)


def _of_feed(feed: Feed, run: JobRun) -> str:
    """The feed's own rows of the night (or range) in a log that all feeds share."""
    return f"feed = '{feed.name}' AND known_on >= DATE '{run.since}' AND known_on <= DATE '{run.on}'"


def _as(table: Table, rows: "DataFrame | None", run: JobRun) -> "DataFrame":
    """The rows in the table's columns; none when an earlier run's are to be replaced by nothing."""
    return table.empty(run.spark) if rows is None else rows.select(*(column.name for column in table.columns))


def _list_loads(run: JobRun, feed: Feed, outcomes: list[Outcome]) -> None:
    """The loads, last: what is not listed here is read by nobody."""
    listed = [
        {
            "feed": feed.name,
            "known_on": outcome.delivery.known_on,
            "event_date": outcome.delivery.data_date,
            "sequence": outcome.delivery.sequence,
            "load_id": outcome.delivery.load_id,
            "state": outcome.state,
            "reason": outcome.reason,
            "files": len(outcome.delivery.parts),
            "rows_delivered": outcome.delivery.rows,
            "rows_loaded": outcome.loaded,
            "rows_quarantined": outcome.quarantined,
        }
        for outcome in outcomes
    ]
    run.lake.records.replace(OPS_LOAD, listed, _of_feed(feed, run))
    run.rows = sum(outcome.loaded for outcome in outcomes)
    run.quarantined = sum(outcome.quarantined for outcome in outcomes if outcome.state == "loaded")


def _job_of(feed: Feed) -> Job:
    vault = (VAULT_NUMBER,) if feed.vault else ()

    def receive_it(run: JobRun) -> None:
        receive(feed, run)

    receive_it.__doc__ = (
        f"Receive {feed.source} {feed.label} into {feed.table.name}. Ask {feed.owner} when a delivery is refused or missing."
    )
    return effect_job(writes=(feed.table, *vault), name=f"receive_{feed.name}")(receive_it)


RECEIVE_JOBS = tuple(_job_of(feed) for feed in FEEDS.values())
