"""One source job per feed: verify deliveries, parse, tokenise, quarantine, publish, and list the loads last."""

from datetime import date
from typing import TYPE_CHECKING

from expectations.checks import code_sql
from expectations.contract import Table
from expectations.feed import Feed
from expectations.feeds import FEEDS
from expectations.tables.ops import LOAD, QUARANTINE
from expectations.tables.vault import NUMBER, QUARANTINE_TEXT
from jobs.receive.deliveries import Delivery, deliveries
from jobs.receive.missing import look_for_missing, without_check_file
from jobs.receive.parse import numbered, parsed
from jobs.receive.releases import released
from jobs.receive.repeats import marked
from jobs.receive.weighing import Band, Counted, Outcome, counted, counted_in, load_of, sorted_out, weigh
from jobs.runtime.job import Job, effect_job
from jobs.runtime.lake import Load
from jobs.runtime.night import Night
from jobs.runtime.place import remove
from jobs.runtime.vault import key_in_use
from jobs.runtime.writing import ROWS_COUNTED_HERE, repeated_keys

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame


def receive(feed: Feed, night: Night) -> None:
    """Bring the feed's deliveries of the night (or range) into its ods table.

    A delivery that does not fit its check file or layout is refused; a row that breaks the column's promise is quarantined with all its
    reasons. FeedError when, after all that, what the night needs of this feed is not there.
    """
    listed = [row for row in night.lake.log(LOAD, feed=feed.name) if row["known_on"] <= night.on]
    earlier = [row for row in listed if row["known_on"] < night.since]
    # The same content again is a duplicate only of the newest: after a wrong correction the first content is a correction too.
    in_order = sorted((row for row in earlier if row["state"] == "loaded"), key=lambda row: (row["known_on"], row["sequence"]))
    seen = {row["event_date"]: row["load_id"] for row in in_order}
    band = Band.of(feed, in_order, released(night.lake, feed.name))
    outcomes = sorted_out(deliveries(feed, night.settings.landing, night.since, night.on), dict(seen), band)
    if outcomes or len(listed) > len(earlier):
        _take_in(feed, night, outcomes)
    night.refused, night.missed = _kept_back(outcomes, set(seen))
    # History that is taken in afterwards is not held to what its nights should have had, but what lies there is not passed over.
    if night.is_bulk:
        unspoken = without_check_file(feed, night)
        night.warnings += [f"feed {feed.name}: {fault}" for fault in unspoken]
        night.missed += unspoken
    else:
        look_for_missing(night, feed, listed, {outcome.delivery.data_date for outcome in outcomes if outcome.state == "held"})


def _kept_back(outcomes: list[Outcome], loaded: set[date]) -> tuple[list[str], list[str]]:
    """Why deliveries were refused or held, and the names of those whose data date has no load, `loaded` having those of earlier nights."""
    kept_back = [outcome for outcome in outcomes if outcome.state in ("refused", "held")]
    covered = loaded | {outcome.delivery.data_date for outcome in outcomes if outcome.state == "loaded"}
    missed = [outcome.delivery.label for outcome in kept_back if outcome.delivery.data_date not in covered]
    return [f"{outcome.state}: {outcome.reason}" for outcome in kept_back], missed


def _take_in(feed: Feed, night: Night, outcomes: list[Outcome]) -> None:
    """Parse, publish and list what was not refused at the door."""
    accepted = [outcome.delivery for outcome in outcomes if outcome.state == "loaded"]
    of_job = f"{night.settings.vault}/stage/{night.job.name}/{night.on}"
    # What killed runs left. Each run has a folder of its own: a server may go on with the query of a client that was killed.
    remove(of_job)
    stage = f"{of_job}/{night.run_id}"
    try:
        rows = None
        if accepted:
            rows, counts = _staged(night, feed, accepted, stage)
            weigh(feed, outcomes, counts)
        _publish(night, feed, outcomes, rows)
    finally:
        remove(of_job)
    _list_loads(night, feed, outcomes)
    for outcome in outcomes:
        night.warnings += [f"feed {feed.name}: {name} is quarantined; its last good row stays in force" for name in outcome.named]


