"""Number intervals advance from the night before: they read what came tonight, and are what all extracts would give."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from expectations.tables.dwd_number_interval import DWD_NUMBER_INTERVAL
from expectations.tables.ods_subscriber import ODS_SUBSCRIBER
from expectations.tables.ops import OPS_LOAD
from jobs.refine.resolve_numbers import DAYS_SEEN, resolve_numbers
from jobs.runtime.job import Job
from jobs.runtime.job_run import JobRun, Runner
from jobs.runtime.lake import Lake
from jobs.runtime.loads import Load
from jobs.runtime.reads import Entered
from jobs.runtime.settings import settings
from tests.frames import frame, rows

FIRST = date(2026, 3, 1)
FEED = "boss_subscriber"
SEEN = resolve_numbers.reads["delivered"]


class Extracts:
    """Full extracts that are published as receive publishes them, and the job that reads them."""

    def __init__(self, spark: SparkSession, home: Path) -> None:
        self.spark = spark
        self.runner = Runner(settings({"CHUDIAN_HOME": str(home)}))

    @property
    def lake(self) -> Lake:
        return self.runner.lake

    def deliver(self, run: date, **by_load: tuple[date, dict[str, str]]) -> None:
        """What comes on a night: by load the day of a full extract and who holds which number; each began on the first of February."""
        loads = {name: Load(day, run, day, 1, name, FEED, rows=len(holders)) for name, (day, holders) in by_load.items()}
        text = (
            "day | subscriber_id | number_token | number_date | state | state_date | entry_date | known_on | load_id | feed\n"
            + "\n".join(
                f"{day} | {who} | {number} | 2026-02-01 | active | 2026-02-01 | 2026-02-01 | {run} | {name} | {FEED}"
                for name, (day, holders) in by_load.items()
                for number, who in holders.items()
            )
        )

        def call(run: JobRun) -> None:
            came = frame(self.spark, ODS_SUBSCRIBER, text).na.fill(
                {"brand": "gotone", "sub_brand": "a", "city": "0571", "vip_level": "none"}
            )
            run.publish(ODS_SUBSCRIBER, came, loads=loads.values())

        self.runner.run(Job(name="receive", stage="receive", kind="effect", call=call, writes=(ODS_SUBSCRIBER,)), run)
        told = {"feed": FEED, "scope": "", "known_on": run, "sequence": 1, "state": "loaded", "files": 1, "rows_quarantined": 0}
        days = {name: {"event_date": load.event_date, "data_date": load.event_date} for name, load in loads.items()}
        listed = [{**told, **days[name], "load_id": name, "rows_loaded": load.rows} for name, load in loads.items()]
        self.lake.records.replace(OPS_LOAD, listed, f"known_on = DATE '{run}'")

    def resolved(self, on: date) -> list[tuple]:
        self.runner.run(resolve_numbers, on)
        return rows(self.lake.whole(DWD_NUMBER_INTERVAL, business_date=on), "number_token", "subscriber_id", "seen_on")

    def read_tonight(self, on: date) -> tuple[list[date], bool]:
        """Event dates of the extracts that the night opens, and whether it goes on from the night before."""
        assert isinstance(SEEN, Entered)
        return sorted({file.partition["day"] for file in self.lake.files(SEEN, on)}), self.lake.change(SEEN, on)[1]


@pytest.fixture
def extracts(spark: SparkSession, tmp_path: Path) -> Extracts:
    return Extracts(spark, tmp_path)


def day(number: int) -> date:
    return FIRST + timedelta(days=number - 1)


def test_a_night_reads_the_extract_that_came_and_keeps_whom_it_saw_before(extracts: Extracts) -> None:
    extracts.deliver(day(1), one=(day(1), {"first": "loyal", "second": "gone"}))
    assert extracts.read_tonight(day(1)) == ([day(1)], False)
    extracts.resolved(day(1))
    extracts.deliver(day(2), two=(day(2), {"first": "loyal"}))
    assert extracts.read_tonight(day(2)) == ([day(2)], True)
    assert extracts.resolved(day(2)) == [("first", "loyal", day(2)), ("second", "gone", day(1))]


def test_after_a_correction_a_missed_night_and_an_extract_received_anew_all_are_read_again(extracts: Extracts) -> None:
    extracts.deliver(day(1), one=(day(1), {"first": "loyal", "second": "gone"}))
    extracts.resolved(day(1))
    extracts.deliver(day(2), corrected=(day(1), {"first": "loyal"}), two=(day(2), {"first": "loyal"}))
    assert extracts.read_tonight(day(2)) == ([day(1), day(2)], False), "what a correction took back cannot be taken out of a newest row"
    assert extracts.resolved(day(2)) == [("first", "loyal", day(2))]
    extracts.deliver(day(2), corrected=(day(1), {"first": "loyal"}), again=(day(2), {"first": "loyal", "third": "late"}))
    extracts.deliver(day(3), three=(day(3), {"first": "loyal"}))
    assert extracts.read_tonight(day(3)) == ([day(1), day(2), day(3)], False), "the state of the second is of another load"
    extracts.deliver(day(5), five=(day(5), {"first": "loyal"}))
    assert extracts.read_tonight(day(5))[1] is False, "nobody walked the night of the fourth"


def test_who_was_not_seen_for_the_whole_window_leaves_it(extracts: Extracts) -> None:
    extracts.deliver(day(1), one=(day(1), {"first": "loyal", "second": "gone"}))
    extracts.deliver(day(DAYS_SEEN), last=(day(DAYS_SEEN), {"first": "loyal"}))
    assert extracts.resolved(day(DAYS_SEEN)) == [("first", "loyal", day(DAYS_SEEN)), ("second", "gone", day(1))]
    extracts.deliver(day(DAYS_SEEN + 1), next=(day(DAYS_SEEN + 1), {"first": "loyal"}))
    assert extracts.read_tonight(day(DAYS_SEEN + 1)) == ([day(DAYS_SEEN + 1)], True)
    assert extracts.resolved(day(DAYS_SEEN + 1)) == [("first", "loyal", day(DAYS_SEEN + 1))]
