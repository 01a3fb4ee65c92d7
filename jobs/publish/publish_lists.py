"""The night's list files, one folder per channel, scenario and step, and the contacts made by them. Only here do numbers come back."""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from expectations.channel import PERSONAL_COLUMNS
from expectations.channels import CHANNELS
from expectations.errors import teach
from expectations.tables.mkt_contact import MKT_CONTACT
from expectations.tables.mkt_decision import MKT_DECISION
from expectations.tables.ods_channel import ODS_CHANNEL
from expectations.tables.ods_external_contact import DWD_EXTERNAL_CONTACT
from expectations.tables.ods_feedback import DWD_FEEDBACK
from expectations.tables.ods_org import ODS_ORG
from expectations.tables.ods_product import ODS_PRODUCT
from expectations.tables.ods_resource import ODS_RESOURCE
from expectations.tables.vault import VAULT_NUMBER, VAULT_PERSON
from features.effective import effective_on
from jobs.publish.caps import broken, days_counted, first_night
from jobs.publish.held import (
    ASKED_FOR,
    CHANGED,
    approved,
    asked_for,
    capacity_of,
    empty,
    held_again,
    last_lists,
    reasons_to_hold,
    record_held,
    words_of,
)
from jobs.publish.key import Key
from jobs.publish.list_files import OF_FILE, WRITTEN, writer
from jobs.publish.listed import Names, contacts, list_rows, together, with_place
from jobs.publish.manifest import manifest_of
from jobs.publish.outbox import OK, WRITING, Part, PublishError, clear, has_gone_out, lists_of, make_anew, place, unready, withdraw
from jobs.publish.seeds import seed_numbers, without_test_numbers
from jobs.publish.stopped import halted, stopped, without_stopped
from jobs.publish.unknown_entrants import default_offers, write_default
from jobs.runtime.access_log import Reading, log_reads
from jobs.runtime.job import effect_job
from jobs.runtime.job_run import JobRun
from jobs.runtime.reads import Between, InForce, Known, Latest, Snapshot
from scenarios.calendar import import_day
from scenarios.library import SCENARIOS
from scenarios.scenario import Scenario

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


@dataclass
class TargetList:
    """A list of the night.

    It has the number of rows decided, the files that tasks wrote, by city (None: the province), the offer to customers who are in no list,
    its faults, its files by name with the manifest (None if it has a fault), and whether it is held for somebody to approve.
    """

    key: Key
    decided: int
    parts: dict[str | None, Part] = field(default_factory=dict)
    unknown_entrants: Part | None = None
    faults: list[str] = field(default_factory=list)
    files: dict[str, Part] = field(default_factory=dict)
    manifest: dict[str, Any] | None = None
    is_held: bool = False

    @property
    def goes_out(self) -> bool:
        """Whether it is described, without a fault since, and not held."""
        return bool(self.manifest) and not self.faults and not self.is_held


@effect_job(
    writes=(MKT_CONTACT,),
    decisions=Snapshot(MKT_DECISION),
    numbers=Latest(VAULT_NUMBER),
    persons=Latest(VAULT_PERSON),
    cities=InForce(ODS_ORG),
    products=InForce(ODS_PRODUCT),
    resources=InForce(ODS_RESOURCE),
    channels=InForce(ODS_CHANNEL),
    earlier=Between(MKT_CONTACT, first_night, lambda on: on),
    feedback=Known(DWD_FEEDBACK, days_counted, is_needed=False),
    others=Known(DWD_EXTERNAL_CONTACT, days_counted, is_needed=False),
)
def publish_lists(run: JobRun) -> None:
    """Write the lists, and the contacts of those that are complete. A list is ready for its channel when its folder has .ok.

    A list that cannot be written loses its .ok, and none of its rows is a contact; all others are published. A list that differs too much
    from the last one, or breaks the contact policy, waits likewise until somebody approves it as it is. A re-run leaves equal files alone.
    """
    decisions = run.read("decisions")
    seeds, wrong = seed_numbers(run.settings.vault)
    listed, theirs = without_test_numbers(without_stopped(run, decisions.where("stage = 'listed'")), run.read("numbers"), seeds)
    run.warnings += [*wrong, *theirs]
    names = Names.on(run.on, {name: run.read(name) for name in ("cities", "products", "resources")})
    lists = _with_defaults(_decided(listed), run.on, halted(run))
    writing = run.settings.outbox / WRITING
    make_anew(writing / f"{run.on}", run.settings.outbox)
    try:
        _write(run, listed, names, lists, seeds, writing / f"{run.on}")
        _write_defaults(lists, names, run.on, writing / f"{run.on}")
        for target in lists:
            if not target.faults:
                of_list = target.key, _scenario(target.key.scenario), target.parts, target.unknown_entrants
                target.files, target.manifest = manifest_of(*of_list, names.cities, run.on)
        _hold(run, lists, listed, decisions)
        _log_releases(run, lists)
        placed = {target.key: _placed(run, target) for target in lists}
    finally:
        clear(writing)
    decided = {target.key.folder(run.settings.outbox, run.on) for target in lists}
    for folder in lists_of(run.settings.outbox, run.on):
        if folder not in decided:
            withdraw(folder)
    run.publish(MKT_CONTACT, contacts(listed, {key: manifest for key, manifest in placed.items() if manifest}, run.on))
    faults = [f"{target.key}: {fault}" for target in lists for fault in target.faults]
    if faults:
        cure = "their channels wait; all other lists are published. Correct the cause, then run publish_lists of this date again."
        raise PublishError(teach(f"Lists of {run.on} that were not written", faults, cure))


