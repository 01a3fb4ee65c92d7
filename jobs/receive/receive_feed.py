"""One receive job per feed: verify deliveries, parse, tokenise, quarantine, publish, and list the loads last."""

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from expectations.contract import Table
from expectations.feed import Feed
from expectations.feeds import FEEDS
from expectations.tables.ops import OPS_LOAD, OPS_PASSPORT
from expectations.tables.vault import VAULT_FORGOTTEN, VAULT_IDENTITY
from jobs.receive.days import days_of, relabelled, rows_by_day
from jobs.receive.deliveries import Delivery, deliveries
from jobs.receive.missing import look_for_missing, without_check_file
from jobs.receive.parse import numbered, parsed
from jobs.receive.passports import Passport, alarms, passports, passports_of_files
from jobs.receive.plain import only_spark_reads
from jobs.receive.plainly import Plainly, read_plainly
from jobs.receive.quarantine import has_quarantined, of_feed, quarantine
from jobs.receive.relations import hold_uncovering
from jobs.receive.releases import identity, in_order, released
from jobs.receive.repeats import marked
from jobs.receive.to_vault import fields_of_people, new_holders, new_identities, rows_for, vault_tables
from jobs.receive.weighing import FORGOTTEN, Band, Counted, Identity, Outcome, counted, counted_in, load_of, sorted_out, weigh
from jobs.runtime.forgotten import Forgotten
from jobs.runtime.job import Job, effect_job
from jobs.runtime.job_run import JobRun
from jobs.runtime.loads import Load
from jobs.runtime.place import remove
from jobs.runtime.vault import is_rotated, key_for_tokens
from jobs.runtime.writing import ROWS_COUNTED_HERE, repeated_keys

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def receive(feed: Feed, run: JobRun) -> None:
    """Load the feed's deliveries of the night (or range) into its ods table.

    A delivery that does not fit its check file or layout is refused. A row that breaks a column's rule is quarantined with all its reasons.
    FeedError at the end when the night still lacks something it needs of this feed.
    """
    listed = [row for row in run.lake.log(OPS_LOAD, feed=feed.name) if row["known_on"] <= run.on]
    earlier = [row for row in listed if row["known_on"] < run.since]
    # A delivery is a duplicate only if its content is that of the newest load: after a wrong correction the first content is a correction
    # too.
    accepted = in_order(row for row in earlier if row["state"] == "loaded")
    seen = {identity(row): row["load_id"] for row in accepted}
    found = list(deliveries(feed, run.settings.landing, run.since, run.on, run.started_at))
    outcomes: list[Outcome] = []
    if found or len(listed) > len(earlier):
        outcomes = _take_in(feed, run, found, dict(seen), Band.of(feed, accepted, released(run.lake, feed.name)))
    run.refused, run.missed = _kept_back(outcomes, set(seen))
    # A bulk load does not check for missing deliveries, but it reports parts without a check file.
    if run.is_bulk:
        unspoken = without_check_file(feed, run)
        run.warnings += [f"feed {feed.name}: {fault}" for fault in unspoken]
        run.missed += unspoken
    else:
        seen_by_now = [row for row in run.lake.log(OPS_LOAD, feed=feed.name) if row["known_on"] <= run.on]
        look_for_missing(run, feed, seen_by_now, any(outcome.state == "held" for outcome in outcomes))


def _kept_back(outcomes: list[Outcome], loaded: set[Identity]) -> tuple[list[str], list[str]]:
    """Return why deliveries were refused or held, and the names of those without a load tonight or earlier (`loaded`)."""
    kept_back = [outcome for outcome in outcomes if outcome.state in ("refused", "held")]
    covered = loaded | {outcome.delivery.identity for outcome in outcomes if outcome.state == "loaded"}
    missed = [outcome.delivery.label for outcome in kept_back if outcome.delivery.identity not in covered]
    return [f"{outcome.state}: {outcome.reason}" for outcome in kept_back], missed


