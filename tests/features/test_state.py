"""state(D) = state(D-1) + entered - left: whatever came and went, the state that was advanced is the one made from scratch."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyspark.sql import DataFrame, SparkSession

from features.state import Change, Partition, fingerprint, newest

FIRST = date(2026, 3, 1)
NIGHTS, WINDOW, KEYS = 7, 3, 4
NEWEST = "key INT, value BIGINT, told_on DATE"


@dataclass(frozen=True)
class Delivery:
    """A load of a day, first seen some nights later; a later one for the same day corrects it."""

    day: int
    late: int
    rows: tuple[tuple[int, int], ...]


ROWS = st.lists(st.tuples(st.integers(0, KEYS), st.integers(-5, 5)), max_size=4, unique_by=lambda row: row[0]).map(tuple)
HISTORY = st.lists(st.builds(Delivery, st.integers(0, NIGHTS - 1), st.integers(0, 3), ROWS), max_size=10)


def known(history: Iterable[Delivery], night: int) -> dict[Partition, Delivery]:
    """Of each day of the window the newest load known by the night."""
    found: dict[int, tuple[int, int, Delivery]] = {}
    for number, load in enumerate(history):
        if load.day + load.late <= night and night - WINDOW < load.day <= night:
            found[load.day] = max(found.get(load.day, (-1, -1, load)), (load.day + load.late, number, load), key=lambda one: one[:2])
    return {
        Partition(FIRST + timedelta(days=day), FIRST + timedelta(days=seen), f"load{number}"): load
        for day, (seen, number, load) in found.items()
    }


def rows_of(loads: dict[Partition, Delivery], chosen: Iterable[Partition]) -> list[tuple[int, int, date]]:
    return [(key, value, partition.event_date) for partition in chosen for key, value in loads[partition].rows]


def frame(spark: SparkSession, rows: Iterable[tuple[object, ...]], ddl: str) -> DataFrame:
    return spark.createDataFrame(list(rows), ddl)


def same(one: DataFrame, other: DataFrame) -> bool:
    return sorted(map(tuple, one.collect())) == sorted(map(tuple, other.collect()))


@settings(max_examples=6, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=HISTORY)
def test_newest_rows_that_were_advanced_are_those_made_from_scratch(spark: SparkSession, history: list[Delivery]) -> None:
    nothing = frame(spark, [], NEWEST)
    state, before = nothing, dict[Partition, Delivery]()
    for night in range(NIGHTS):
        now = known(history, night)
        change = Change.between(before, now)
        scratch = newest(nothing, frame(spark, rows_of(now, now), NEWEST), ["key"], "told_on")
        if change.only_expired(now):
            gone = {partition.event_date for partition in change.left}
            held = frame(spark, [row for row in state.collect() if row.told_on not in gone], NEWEST)
            assert same(newest(held, frame(spark, rows_of(now, change.entered), NEWEST), ["key"], "told_on"), scratch), (night, history)
        state, before = frame(spark, scratch.collect(), NEWEST), now


def test_a_correction_a_late_load_and_an_expired_day_are_one_difference_of_two_lists() -> None:
    def of(day: int, known_on: int, load: str) -> Partition:
        return Partition(date(2026, 3, day), date(2026, 3, known_on), load)

    before = [of(1, 1, "a"), of(2, 2, "b")]
    now = [of(2, 4, "c"), of(3, 4, "d"), of(4, 4, "e")]
    change = Change.between(before, now)
    assert change == Change(entered=(of(2, 4, "c"), of(3, 4, "d"), of(4, 4, "e")), left=(of(1, 1, "a"), of(2, 2, "b")))
    assert not change.only_expired(now), "what a correction replaced cannot be taken out of a newest row"
    assert Change.between([before[0]], now).only_expired(now)
    assert fingerprint(before) == fingerprint(reversed(before)) != fingerprint(now)
    assert fingerprint(before, "another rule") != fingerprint(before)


def test_of_rows_of_one_key_and_date_out_of_two_loads_the_greatest_counts_whichever_came_first(spark: SparkSession) -> None:
    one, other = (frame(spark, [(1, value, FIRST)], NEWEST) for value in (5, 7))
    for state, entered in ((one, other), (other, one)):
        assert [tuple(row) for row in newest(state, entered, ["key"], "told_on").collect()] == [(1, 7, FIRST)]
