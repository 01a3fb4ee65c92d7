"""Sums that a night advances are those made from scratch, whatever came, was late, was corrected or was left out."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from hypothesis import HealthCheck, given
from hypothesis import settings as at_most
from hypothesis import strategies as st
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from expectations.tables.ods_usage import ODS_USAGE
from expectations.tables.ops import OPS_LOAD
from features.family import Family
from features.moment import Moment
from features.reads import Rows
from features.sums import Sums
from jobs.register import job_named
from jobs.runtime.job import Job
from jobs.runtime.job_run import JobRun, Runner
from jobs.runtime.loads import Load
from jobs.runtime.movements import movements, signed
from jobs.runtime.reads import moved
from jobs.runtime.settings import settings
from tests.features.test_family import family
from tests.frames import by_role, frame

# The nights cross the end of a month, so that closed months enter and leave.
FIRST, NIGHTS, DAYS, WORLDS, PEOPLE = date(2026, 2, 26), 6, 9, 8, 4
DAY_ONE = FIRST - timedelta(days=4)
ROWS = "subscriber_id STRING, day DATE, sms_count BIGINT, known_on DATE, load_id STRING, feed STRING"


@dataclass(frozen=True)
class Delivery:
    """A load of a day, first seen some nights later; one that is seen later corrects it. `rows`: messages by subscriber."""

    day: int
    late: int
    rows: tuple[tuple[int, int | None], ...]


@dataclass(frozen=True)
class Life:
    """How many days after DAY_ONE a subscriber enters, and for how many days BOSS delivers them. A window may begin before they enter."""

    enters: int
    stays: int

    @property
    def entry(self) -> date:
        return DAY_ONE + timedelta(days=self.enters)

    def lasts(self, night: date) -> bool:
        return self.entry <= night <= self.entry + timedelta(days=self.stays)


LIVES = st.lists(st.builds(Life, st.integers(-2, DAYS), st.integers(0, 12)), min_size=PEOPLE, max_size=PEOPLE)
SOME_ROWS = st.lists(st.tuples(st.integers(0, PEOPLE - 1), st.none() | st.integers(0, 5)), max_size=3, unique_by=lambda row: row[0]).map(
    tuple
)
HISTORY = st.lists(st.builds(Delivery, st.integers(0, DAYS), st.integers(0, 4), SOME_ROWS), max_size=12)
# Each world has its own feed and subscribers. One Spark plan serves them all.
HISTORIES = st.lists(st.tuples(HISTORY, LIVES), min_size=WORLDS, max_size=WORLDS)
# Nights that are not run: after them the sums are made from scratch.
SKIPPED = st.sets(st.integers(1, NIGHTS - 1), max_size=2)


def kept() -> tuple[Family, Sums]:
    sample = family(usage=Rows(ODS_USAGE, keeps_sums=True))

    def messages() -> Column:
        """Messages."""
        return F.col("sms_count")

    def known_messages() -> Column:
        """Messages, null without a row."""
        return F.col("sms_count")

    def sends() -> Column:
        """Whether there were messages."""
        return F.col("sms_count") > 0

    def sending_days() -> Column:
        """Days with messages."""
        return F.col("sms_count") > 0

    sample.windowed("sum", unit="messages", label="短信", days=(2, 3), months=(1,))(messages)
    sample.windowed("sum", unit="messages", label="短信数", missing=None, days=(2, 3), months=(1,))(known_messages)
    sample.windowed("any", label="是否发短信", missing=None, days=(2, 3), months=(1,))(sends)
    sample.windowed("active_days", unit="days", label="天数", days=(2, 3), months=(1,))(sending_days)
    return sample, sample.sums["usage"]


def loads_of(history: list[Delivery], world: int) -> dict[Load, Delivery]:
    made = {}
    for number, one in enumerate(history):
        day = DAY_ONE + timedelta(days=one.day)
        seen = max(day + timedelta(days=one.late), FIRST)
        made[Load(day, seen, day, number, f"load{number}", f"feed{world}")] = one
    return made


def known(loads: list[Load], night: date) -> list[Load]:
    """Of each world and day the newest load that the night knows."""
    found: dict[tuple[str, date], Load] = {}
    for load in sorted(loads, key=lambda one: (one.known_on, one.sequence)):
        if load.known_on <= night and load.event_date <= night:
            found[load.feed, load.event_date] = load
    return list(found.values())


def expected(rows: dict[Load, Delivery], now: list[Load], lives: dict[str, Life], night: date) -> dict[str, tuple[object, ...]]:
    """The tags by hand: for 2 days, 3 days and the closed month, of those whom BOSS delivers."""
    month_end = night.replace(day=1) - timedelta(days=1)
    days = [{night - timedelta(days=back) for back in range(length)} for length in (2, 3)]
    values = defaultdict[str, list[list[int]]](lambda: [[], [], []])
    for load in now:
        is_in = [load.event_date in window for window in days] + [f"{load.event_date:%Y-%m}" == f"{month_end:%Y-%m}"]
        for number, messages in rows[load].rows:
            for window, holds in zip(values[f"{load.feed}who{number}"], is_in, strict=True):
                window += [messages] if holds and messages is not None else []
    found: dict[str, tuple[object, ...]] = {}
    for who, life in lives.items():
        if life.lasts(night):
            told = values[who]
            tags = [
                [sum(window) for window in told],
                [sum(window) if window else None for window in told],
                [any(window) if window else None for window in told],
                [sum(value > 0 for value in window) for window in told],
            ]
            # A month that ended before they entered says nothing, even if the extract has rows of it.
            before = life.entry > month_end
            found[who] = tuple(value for of in tags for value in (*of[:2], None if before else of[2]))
    return found


def as_rows(spark: SparkSession, rows: dict[Load, Delivery], loads: list[Load]) -> DataFrame:
    told = [
        (f"{load.feed}who{who}", load.event_date, messages, load.known_on, load.load_id, load.feed)
        for load in loads
        for who, messages in rows[load].rows
    ]
    return spark.createDataFrame(told, ROWS)


@at_most(max_examples=2, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(worlds=HISTORIES, skipped=SKIPPED)
def test_tags_of_advanced_sums_are_those_of_the_known_loads_whoever_enters_or_leaves(
    spark: SparkSession, worlds: list[tuple[list[Delivery], list[Life]]], skipped: set[int]
) -> None:
    sample, sums = kept()
    rows = {load: one for world, (history, _) in enumerate(worlds) for load, one in loads_of(history, world).items()}
    lives = {f"feed{world}who{number}": life for world, (_, lived) in enumerate(worlds) for number, life in enumerate(lived)}
    names = ["subscriber_id", *(tag.column.name for tag in sums.tags)]
    nothing = sums.table.empty(spark)
    state, before = nothing, list[Load]()
    for number in range(NIGHTS):
        night = FIRST + timedelta(days=number)
        if number in skipped:
            state, before = nothing, []
            continue
        now = [load for load in known(list(rows), night) if load.event_date in set(sums.days(night))]
        signs = movements(moved(sums), night, before, now)
        advanced = sums.advanced(state, signed(spark, moved(sums), as_rows(spark, rows, list(signs)), signs), night).toArrow()
        # Collected, so that a night does not compute all nights before it again.
        state, before = spark.createDataFrame(advanced) if advanced.num_rows else nothing, now
        spine = [(who, life.entry) for who, life in lives.items() if life.lasts(night)]
        people = spark.createDataFrame(spine, "subscriber_id STRING, entry_date DATE")
        tags = sample.compute_at(Moment({night: {}}), people, {"usage": state}, usage=None).select(*names)
        found = {row[0]: tuple(row[1:]) for row in tags.collect()}
        assert found == expected(rows, now, lives, night), (night, worlds, skipped)


def test_tags_made_of_kept_sums_are_those_made_of_the_rows(spark: SparkSession) -> None:
    sample, sums = kept()

    def most() -> Column:
        """Most messages on a day."""
        return F.col("sms_count")

    sample.windowed("max", days=(3,), type="bigint", unit="messages", label="最多")(most)
    night = date(2026, 3, 2)
    usage = frame(
        spark,
        ODS_USAGE,
        """
        subscriber_id | day        | sms_count | known_on   | load_id | feed
        loyal         | 2026-03-02 | 3         | 2026-03-02 | a       | boss_usage
        loyal         | 2026-02-28 | 4         | 2026-03-01 | b       | boss_usage
        joined        | 2026-02-28 | 0         | 2026-03-01 | b       | boss_usage
        gone          | 2026-02-01 |           | 2026-02-01 | c       | boss_usage
        """,
    )
    loads = [
        Load(date(2026, 3, 2), night, night, 1, "a", "boss_usage"),
        Load(date(2026, 2, 28), date(2026, 3, 1), night, 1, "b", "boss_usage"),
    ]
    loads.append(Load(date(2026, 2, 1), date(2026, 2, 1), night, 1, "c", "boss_usage"))
    signs = movements(moved(sums), night, [], loads)
    state = sums.advanced(sums.table.empty(spark), signed(spark, moved(sums), usage, signs), night)
    subscribers = frame(
        spark, DWD_SUBSCRIBER, "subscriber_id | entry_date\nloyal | 2020-01-01\njoined | 2026-02-28\ngone | 2020-01-01\nsilent | 2020-01-01"
    )
    of_rows = sample.compute(night, subscribers, usage=usage)
    of_sums = sample.compute_at(Moment({night: {}}), subscribers, {"usage": state}, usage=usage.where("day >= DATE'2026-02-28'"))
    names = [tag.column.name for tag in sample.tags]
    assert by_role(of_sums, *names) == by_role(of_rows, *names)
    assert by_role(of_sums, "messages_3d", "known_messages_1m", "sends_1m", "most_3d") == {
        "loyal": (7, 4, True, 4),
        "joined": (0, 0, False, 0),
        "gone": (0, None, None, None),
        "silent": (0, None, None, None),
    }


class Usage:
    """A home with the job that advances the sums, and loads published as receive publishes them."""

    def __init__(self, spark: SparkSession, home: Path) -> None:
        self.spark, self.runner = spark, Runner(settings({"CHUDIAN_HOME": str(home)}))
        self.job = job_named("advance_usage_sums")

    def deliver(self, night: date, **messages: tuple[date, int]) -> None:
        """Deliver loads by name: the day and how many messages the subscriber sent."""
        loads = [Load(day, night, day, 1, name, "boss_usage", rows=1) for name, (day, _) in messages.items()]
        text = "subscriber_id | day | sms_count | known_on | load_id | feed\n" + "\n".join(
            f"loyal | {day} | {count} | {night} | {name} | boss_usage" for name, (day, count) in messages.items()
        )

        def call(run: JobRun) -> None:
            run.publish(ODS_USAGE, frame(self.spark, ODS_USAGE, text).na.fill(0), loads=loads)

        self.runner.run(Job(name="receive", stage="receive", kind="effect", call=call, writes=(ODS_USAGE,)), night)
        told = {"feed": "boss_usage", "scope": "", "known_on": night, "sequence": 1, "state": "loaded", "files": 1, "rows_quarantined": 0}
        listed = [
            {**told, "event_date": load.event_date, "data_date": load.event_date, "load_id": load.load_id, "rows_loaded": 1}
            for load in loads
        ]
        self.runner.lake.records.replace(OPS_LOAD, listed, f"known_on = DATE '{night}'")

    def days_opened(self, on: date) -> list[date]:
        return sorted({file.partition["day"] for file in self.runner.lake.files(self.job.reads["rows"], on)})

    def messages(self, on: date) -> object:
        self.runner.run(self.job, on)
        return by_role(self.runner.lake.whole(self.job.writes[0], business_date=on), "sms_count_30d", "sms_count_1m")["loyal"]


def test_a_night_opens_the_days_that_entered_or_left_a_window_and_the_loads_of_a_correction(spark: SparkSession, tmp_path: Path) -> None:
    usage = Usage(spark, tmp_path)
    first = date(2026, 3, 9)
    days = [first - timedelta(days=back) for back in range(40)]
    usage.deliver(first, **{f"load{day:%m%d}": (day, day.day) for day in days})
    assert usage.days_opened(first) == sorted(days), "the first night has nothing to go on from"
    assert usage.messages(first) == (sum(day.day for day in days[:30]), sum(range(1, 29)))
    second = first + timedelta(days=1)
    usage.deliver(second, new=(second, 100), mend=(date(2026, 2, 20), 1000))
    # Windows of 7 and 30 days, and the corrected day, which is in the windows of 30 days and of February.
    left = [second - timedelta(days=length) for length in (30, 7)]
    assert usage.days_opened(second) == sorted([*left, date(2026, 2, 20), second])
    february = sum(range(1, 29)) - 20 + 1000
    assert usage.messages(second) == (sum(day.day for day in days[:29]) + 100 - 20 + 1000, february)
    skipped = second + timedelta(days=2)
    assert len(usage.days_opened(skipped)) > 35, "a night that did not run leaves nothing to go on from"
    assert usage.messages(skipped)[1] == february  # type: ignore[index]