def _decided(listed: "DataFrame") -> list[TargetList]:
    """Return the lists of the decisions. A list has a fault if its scenario or channel is no longer declared."""
    counted = listed.groupBy("channel", "scenario", "step").count().collect()
    lists = [TargetList(Key(row.channel, row.scenario, row.step), row["count"]) for row in sorted(counted)]
    known = {scenario.name for scenario in SCENARIOS}
    for target in lists:
        if target.key.channel not in CHANNELS:
            target.faults.append("the channel has no file in expectations/channels/")
        if target.key.scenario not in known:
            target.faults.append("the scenario has no file in scenarios/library/")
        elif target.key.step not in {step.name for step in _scenario(target.key.scenario).timing.steps}:
            target.faults.append("the scenario no longer has this step")
    return lists


def _hold(run: JobRun, lists: Sequence[TargetList], listed: "DataFrame", decisions: "DataFrame") -> None:
    """Hold the lists that somebody has to look at, and warn of them and of empty ones. A list that has gone out as it is stays out."""
    (asked, strange), last = asked_for(run.settings), last_lists(run.lake, run.on)
    run.warnings += strange
    decided = {target.key: target.decided for target in lists if target.decided or target.key.scenario in asked}
    frames = {name: run.read(name) for name in ("earlier", "feedback", "others")}
    modes = {row.channel: row["mode"] for row in effective_on(run.read("channels"), "channel", import_day(run.on)).collect()}
    breaks = broken(run.on, listed, modes=modes, **frames) if decided else {}
    reasons = reasons_to_hold(decided, last, capacity_of(run.lake, run.on), breaks, asked)
    run_ids = {target.key: target.manifest["run_id"] for target in lists if target.manifest}
    held = held_again(reasons, run_ids, decided, approved(run.lake, run.on))
    gone = {key: held.pop(key) for key in [*held] if has_gone_out(key.folder(run.settings.outbox, run.on), run_ids[key])}
    for target in lists:
        target.is_held = target.key in held
    record_held(run.lake, run.on, held, run.run_id, run.started_at)
    run.warnings += [words_of(key, one, run.on) for key, one in held.items()]
    run.warnings += [
        f"list {key} has gone out as it is, so it is not held: {'; '.join(one.reasons)}. To recall it: chudian stop {key.scenario}"
        for key, one in gone.items()
        if {*one.reasons} - {ASKED_FOR, CHANGED}
    ]
    if last:
        steps = {(row.scenario, row.step) for row in decisions.select("scenario", "step").distinct().collect()}
        ended = {name for _, name in stopped(run.lake, run.on)}
        run.warnings += empty({key: rows for key, rows in last.items() if not ended & {*key}}, decided, steps)


