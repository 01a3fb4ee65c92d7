"""What an edit of a scenario changes in the lists of a night that was decided before: `chudian scenario diff`."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import reduce
from typing import TYPE_CHECKING, Any

from expectations.errors import teach, unknown
from expectations.tables.mkt_candidate import MKT_CANDIDATE
from expectations.tables.mkt_decision import MKT_DECISION
from jobs.decide.decide_contacts import decide_contacts, decisions
from jobs.decide.find_candidates import candidates_of, find_candidates
from jobs.runtime.events import Events
from jobs.runtime.job import Job
from jobs.runtime.job_run import JobRun
from jobs.runtime.lake import Lake
from jobs.runtime.reads import Snapshot
from scenarios.catalogues import Catalogues
from scenarios.errors import ScenarioError
from scenarios.library import SCENARIOS
from scenarios.scenario import Scenario
from scenarios.waiting import lacks, unknown_codes, unresolved

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

NOT_MEANT = "not in the audience"
_KEY = ["scenario", "step", "subscriber_id"]


@dataclass
class StepChange:
    """What changes in a step: numbers of subscribers. `came_from` says where those who enter were.

    `went_to` says where those who leave are. `reasons` counts who is excluded by each.
    """

    step: str
    audience: list[int] = field(default_factory=lambda: [0, 0])
    listed: list[int] = field(default_factory=lambda: [0, 0])
    enter: int = 0
    leave: int = 0
    other_offer: int = 0
    other_channel: int = 0
    came_from: dict[str, int] = field(default_factory=dict)
    went_to: dict[str, int] = field(default_factory=dict)
    # By reason, before and after; only those that differ.
    reasons: dict[str, list[int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Edit:
    """What changes in the scenario's own steps, and how many enter and leave the lists of other scenarios, which share limits with it."""

    scenario: str
    business_date: date
    steps: list[StepChange]
    others: dict[str, dict[str, int]]


def edit(lake: Lake, name: str, on: date) -> Edit:
    """Return what the present declaration changes in the lists of a night, with everything else as that night knew it.

    The whole night is allocated again. A draft is taken as if it were live. ScenarioError when there is no such scenario, or when it would
    decide about nobody.
    """
    scenario = next((one for one in SCENARIOS if one.name == name), None)
    if scenario is None:
        raise ScenarioError(unknown("scenario", name, (one.name for one in SCENARIOS)))
    if scenario.state in ("draft", "approved"):
        scenario = replace(scenario, state="live").narrowed(scenario.overrides)
    before = lake.read(Snapshot(MKT_DECISION), on)
    return compared(name, on, before, _decided_again(lake, scenario, on))


def _decided_again(lake: Lake, scenario: Scenario, on: date) -> "DataFrame":
    frames = _frames(lake, find_candidates, on)
    parts = {of: frames.pop(of) for of in ("car", "lacking", "bills", "effects")}
    frames.pop("unapproved")
    _refuse_if_it_waits(scenario, parts["lacking"], Catalogues.on(on, frames), parts["car"])
    own = candidates_of([scenario], on, **parts, frames=frames)
    others = lake.read(Snapshot(MKT_CANDIDATE), on).where(f"scenario != '{scenario.name}'").select(*own.columns)
    known = _frames(lake, decide_contacts, on) | {"candidates": others.unionByName(own).localCheckpoint()}
    return decisions(on, known)[0]


def _frames(lake: Lake, job: Job, on: date) -> dict[str, Any]:
    run = JobRun(on, on, job, lake, Events(lake.settings.logs), lake.settings)
    return {name: run.read(name) for name in job.reads}


def _refuse_if_it_waits(scenario: Scenario, lacking: Any, catalogues: Catalogues, car: "DataFrame") -> None:
    faults = [*unknown_codes(scenario, catalogues), *lacks(scenario, lacking), *unresolved([scenario], car.sparkSession).values()]
    if faults:
        raise ScenarioError(teach(f"Scenario {scenario.name} would decide about nobody", faults, "correct its file in scenarios/library/."))