def _take_in(feed: Feed, run: JobRun, found: list[Delivery], newest: dict[Identity, str], band: Band) -> list[Outcome]:
    """Parse, publish and list the deliveries, and return the outcome of each load. `newest` is the load in force before tonight."""
    of_job = f"{run.settings.vault}/stage/{run.job.name}/{run.on}"
    # Killed runs leave files. Each run has its own folder, because a server may still finish the query of a killed client.
    remove(of_job)
    stage = f"{of_job}/{run.run_id}"
    try:
        staged = (_by_day if feed.days > 1 else _by_delivery)(run, feed, found, newest, band, stage)
        outcomes = staged.outcomes
        weigh(feed, outcomes, staged.counts)
        if staged.rows is not None:
            hold_uncovering(run, feed, outcomes, staged.rows, band.released)
        if staged.plainly:
            _publish_files(run, feed, outcomes, staged.plainly)
        else:
            _publish(run, feed, outcomes, staged.rows)
        _issue_passports(run, feed, outcomes, stage, staged.plainly)
    finally:
        remove(of_job)
    _list_loads(run, feed, outcomes)
    for outcome in outcomes:
        if outcome.state == "loaded":
            run.warnings += [f"feed {feed.name}: {outcome.delivery.label}: {said}" for said in outcome.delivery.drift]
        run.warnings += [f"feed {feed.name}: {name} is quarantined; its last good row stays in force" for name in outcome.named]
    return outcomes


@dataclass
class _Staged:
    """The outcome of each load so far, their parsed rows, and how many of these are good and bad."""

    outcomes: list[Outcome]
    rows: "DataFrame | None" = None
    counts: list[Counted] = field(default_factory=list)
    # Instead of `rows`: what Arrow has read, mostly without Spark.
    plainly: Plainly | None = None


def _by_delivery(run: JobRun, feed: Feed, found: list[Delivery], newest: dict[Identity, str], band: Band, stage: str) -> _Staged:
    """Each delivery is a load. Only those that fit their check file are parsed."""
    outcomes = sorted_out(found, newest, band)
    accepted = _loaded(outcomes)
    if not accepted:
        return _Staged(outcomes)
    if not only_spark_reads(feed) and not is_rotated(run.settings.vault):
        with _key(run) as key:
            plainly = read_plainly(run.lake, feed, accepted, key, _forgotten(run) if fields_of_people(feed) else None, stage)
        if plainly:
            return _Staged(outcomes, None, plainly.counts, plainly)
    rows, by_spark = _parsed_once(run, feed, accepted, stage)
    return _Staged(outcomes, rows, counted(feed, rows) if by_spark else counted_in(feed, stage))


def _by_day(run: JobRun, feed: Feed, found: list[Delivery], newest: dict[Identity, str], band: Band, stage: str) -> _Staged:
    """Each day of a delivery is a load. The days are known only from the rows."""
    # If the same content arrives twice in one night, it is parsed once.
    whole = {load_of(delivery): delivery for delivery in found if not delivery.faults}
    again = [delivery for delivery in found if not delivery.faults and whole[load_of(delivery)] is not delivery]
    refused = [delivery for delivery in found if delivery.faults]
    repeated = [Outcome(delivery, "duplicate", f"{delivery.label}: the same content arrived again later that night") for delivery in again]
    if not whole:
        return _Staged(sorted_out(refused, newest, band))
    parsed_rows, _ = _parsed_once(run, feed, list(whole.values()), stage)
    days = days_of(feed, whole.values(), rows_by_day(feed, parsed_rows))
    outcomes = sorted_out([*refused, *days], newest, band)
    rows = relabelled(run.spark, feed, parsed_rows, _loaded(outcomes))
    return _Staged(outcomes + repeated, rows, counted(feed, rows))


def _loaded(outcomes: list[Outcome]) -> list[Delivery]:
    return [outcome.delivery for outcome in outcomes if outcome.state == "loaded"]