def _write(run: JobRun, listed: "DataFrame", names: Names, lists: Sequence[TargetList], seeds: Sequence[str], folder: Path) -> None:
    """Let Spark's tasks write the files of all lists that can be written, and record these files in the lists.

    Those of held lists too: what an approval is about is their content, and a fault in them is known before somebody looks.
    """
    by_key = {target.key: target for target in lists if target.decided and not target.faults}
    if not by_key:
        return
    asks = any({"manager_name", "manager_phone"} & {*CHANNELS[key.channel].form.columns} for key in by_key)
    persons = run.read("persons") if asks else None
    rows = list_rows(with_place(listed).where(_is_of(by_key)), run.read("numbers"), names, run.on, persons)
    # All rows of a file go to one task, in the order of their ranks, those of an account manager together.
    sorted_rows = rows.repartition(*OF_FILE).sortWithinPartitions(*OF_FILE, together(), "rank")
    forms = {name: channel.form for name, channel in CHANNELS.items()}
    written = sorted_rows.mapInArrow(writer(folder, forms, seeds), WRITTEN).collect()
    for row in sorted(written, key=lambda row: row.path):
        target = by_key[Key(row.channel, row.scenario, row.step)]
        target.parts[row.file_city] = Part(Path(row.path), row.rows, row.bytes, row.sha256, row.seeds)
        target.faults += row.faults
    for target in by_key.values():
        rows_written = sum(part.rows - part.seeds for part in target.parts.values())
        if rows_written != target.decided and not target.faults:
            target.faults.append(f"{target.decided} row(s) were decided, {rows_written} written")
    run.say("lists written", files=len(written), rows=sum(row.rows for row in written))


def _log_releases(run: JobRun, lists: Sequence[TargetList]) -> None:
    """Log which personal data of how many subscribers each list has, before a channel can read it."""
    released = [
        Reading(
            "publish_lists",
            tuple(name for name in CHANNELS[target.key.channel].form.columns if name in PERSONAL_COLUMNS),
            rows=target.decided,
            reason=f"{target.key}",
            business_date=run.on,
            run_id=run.run_id,
        )
        for target in lists
        if target.decided and target.goes_out
    ]
    log_reads(run.lake, [reading for reading in released if reading.fields])


def _with_defaults(lists: list[TargetList], on: date, ended: Set[tuple[str, str]]) -> list[TargetList]:
    """Return the lists, and those that have no decided row but an offer to unknown entrants; none of what is halted."""
    every = {Key(offer.step.channel, offer.scenario.name, offer.step.name) for offer in default_offers(on)}
    keys = {key for key in every if not {("channel", key.channel), ("scenario", key.scenario)} & ended}
    more = [TargetList(key, 0) for key in sorted(keys - {target.key for target in lists})]
    return sorted([*lists, *more], key=lambda target: target.key)


def _write_defaults(lists: Sequence[TargetList], names: Names, on: date, folder: Path) -> None:
    """Write the offers to unknown entrants beside the files of their lists."""
    offers = {Key(offer.step.channel, offer.scenario.name, offer.step.name): offer for offer in default_offers(on)}
    for target in lists:
        offer = offers.get(target.key)
        if offer and offer.product not in names.products:
            target.faults.append(f"unknown entrants are offered {offer.product}, which the product catalogue does not name")
        elif offer and (offer.resource or "") not in {"", *names.resources}:
            target.faults.append(f"unknown entrants are given {offer.resource}, which the resource catalogue does not name")
        elif offer and not target.faults:
            path = folder / "-".join(target.key)
            try:
                target.unknown_entrants = write_default(path, offer, names.counties, names.products | names.resources)
            except OSError as error:
                target.faults.append(f"the offer to unknown entrants cannot be written: {error.strerror}")


def _is_of(keys: Iterable[Key]) -> str:
    return " OR ".join(f"(channel = '{key.channel}' AND scenario = '{key.scenario}' AND step = '{key.step}')" for key in keys)


def _placed(run: JobRun, target: TargetList) -> dict[str, Any] | None:
    """Move the list's files into its folder. Return its manifest, or None if it does not go out: then its channel finds no .ok."""
    folder = target.key.folder(run.settings.outbox, run.on)
    if target.manifest and target.goes_out:
        try:
            place(folder, target.files, target.manifest, run.say)
        except OSError as error:
            target.faults.append(f"{error.filename or folder}: {error.strerror}")
        else:
            return target.manifest
    try:
        unready(folder)
    except OSError as error:
        target.faults.append(f"{OK} cannot be removed, take it away by hand: {error.strerror}")
    return None


def _scenario(name: str) -> Scenario:
    return next(scenario for scenario in SCENARIOS if scenario.name == name)
