"""Who an audience is: its size, what it is like beside all live subscribers, and which scenarios want the same people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from expectations.contract import BUSINESS_DATE
from expectations.errors import ChudianError, teach, unknown
from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from expectations.tables.mkt_decision import MKT_DECISION
from features.library import CAR
from features.segment import FIGURES
from jobs.decide.find_candidates import with_scores
from jobs.report.count_audiences import audiences_in
from jobs.report.describe_segments import figure
from jobs.runtime.lacking import missing
from jobs.runtime.lake import Lake
from jobs.store import StoreError
from models.library import SCORE_SUBSCRIBER
from scenarios.predicates import faults_of_predicate
from scenarios.waiting import fault_of

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

BASE = "is_live"
# A number with more values than this is shown in fifths of the base.
MOST_VALUES = 12
FIFTHS = (0.2, 0.4, 0.6, 0.8)
# A mean is told as different from a fifth on, per mille of the base's.
TOLD_FROM = 200


class AudienceError(ChudianError):
    """The audience cannot be evaluated."""


@dataclass(frozen=True)
class Compared:
    """A figure of the audience beside the base's; means are whole numbers in the tag's unit, of a yes-or-no tag per mille."""

    tag: str
    known: int
    mean: int | None
    mean_of_base: int | None

    @property
    def index(self) -> int | None:
        """The mean, per mille of the base's mean; None if one of them is unknown or the base's is not above zero."""
        return self.mean * 1000 // self.mean_of_base if self.mean is not None and self.mean_of_base and self.mean_of_base > 0 else None


@dataclass(frozen=True)
class Overlap:
    """How many of the audience are in that of a scenario, and how many the scenario lists that night."""

    scenario: str
    members: int
    listed: int


@dataclass(frozen=True)
class Explored:
    """What is known about an audience on a night. `spread` has, by tag, (value, in the audience, in the base); None is unknown."""

    on: date
    size: int
    base: int
    figures: tuple[Compared, ...]
    spread: dict[str, list[tuple[Any, int, int]]]
    overlaps: list[Overlap]

    def description(self) -> str:
        """潜在客户特征描述: the audience in a sentence or two, by the figures that differ most from the base."""
        share = self.size * 1000 // self.base if self.base else 0
        told = sorted((one for one in self.figures if one.index is not None), key=lambda one: -abs((one.index or 0) - 1000))
        told = [one for one in told if abs((one.index or 0) - 1000) >= TOLD_FROM][:5]
        words = ", ".join(f"{CAR.column(one.tag).label} {(one.index or 0) / 1000:.1f} times the mean" for one in told)
        return f"{self.size:,} subscribers, {share / 10:.1f} % of the live ones on {self.on}. " + (
            f"They differ in: {words}." if words else "No figure differs by a fifth from all live subscribers."
        )


def explore(lake: Lake, where: str, by: Sequence[str], on: date) -> Explored:
    """Return who the live subscribers are for whom a Spark SQL predicate holds on a night: over the customer record and the scores.

    AudienceError when the predicate or a tag of `by` cannot be evaluated; StoreError when the night has no customer record.
    """
    made = lake.publications.snapshot(CAR, on)
    if not made:
        raise StoreError(teach("Customer record", [f"no night of {on}"], "run `chudian night` for it, or choose a night that was run."))
    car = lake.snapshots(CAR, [on])
    scores, subscribers = (lake.whole(table, business_date=on) for table in (SCORE_SUBSCRIBER, DWD_SUBSCRIBER))
    people = with_scores(car, scores, subscribers)
    return explored(people, lake.whole(MKT_DECISION, business_date=on), where, by, on, missing(made.lacks))


def explored(people: "DataFrame", decisions: "DataFrame", where: str, by: Sequence[str], on: date, lacking: Mapping[str, str]) -> Explored:
    """Return the same, of a night's customer record with scores, and its decisions. `lacking`: columns that are missing that night."""
    from pyspark.sql import functions as F

    live = people.where(BASE).withColumn(BUSINESS_DATE.name, F.lit(on))
    _refuse(live, where, by)
    marked = live.withColumn("_in", F.expr(f"coalesce(({where}), false)"))
    figures, base, size = _figures(marked)
    overlaps = _overlaps(marked.where("_in"), decisions, audiences_in(live, lacking))
    return Explored(on, size, base, figures, {tag: _spread(marked, tag) for tag in by}, overlaps)


