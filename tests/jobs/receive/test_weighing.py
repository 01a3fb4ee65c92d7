"""Of rows with one key one is loaded, and an extract of an unusual size waits for somebody to look at it."""

from dataclasses import replace
from datetime import date, timedelta
from tempfile import TemporaryDirectory

import pytest
from pyspark.sql import SparkSession

from expectations.feed import Feed
from expectations.feeds import FEEDS
from jobs.receive.deliveries import Delivery
from jobs.receive.releases import waiting
from jobs.receive.repeats import SUPERSEDED, marked
from jobs.receive.weighing import Band, Outcome, counted, counted_in, sorted_out, weigh
from tests.night.homes import NIGHT

ORDERS, SUBSCRIBERS, USAGE = FEEDS["boss_subscription"], FEEDS["boss_subscriber"], FEEDS["boss_usage"]
TARIFFS = FEEDS["tariff_catalog"]


def delivery(feed: Feed, rows: int, day: date = NIGHT, load_id: str = "new", sequence: int = 1) -> Delivery:
    return Delivery(feed, day, day, sequence, (), load_id, (), rows)


def reasons(spark: SparkSession, feed: Feed, rows: str) -> list[list[str] | None]:
    """The reasons after marking; a line gives key, moment of cancelling, file, place, and whether it is broken already."""
    key, *_ = (name for name in feed.table.key if name != "load_id")
    ddl = f"{key} string, cancelled_at string, file string, at bigint, reasons array<string>, load_id string, known_on date, feed string"
    cells = [[cell.strip() or None for cell in line.split("|")] for line in rows.strip().splitlines()]
    lines = [(name, moment, file, int(at or 0), ["broken"] if bad else [], "a", NIGHT, feed.name) for name, moment, file, at, bad in cells]
    day = f"DATE'{NIGHT}' AS {feed.table.event_date}"
    found = marked(feed, spark.createDataFrame(lines, ddl).selectExpr("*", day)).orderBy("file", "at").collect()
    return [row.reasons for row in found]


def test_the_newest_state_of_an_order_line_wins_wherever_it_lies_in_the_delivery(spark: SparkSession) -> None:
    found = reasons(
        spark,
        ORDERS,
        """
        7001 |          | a | 1 |
        7001 | 18:15:00 | a | 2 |
        7002 | 18:16:00 | a | 3 |
        7002 |          | b | 4 |
        7003 |          | b | 5 |
        7003 |          | b | 6 |
        7004 |          | b | 7 |
        7004 | 18:17:00 | b | 8 | x
        """,
    )
    old: list[str] = [SUPERSEDED]
    assert found == [old, [], [], old, old, [], [], ["broken"]]


def test_where_a_feed_does_not_say_what_is_newer_the_first_row_of_a_key_stays(spark: SparkSession) -> None:
    found = reasons(spark, USAGE, "u1 | 1 | a | 1 |\nu1 | 2 | a | 2 |\nu2 | 1 | a | 3 |")
    assert found == [[], ["repeats the key (subscriber_id) of an earlier row"], []]


def weighed(spark: SparkSession, feed: Feed, *rows: tuple[int, list[str] | None, str | None]) -> Outcome:
    """What becomes of a delivery with so many rows of these reasons and codes."""
    outcome = Outcome(delivery(feed, 0, load_id="a"), "loaded")
    lines = [("a", NIGHT, why, code) for times, why, code in rows for _ in range(times)]
    staged = spark.createDataFrame(lines, "load_id string, known_on date, reasons array<string>, product string")
    with TemporaryDirectory() as stage:
        staged.write.mode("overwrite").parquet(stage)
        here = counted_in(feed, stage)
    assert sorted(here, key=str) == sorted(counted(feed, staged), key=str), "Spark counts a large delivery, and must count alike"
    weigh(feed, [outcome], here)
    return outcome


def test_superseded_states_are_kept_back_without_counting_as_bad_rows(spark: SparkSession) -> None:
    quiet = weighed(spark, ORDERS, (2, [], None), (2, [SUPERSEDED], None), (1, None, None))
    assert (quiet.state, quiet.loaded, quiet.quarantined) == ("loaded", 2, 2)
    wrong = weighed(spark, ORDERS, (2, [], None), (2, ["PRODUCT_CODE: expected a value"], None))
    assert (wrong.state, wrong.loaded, wrong.quarantined) == ("refused", 0, 4)
    assert "2 of 4 rows cannot be loaded" in str(wrong.reason)


def test_a_row_of_a_catalogue_that_is_kept_back_is_named(spark: SparkSession) -> None:
    found = weighed(spark, TARIFFS, *((1, [], f"gt{fee}") for fee in range(18)), (1, ["MONTHLY_FEE: expected a value"], "gt088"))
    assert (found.state, found.loaded, found.quarantined, found.named) == ("loaded", 18, 1, ["gt088 (MONTHLY_FEE: expected a value)"])


def states(before: list[int], *now: Delivery, released: set[str] | None = None) -> list[str]:
    """What becomes of deliveries after accepted ones with so many rows."""
    feed = now[0].feed
    days = [NIGHT - timedelta(days=len(before) - place) for place in range(len(before))]
    loads = [{"scope": "", "event_date": day, "rows_delivered": rows} for day, rows in zip(days, before, strict=True)]
    return [outcome.state for outcome in sorted_out(now, {}, Band.of(feed, loads, released or set()))]


USUAL = [1000, 1000, 1010, 1000, 990]