def compared(name: str, on: date, before: "DataFrame", after: "DataFrame") -> Edit:
    """Compare two sets of decisions (rows of mkt.decision) of one night."""
    from pyspark.sql import functions as F

    told = [
        frame.select(*_KEY, F.struct("stage", "offer", "channel", "reasons").alias(side))
        for frame, side in ((before, "was"), (after, "now"))
    ]
    both = reduce(lambda one, other: one.join(other, _KEY, "full"), told)
    listed = {side: F.coalesce(F.col(f"{side}.stage") == "listed", F.lit(False)) for side in ("was", "now")}
    groups = both.where(F.col("scenario") == name).select(
        "step",
        *(F.coalesce(f"{side}.stage", F.lit(NOT_MEANT)).alias(side) for side in ("was", "now")),
        *((listed["was"] & listed["now"] & ~F.col(f"was.{of}").eqNullSafe(F.col(f"now.{of}"))).alias(of) for of in ("offer", "channel")),
        *(F.array_sort(f"{side}.reasons").alias(f"reasons_{side}") for side in ("was", "now")),
    )
    counted = [row.asDict() for row in groups.groupBy(*groups.columns).count().collect()]
    moves = both.where((F.col("scenario") != name) & (listed["was"] != listed["now"]))
    others: dict[str, dict[str, int]] = {}
    for row in moves.groupBy("scenario", listed["now"].alias("enters")).count().collect():
        others.setdefault(row.scenario, {"enter": 0, "leave": 0})["enter" if row.enters else "leave"] = row["count"]
    return Edit(name, on, list(_steps(counted)), dict(sorted(others.items())))


def _steps(counted: list[dict[str, Any]]) -> Iterator[StepChange]:
    """Return the change of each step from its groups of equal members."""
    for step in sorted({row["step"] for row in counted}):
        change = StepChange(step)
        reasons: dict[str, list[int]] = {}
        for row in (row for row in counted if row["step"] == step):
            count, was, now = row["count"], row["was"], row["now"]
            for place, (side, stage) in enumerate((("was", was), ("now", now))):
                change.audience[place] += count * (stage != NOT_MEANT)
                change.listed[place] += count * (stage == "listed")
                for reason in row[f"reasons_{side}"] or ():
                    reasons.setdefault(reason, [0, 0])[place] += count
            change.other_offer += count * row["offer"]
            change.other_channel += count * row["channel"]
            if now == "listed" != was:
                change.enter += count
                _add(change.came_from, was, row["reasons_was"], count)
            elif was == "listed" != now:
                change.leave += count
                _add(change.went_to, now, row["reasons_now"], count)
        change.reasons = {reason: sides for reason, sides in sorted(reasons.items()) if sides[0] != sides[1]}
        yield change


def _add(counted: dict[str, int], stage: str, reasons: list[str] | None, count: int) -> None:
    told = f"{stage}: {', '.join(reasons)}" if reasons else stage
    counted[told] = counted.get(told, 0) + count


def _most_first(counted: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(counted.items(), key=lambda one: (-one[1], one[0]))


def lines(found: Edit) -> Iterator[str]:
    """Return the edit in words."""
    for step in found.steps:
        kept = step.listed[1] - step.enter
        yield f"{step.step}: {step.listed[0]:,} were listed, now {step.listed[1]:,}. {step.enter:,} enter, {step.leave:,} leave."
        yield f"  Of the {kept:,} who stay, {step.other_offer:,} get another offer and {step.other_channel:,} another channel."
        yield f"  The audience had {step.audience[0]:,} members and has {step.audience[1]:,}."
        yield from (f"  {count:,} who enter were {stage}." for stage, count in _most_first(step.came_from))
        yield from (f"  {count:,} who leave are {stage}." for stage, count in _most_first(step.went_to))
        yield from (f"  {reason} excluded {was:,}, now {now:,}." for reason, (was, now) in step.reasons.items())
    if not found.steps:
        yield "No step of the scenario was due that night, and none is now."
    for name, moves in found.others.items():
        yield f"{name}, which shares limits with it: {moves['enter']:,} enter, {moves['leave']:,} leave."