def _parsed_once(run: JobRun, feed: Feed, accepted: list[Delivery], stage: str) -> "tuple[DataFrame, bool]":
    """Parse every line once and mark rows that repeat a key; also return whether Spark must count the rows.

    The rows are staged in the vault, because they have raw text. A large delivery, or one with marked rows, is counted by Spark.
    """
    known = run.lake.whole(VAULT_IDENTITY) if is_rotated(run.settings.vault) else None
    forgotten = _forgotten(run) if fields_of_people(feed) else None
    with _key(run) as key:
        lines = parsed(run.spark, feed, accepted, key, known, forgotten)
        lines.write.mode("overwrite").parquet(stage)
    rows = run.spark.read.schema(lines.schema).parquet(stage)
    is_large = sum(delivery.rows or 0 for delivery in accepted) > ROWS_COUNTED_HERE
    # As the audit counts it: the same content may be a load of several nights.
    if feed.table.key and (is_large or repeated_keys(stage, list(feed.table.audited_key))):
        return marked(feed, rows), True
    return rows, is_large


def _key(run: JobRun) -> "AbstractContextManager[Path]":
    return key_for_tokens(run.settings, Path(f"{run.settings.vault}/stage/{run.job.name}"))


def _publish_files(run: JobRun, feed: Feed, outcomes: list[Outcome], plainly: Plainly) -> None:
    """Publish the files that Arrow has made, and the quarantine."""
    loaded = [outcome for outcome in outcomes if outcome.state == "loaded"]
    wanted = [load_of(outcome.delivery) for outcome in loaded]
    loads = [_as_load(feed, outcome) for outcome in loaded]
    run.publish_files(feed.table, plainly.ready(wanted), loads=loads, is_unique=True)
    broken = plainly.broken(wanted) if any(outcome.quarantined for outcome in loaded) else None
    if broken is not None or has_quarantined(run, feed):
        quarantine(run, feed, broken)


def _publish(run: JobRun, feed: Feed, outcomes: list[Outcome], rows: "DataFrame | None") -> None:
    """Write the ods table, the vault's numbers and the quarantine from the one staged frame."""
    from pyspark.sql import functions as F

    loaded = [outcome for outcome in outcomes if outcome.state == "loaded"]
    fine = None
    if rows is not None and loaded:
        wanted = [" ".join(map(str, load_of(outcome.delivery))) for outcome in loaded]
        of_loads = rows.where(F.concat_ws(" ", "known_on", "load_id").isin(wanted))
        fine = of_loads.where(F.size("reasons") == 0)
    loads = [_as_load(feed, outcome) for outcome in loaded]
    if feed.introduces:
        _add_identities(run, feed, fine, loads)
        if fine is not None and (forgotten := Forgotten.of(run.settings.vault, run.lake.records.rows(VAULT_FORGOTTEN))):
            run.lake.records.append(VAULT_FORGOTTEN, new_holders(feed, fine, forgotten))
    for to_vault in feed.vault:
        vaulted = to_vault.table.empty(run.spark) if fine is None else rows_for(to_vault, fine)
        run.publish(to_vault.table, vaulted, loads=loads, is_unique=True)
    # Rows that repeat a key are in the quarantine already.
    run.publish(feed.table, _as(feed.table, fine, run), loads=loads, is_unique=True)
    if rows is not None and any(outcome.quarantined for outcome in loaded):
        bad = of_loads.where(F.size("reasons") > 0).where(F.array_position("reasons", FORGOTTEN) == 0)
        quarantine(run, feed, numbered(feed, rows, bad).toArrow())
    elif has_quarantined(run, feed):
        quarantine(run, feed, None)


def _forgotten(run: JobRun) -> Forgotten | None:
    """Return who was forgotten, as earlier nights knew it: tonight's S1 may or may not have told of a new holder yet (law 3)."""
    listed = run.lake.records.rows(VAULT_FORGOTTEN)
    return Forgotten.of(run.settings.vault, [row for row in listed if row["known_on"] is None or row["known_on"] < run.since])