def _staged(night: Night, feed: Feed, accepted: list[Delivery], stage: str) -> "tuple[DataFrame, list[Counted]]":
    """Every line parsed once, rows that repeat a key marked, and the rows counted; in the vault's stage, as it holds raw text.

    A delivery of usual size is counted here, a large one by Spark.
    """
    lines = parsed(night.spark, feed, accepted, key_in_use(night.settings.vault))
    lines.write.mode("overwrite").parquet(stage)
    rows = night.spark.read.schema(lines.schema).parquet(stage)
    is_large = sum(delivery.rows or 0 for delivery in accepted) > ROWS_COUNTED_HERE
    # As the audit counts it: the same content may be a load of several nights.
    if feed.table.key and (is_large or repeated_keys(stage, list(feed.table.audited_key))):
        rows = marked(feed, rows)
        return rows, counted(feed, rows)
    return rows, counted(feed, rows) if is_large else counted_in(feed, stage)


def _publish(night: Night, feed: Feed, outcomes: list[Outcome], rows: "DataFrame | None") -> None:
    """The ods table, the vault's numbers and the quarantine, out of the one staged frame."""
    from pyspark.sql import functions as F

    loaded = [outcome for outcome in outcomes if outcome.state == "loaded"]
    fine = None
    if rows is not None and loaded:
        wanted = [" ".join(map(str, load_of(outcome.delivery))) for outcome in loaded]
        of_loads = rows.where(F.concat_ws(" ", "known_on", "load_id").isin(wanted))
        fine = of_loads.where(F.size("reasons") == 0)
    loads = [Load(o.delivery.data_date, o.delivery.known_on, o.delivery.sequence, o.delivery.load_id, o.loaded) for o in loaded]
    for table in (feed.table, NUMBER) if feed.vault else (feed.table,):
        # Rows that repeat a key are in the quarantine already.
        night.publish(table, _as(table, fine, night), loads=loads, is_unique=table is feed.table)
    if rows is not None and any(outcome.quarantined for outcome in loaded):
        _quarantine(night, feed, numbered(feed, rows, of_loads.where(F.size("reasons") > 0)))
    elif _has_quarantined(night, feed):
        _quarantine(night, feed, None)


def _quarantine(night: Night, feed: Feed, kept_back: "DataFrame | None") -> None:
    """Keep the rows with their reasons, and their text in the vault, in the place of what an earlier run of the night kept."""
    from pyspark.sql import functions as F

    bad: pa.Table | None = None
    if kept_back is not None:
        # A catalogue's code is nobody's; readers keep the row in force that it last came with.
        code = F.expr(code_sql(feed.code) if feed.code else "CAST(NULL AS STRING)")
        bad = kept_back.withColumns({"feed": F.lit(feed.name), "code": code}).toArrow()
    for table in (QUARANTINE_TEXT, QUARANTINE):
        names = [column.name for column in table.columns]
        night.lake.records.replace(table, bad.select(names) if bad is not None else [], _of_feed(feed, night))


def _has_quarantined(night: Night, feed: Feed) -> bool:
    """Whether an earlier run of the same night kept rows of the feed back, or their text."""
    files = [file for table in (QUARANTINE, QUARANTINE_TEXT) for file in night.lake.at(table).present()]
    return any(file.partition["feed"] == feed.name and night.since <= file.partition["known_on"] <= night.on for file in files)


def _of_feed(feed: Feed, night: Night) -> str:
    """The feed's own rows of the night (or range) in a log that all feeds share."""
    return f"feed = '{feed.name}' AND known_on >= DATE '{night.since}' AND known_on <= DATE '{night.on}'"


def _as(table: Table, rows: "DataFrame | None", night: Night) -> "DataFrame":
    """The rows in the table's columns; none when an earlier run's are to be replaced by nothing."""
    return table.empty(night.spark) if rows is None else rows.select(*(column.name for column in table.columns))


def _list_loads(night: Night, feed: Feed, outcomes: list[Outcome]) -> None:
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
    night.lake.records.replace(LOAD, listed, _of_feed(feed, night))
    night.rows = sum(outcome.loaded for outcome in outcomes)
    night.quarantined = sum(outcome.quarantined for outcome in outcomes if outcome.state == "loaded")


def _job_of(feed: Feed) -> Job:
    vault = (NUMBER,) if feed.vault else ()

    def receive_it(night: Night) -> None:
        receive(feed, night)

    receive_it.__doc__ = (
        f"Receive {feed.source} {feed.label} into {feed.table.name}. Ask {feed.owner} when a delivery is refused or missing."
    )
    return effect_job(writes=(feed.table, *vault), name=f"receive_{feed.name}")(receive_it)


RECEIVE_JOBS = tuple(_job_of(feed) for feed in FEEDS.values())
