"""Why a subscriber was contacted by a scenario of a night, or why not: what each step decided, from which figures and deliveries."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from expectations.contract import Table
from expectations.errors import teach, unknown
from expectations.tables.fb_customer_state import FB_CUSTOMER_STATE
from expectations.tables.mkt_candidate import MKT_CANDIDATE
from expectations.tables.mkt_contact import MKT_CONTACT
from expectations.tables.mkt_decision import MKT_DECISION
from expectations.tables.mkt_limit import MKT_LIMIT
from features.library import CAR
from jobs.people.customer import CustomerError, asked, refuse_if_closed, refuse_without_reason
from jobs.people.find import files_of, rows_with
from jobs.people.idle import causes
from jobs.people.sources import Source, Sources
from jobs.report.names import Names
from jobs.runtime.access_log import Reading, log_reads
from jobs.runtime.lake import Lake
from jobs.runtime.place import opened
from jobs.site.lineage import parts_of
from models.library import SCORE_SUBSCRIBER
from scenarios.library import SCENARIOS
from scenarios.limit_names import used_by
from scenarios.needs import models_named
from scenarios.quotas import QUOTAS
from scenarios.scenario import Scenario

COMMAND = "why"


@dataclass(frozen=True)
class KnownValue:
    """A column of the customer record or a score, as known that night; `used_by` are the parts of the scenario that name it.

    A value that `is_kept` no longer was removed with its night, because its table is kept for some months only.
    """

    name: str
    label: str
    value: Any
    unit: str
    used_by: tuple[str, ...]
    is_kept: bool = True


@dataclass(frozen=True)
class Why:
    """One step of a scenario on a night for one subscriber.

    `decision`, `contact` and `options` are rows of mkt.decision, mkt.contact and mkt.candidate. `decision` is None if the step was decided
    for others and not for them. `step` is None if no step was decided at all; `idle` says why. `limits` are those of mkt.limit that the
    option uses or that cut it. `states` are their rows of fb.customer_state in the scenario, the oldest list first. `gone` has the tables
    whose rows of the night are no longer kept.
    """

    business_date: date
    subscriber_id: str
    scenario: str
    step: str | None
    decision: dict[str, Any] | None = None
    contact: dict[str, Any] | None = None
    options: list[dict[str, Any]] = field(default_factory=list)
    limits: list[dict[str, Any]] = field(default_factory=list)
    values: list[KnownValue] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    idle: list[str] = field(default_factory=list)
    states: list[dict[str, Any]] = field(default_factory=list)
    names: Names = field(default_factory=Names)
    gone: list[str] = field(default_factory=list)


def why_number(lake: Lake, number: str, reason: str, scenario: str | None = None, on: date | None = None) -> list[Why]:
    """Answer for the holder of the number on the night (by default the newest), for one scenario or all. The read is logged.

    CustomerError when nobody holds the number, no night of that date decided, or no scenario has the name.
    """
    refuse_if_closed(lake)
    refuse_without_reason(reason)
    # A scenario may be named by its code alone: c10.
    chosen = [one for one in SCENARIOS if scenario in (None, one.name, one.name.split("_")[0])]
    if not chosen:
        raise CustomerError(unknown("scenario", f"{scenario}", (one.name for one in SCENARIOS)))
    night = _night(lake, on)
    steps = _steps(lake, night)
    found = []
    for who in asked(lake, number, reason, COMMAND, ("number",), on):
        found += _answers(lake, night, who, chosen, steps)
    return found


def why_contact(lake: Lake, contact_id: str, reason: str) -> Why:
    """Answer for a contact by its id. The read is logged. CustomerError when no list has the id."""
    refuse_if_closed(lake)
    refuse_without_reason(reason)
    rows = rows_with(lake, MKT_CONTACT, "contact_id", [contact_id], lake.at(MKT_CONTACT).present())
    who = rows[0]["subscriber_id"] if rows else None
    log_reads(lake, [Reading(COMMAND, ("contact_id",), len(rows), reason, subscriber_id=who)])
    if not rows:
        raise CustomerError(
            f"No list had the contact {contact_id}.\n  To mend it: check its 32 characters; a list that was withdrawn has no contacts."
        )
    row = rows[0]
    chosen = [one for one in SCENARIOS if one.name == row["scenario"]]
    if not chosen:
        fault = f"its scenario {row['scenario']} is no longer in scenarios/library/"
        raise CustomerError(teach(f"Contact {contact_id}", [fault], "look with the version of chudian that had it."))
    answers = _answers(lake, row["business_date"], row["subscriber_id"], chosen, {row["scenario"]: [row["step"]]})
    return answers[0]


def _night(lake: Lake, on: date | None) -> date:
    nights = sorted({file.partition["business_date"] for file in lake.at(MKT_DECISION).present()})
    if not nights or on not in (None, *nights):
        known = f"the newest are {', '.join(map(str, nights[-5:]))}" if nights else "no night has decided anything yet"
        asked_for = f"The night of {on} has no decisions" if on else "There are no decisions"
        raise CustomerError(f"{asked_for}; {known}.\n  To mend it: run `chudian night` for it, or ask for one of those.")
    return on or nights[-1]


def _steps(lake: Lake, night: date) -> dict[str, list[str]]:
    """Return the steps that the night decided, by scenario, from two columns of mkt.decision."""
    import pyarrow.parquet as pq

    store, root = opened(lake.location(MKT_DECISION))
    found: set[tuple[str, str]] = set()
    for file in files_of(lake, MKT_DECISION, night):
        table = pq.read_table(f"{root}/{file.path}", filesystem=store, columns=["scenario", "step"], partitioning=None)
        found |= {(row["scenario"], row["step"]) for row in table.group_by(["scenario", "step"]).aggregate([]).to_pylist()}
    steps: dict[str, list[str]] = {}
    for scenario, step in sorted(found):
        steps.setdefault(scenario, []).append(step)
    return steps


def _answers(lake: Lake, night: date, who: str, chosen: Collection[Scenario], steps: Mapping[str, list[str]]) -> list[Why]:
    def of(table: Table, columns: Collection[str] = ()) -> list[dict[str, Any]]:
        return rows_with(lake, table, "subscriber_id", [who], files_of(lake, table, night), columns)

    decisions, contacts, options = (_by_step(of(table)) for table in (MKT_DECISION, MKT_CONTACT, MKT_CANDIDATE))
    limits = lake.log(MKT_LIMIT, business_date=night)
    used = {one.name: parts_of(one) for one in chosen}
    columns = {name for parts in used.values() for named in parts.values() for name in named}
    record = next(iter(of(CAR, columns)), {})
    scores = next(iter(of(SCORE_SUBSCRIBER)), {})
    states = sorted(of(FB_CUSTOMER_STATE), key=lambda row: (row["list_date"], row["step"], row["channel"]))
    gone, names, sources = _gone(lake, night), Names.of(lake, night), Sources(lake, night, who)
    found = []
    for scenario in chosen:
        values = [*_values(used[scenario.name], record, CAR.name not in gone)]
        values += _scores(scenario, scores, SCORE_SUBSCRIBER.name not in gone)
        theirs = [row for row in states if row["scenario"] == scenario.name]
        told = Why(night, who, scenario.name, None, values=values, states=theirs, names=names, gone=gone)
        if scenario.name not in steps:
            found.append(replace(told, idle=causes(lake, scenario, night)))
            continue
        told = replace(told, sources=sources.of(scenario))
        for step in steps[scenario.name]:
            key = scenario.name, step
            decision, contact = (next(iter(rows.get(key, ())), None) for rows in (decisions, contacts))
            mine = _limits_of(scenario, decision, options.get(key, []), limits) if decision else []
            found.append(replace(told, step=step, decision=decision, contact=contact, options=options.get(key, []), limits=mine))
    return found


def _gone(lake: Lake, night: date) -> list[str]:
    """Return the tables of which retention has removed the night."""
    asked = (CAR, SCORE_SUBSCRIBER, MKT_CANDIDATE, FB_CUSTOMER_STATE)
    made = ((table, lake.publications.of(table).get((night,))) for table in asked)
    return [table.name for table, of_night in made if of_night and of_night.is_dropped]


def _by_step(rows: Collection[dict[str, Any]]) -> dict[tuple[str, str], list[dict[str, Any]]]:
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows:
        # Arrow gives a map as pairs.
        found.setdefault((row["scenario"], row["step"]), []).append(row | ({"figures": dict(row["figures"])} if row.get("figures") else {}))
    return found


def _limits_of(
    scenario: Scenario, decision: Mapping[str, Any], options: Collection[Mapping[str, Any]], limits: Collection[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return the limits that the decision's option uses by today's declarations, and the one that cut it, as the night recorded it."""
    channel, named = decision["channel"], {decision["cut_by"]}
    if channel:
        manager = next((option["manager_id"] for option in options if option["channel"] == channel), None)
        named |= used_by(scenario, channel, decision["resource"], (decision["city"], decision["county"]), manager, QUOTAS)
    return sorted((row for row in limits if row["name"] in named), key=lambda row: row["name"])


def _values(parts: Mapping[str, set[str]], record: Mapping[str, Any], is_kept: bool) -> Iterator[KnownValue]:
    for name in sorted(set().union(*parts.values())):
        declared, used_by = CAR.column(name), tuple(part for part, named in parts.items() if name in named)
        yield KnownValue(name, declared.label, record.get(name), declared.unit, used_by, is_kept)


def _scores(scenario: Scenario, scores: Mapping[str, Any], is_kept: bool) -> Iterator[KnownValue]:
    for model in sorted(models_named(scenario)):
        version = scores.get(f"{model}_version")
        yield KnownValue(f"{model}_ppm", f"version {version or 'none'}", scores.get(f"{model}_ppm"), "ppm", ("value",), is_kept)