def _refuse(customers: "DataFrame", where: str, by: Sequence[str]) -> None:
    faults = list(faults_of_predicate("the predicate", where))
    if not faults and (fault := fault_of(customers, [where], [])):
        faults.append(f"the predicate {fault}")
    known = [column.name for column in CAR.columns]
    faults += [unknown("column", name, known) for name in by if name not in known]
    if faults:
        cure = "write what stands after WHERE, as in age_years > 30 AND brand = 'gotone'; `chudian tags` lists the columns."
        raise AudienceError(teach("Audience", faults, cure))


def _figures(marked: "DataFrame") -> tuple[tuple[Compared, ...], int, int]:
    """Return the figures, the size of the base and that of the audience, in one pass."""
    from pyspark.sql import functions as F

    def told(name: str) -> "list[Column]":
        value = figure(name)
        ours = F.when(F.col("_in"), value)
        return [F.count(ours), F.sum(ours), F.count(value), F.sum(value)]

    every = [F.count("*"), F.count_if("_in"), *(part for name in FIGURES for part in told(name))]
    (row,) = marked.agg(*(part.alias(f"_{place}") for place, part in enumerate(every))).collect()
    base, size, *rest = row
    found = []
    for place, name in enumerate(FIGURES):
        known, total, known_of_base, total_of_base = rest[4 * place : 4 * place + 4]
        mean, mean_of_base = (int(of) // count if count else None for of, count in ((total, known), (total_of_base, known_of_base)))
        found.append(Compared(name, known, mean, mean_of_base))
    return tuple(found), base, size


def _spread(marked: "DataFrame", tag: str) -> list[tuple[Any, int, int]]:
    """Return the values of a tag with their subscribers; those of a number with many values in fifths of the base."""
    from pyspark.sql import functions as F

    value: Column = F.col(tag)
    is_number, is_banded = CAR.column(tag).type in ("int", "bigint"), False
    if is_number and marked.select(tag).distinct().limit(MOST_VALUES + 1).count() > MOST_VALUES:
        (fifths, greatest) = marked.agg(F.percentile_approx(tag, list(FIFTHS), 10_000), F.max(tag)).collect()[0]
        borders = sorted({*fifths, greatest})
        value = F.coalesce(*(F.when(F.col(tag) <= border, F.lit(border)) for border in borders))
        is_banded = True
    counted = marked.select(value.alias("value"), "_in").groupBy("value").agg(F.count_if("_in").alias("ours"), F.count("*").alias("base"))
    rows = counted.orderBy("value") if is_number else counted.orderBy(F.desc("ours"), F.desc("base"), "value")
    return [(f"up to {row.value:,}" if is_banded and row.value is not None else row.value, row.ours, row.base) for row in rows.collect()]


def _overlaps(members: "DataFrame", decisions: "DataFrame", audiences: Mapping[str, str]) -> list[Overlap]:
    """Return the scenarios whose audience has some of these members, whether a step is due that night or not."""
    from pyspark.sql import functions as F

    if not audiences:
        return []
    (shared,) = members.agg(*(F.count_if(F.expr(where)).alias(name) for name, where in audiences.items())).collect()
    listed = decisions.where("stage = 'listed'").join(members.select("subscriber_id"), "subscriber_id", "left_semi")
    counted = listed.groupBy("scenario").agg(F.count_distinct("subscriber_id").alias("listed")).collect()
    by_scenario = {row.scenario: row.listed for row in counted}
    found = [Overlap(name, shared[name], by_scenario.get(name, 0)) for name in audiences]
    return sorted((one for one in found if one.members or one.listed), key=lambda one: (-one.members, one.scenario))