def _add_identities(run: JobRun, feed: Feed, fine: "DataFrame | None", loads: list[Load]) -> None:
    """Add the identifiers that vault.identity does not have.

    Those that an earlier run of the night added stay, also if a correction no longer has them: their tokens are in the lake, and after a
    rotation of the key nothing else could give the same tokens again.
    """
    known = run.lake.whole(VAULT_IDENTITY)
    stay = known.where(of_feed(feed, run))
    new = stay if fine is None else stay.unionByName(new_identities(feed, fine, known))
    run.publish(VAULT_IDENTITY, new, loads=loads, is_unique=True)


def _as(table: Table, rows: "DataFrame | None", run: JobRun) -> "DataFrame":
    """The rows with the table's columns; an empty frame when there are none, so that it replaces an earlier run's rows."""
    return table.empty(run.spark) if rows is None else rows.select(*(column.name for column in table.columns))


def _as_load(feed: Feed, outcome: Outcome) -> Load:
    came = outcome.delivery
    return Load(
        came.event_date, came.known_on, came.data_date, came.sequence, came.load_id, feed.name, scope=came.scope, rows=outcome.loaded
    )


def _issue_passports(run: JobRun, feed: Feed, outcomes: list[Outcome], stage: str, plainly: Plainly | None) -> None:
    """Store the loads' passports in place of those of an earlier run of the night, and warn of what is far from the last loads."""
    issued = passports_of_files(feed, plainly.good, outcomes) if plainly else passports(feed, stage, outcomes)
    listed = run.lake.log(OPS_PASSPORT, feed=feed.name)
    earlier = [Passport.of_row(row) for row in listed if row["known_on"] < run.since]
    if issued or len(listed) > len(earlier):
        run.lake.records.replace(OPS_PASSPORT, [one.as_row(feed) for one in issued], of_feed(feed, run))
    if not run.is_bulk:
        run.warnings += alarms(feed, issued, earlier)


def _list_loads(run: JobRun, feed: Feed, outcomes: list[Outcome]) -> None:
    """List the loads, last of all: a load that is not listed is not read."""
    listed = [
        {
            "feed": feed.name,
            "known_on": outcome.delivery.known_on,
            "scope": outcome.delivery.scope,
            "event_date": outcome.delivery.event_date,
            "data_date": outcome.delivery.data_date,
            "sequence": outcome.delivery.sequence,
            "load_id": outcome.delivery.load_id,
            "state": outcome.state,
            "reason": outcome.reason,
            "files": len(outcome.delivery.parts),
            "rows_delivered": outcome.delivery.rows,
            "rows_loaded": outcome.loaded,
            "rows_quarantined": outcome.quarantined,
            "rows_forgotten": outcome.forgotten,
        }
        for outcome in outcomes
    ]
    run.lake.records.replace(OPS_LOAD, listed, of_feed(feed, run))
    # A delivery that was corrected in the same night counts once.
    in_force = {(outcome.delivery.known_on, *outcome.delivery.identity): outcome for outcome in outcomes if outcome.state == "loaded"}
    run.rows = sum(outcome.loaded for outcome in in_force.values())
    run.quarantined = sum(outcome.quarantined for outcome in in_force.values())


def job_of(feed: Feed) -> Job:
    """The job that receives the feed."""

    def receive_it(run: JobRun) -> None:
        receive(feed, run)

    receive_it.__doc__ = (
        f"Receive {feed.source} {feed.label} into {feed.table.name}. Ask {feed.owner} when a delivery is refused or missing."
    )
    return effect_job(writes=(feed.table, *vault_tables(feed)), feed=feed.name, name=f"receive_{feed.name}")(receive_it)


RECEIVE_JOBS = tuple(job_of(feed) for feed in FEEDS.values())