@pytest.mark.parametrize(
    ("before", "rows", "state"),
    [
        (USUAL, 1200, "loaded"),
        (USUAL, 1201, "held"),
        (USUAL, 800, "loaded"),
        (USUAL, 100, "held"),
        ([1000, 100, 1000], 1000, "loaded"),
        ([100] * 7 + [1000] * 7, 1000, "loaded"),
        ([1000, 1000], 100, "loaded"),
        ([], 100, "loaded"),
    ],
    ids=["upper end", "above", "lower end", "a tenth", "one odd before", "the last seven count", "too few before", "none before"],
)
def test_an_extract_far_from_the_usual_size_is_held(before: list[int], rows: int, state: str) -> None:
    assert states(before, delivery(SUBSCRIBERS, rows)) == [state]


def test_each_scope_has_a_usual_size_newest_load_and_held_deliveries_of_its_own() -> None:
    before = {(scope, NIGHT - timedelta(days=day)): rows for scope, rows in (("3501", 1000), ("3502", 100)) for day in (1, 2, 3)}
    now = [replace(delivery(SUBSCRIBERS, 100, load_id=load), scope=scope) for scope, load in (("3501", "a"), ("3502", "b"), ("3502", "a"))]
    outcomes = sorted_out(now, {("3501", NIGHT): "b"}, Band(SUBSCRIBERS, before, set()))
    assert [outcome.state for outcome in outcomes] == ["held", "loaded", "loaded"]
    assert "chudian release boss_subscriber 2026-03-04 --scope 3501" in str(outcomes[0].reason)


def test_a_list_that_may_grow_is_held_only_if_it_shrinks() -> None:
    grows = replace(SUBSCRIBERS, may_grow=True)
    assert [states(USUAL, delivery(grows, rows)) for rows in (9000, 100)] == [["loaded"], ["held"]]


def test_a_feed_without_a_band_has_no_usual_size() -> None:
    assert states(USUAL, delivery(ORDERS, 100)) == ["loaded"]


WEEKDAYS, WEEKEND = [1000] * 6, [400]


@pytest.mark.parametrize(
    ("before", "rows", "state"),
    [
        ((WEEKDAYS + WEEKEND) * 3, 1600, "loaded"),
        ((WEEKDAYS + WEEKEND) * 3, 1601, "held"),
        ((WEEKDAYS + WEEKEND) * 3, 399, "held"),
        ((WEEKEND + WEEKDAYS) * 3, 160, "loaded"),
        ((WEEKEND + WEEKDAYS) * 3, 1000, "held"),
        ([5000] * 7 + (WEEKDAYS + WEEKEND) * 4, 1000, "loaded"),
        ((WEEKDAYS + WEEKEND) * 2 + WEEKDAYS, 100, "loaded"),
    ],
    ids=["upper end", "above", "below", "a weekend", "too many for a weekend", "the last four weeks count", "two weeks are too few"],
)
def test_what_happened_on_a_day_is_compared_with_the_same_weekday(before: list[int], rows: int, state: str) -> None:
    assert states(before, delivery(USAGE, rows)) == [state]


def test_the_weekday_is_named_where_a_delivery_is_held() -> None:
    before = {("", NIGHT - timedelta(weeks=week)): 1000 for week in (1, 2, 3)}
    (outcome,) = sorted_out([delivery(USAGE, 100)], {}, Band(USAGE, before, set()))
    assert "100 rows, expected 1000 (median of the last 3 accepted, each a Wednesday) give or take 600" in str(outcome.reason)


def test_a_held_delivery_says_what_came_what_is_usual_and_how_it_is_let_in() -> None:
    (outcome,) = sorted_out(
        [delivery(SUBSCRIBERS, 100)], {}, Band(SUBSCRIBERS, {("", NIGHT - timedelta(days=day)): 1000 for day in (1, 2, 3)}, set())
    )
    told = str(outcome.reason)
    for words in ("landing/2026-03-04/boss_subscriber/", "100 rows, expected 1000 (median of the last 3 accepted)", "200 per mille"):
        assert words in told
    assert "chudian release boss_subscriber 2026-03-04" in told
    assert (outcome.loaded, outcome.quarantined) == (0, 100)


def test_a_released_content_is_loaded_and_no_other_of_its_size() -> None:
    assert states(USUAL, delivery(SUBSCRIBERS, 100), released={"new"}) == ["loaded"]
    assert states(USUAL, delivery(SUBSCRIBERS, 100, load_id="other"), released={"new"}) == ["held"]


def test_a_held_content_that_comes_again_is_still_held_and_a_whole_one_after_it_is_loaded() -> None:
    again = [delivery(SUBSCRIBERS, rows, load_id=load, sequence=n) for n, rows, load in ((1, 100, "a"), (2, 100, "a"), (3, 1000, "b"))]
    assert states(USUAL, *again) == ["held", "held", "loaded"]


def test_a_held_delivery_waits_until_its_event_date_has_an_accepted_one() -> None:
    def load(day: int, sequence: int, state: str) -> dict[str, object]:
        day_of = date(2026, 3, day)
        return {"scope": "", "event_date": day_of, "data_date": day_of, "known_on": day_of, "sequence": sequence, "state": state}

    listed = [load(1, 1, "held"), load(1, 2, "loaded"), load(2, 1, "loaded"), load(2, 2, "held"), load(3, 1, "refused"), load(4, 1, "held")]
    listed += [{**load(1, 1, "held"), "scope": "3502"}]
    assert [(row["event_date"].day, row["sequence"], row["scope"]) for row in waiting(listed)] == [(1, 1, "3502"), (2, 2, ""), (4, 1, "")]
