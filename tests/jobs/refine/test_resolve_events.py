"""Events of a feed that has only numbers: each goes to who held the number that day, and those of nobody are counted by load."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from expectations.contract import Table
from expectations.resolved import is_resolved, resolved
from expectations.tables.dwd_content_daily import DWD_CONTENT_DAILY
from expectations.tables.dwd_number_interval import DWD_NUMBER_INTERVAL
from expectations.tables.ods_wap_log import ODS_WAP_LOG
from expectations.tables.ops import OPS_LOAD, OPS_UNHELD
from jobs.refine.refine_content import refine_content
from jobs.refine.resolve_events import job_of
from jobs.runtime.job import Job
from jobs.runtime.job_run import JobRun, Runner
from jobs.runtime.loads import Load
from jobs.runtime.reads import Known
from jobs.runtime.settings import settings
from tests.frames import frame, rows

FIRST, D = date(2026, 3, 24), date(2026, 3, 25)
EVENTS = ODS_WAP_LOG
OF_SUBSCRIBERS = resolved(EVENTS)
REQUESTS = """
    day        | known_on   | feed    | load_id | number_token | host | requested_at        | bytes_up | bytes_down
    2026-03-24 | 2026-03-25 | wap_log | late    | recycled     | a.cn | 2026-03-24 23:59:59 | 1        | 0
    2026-03-24 | 2026-03-25 | wap_log | late    | nobodys      | a.cn | 2026-03-24 12:00:00 | 2        | 0
    2026-03-25 | 2026-03-25 | wap_log | one     | recycled     | a.cn | 2026-03-25 00:00:00 | 3        | 0
    2026-03-25 | 2026-03-25 | wap_log | one     | left         | a.cn | 2026-03-25 09:00:00 | 4        | 0
    2026-03-25 | 2026-03-25 | wap_log | one     | left         | a.cn | 2026-03-25 09:00:00 | 5        | 0
"""
HOLDERS = """
    number_token | subscriber_id | valid_from | valid_to   | seen_on    | business_date
    recycled     | before        | 2020-01-01 | 2026-03-25 | 2026-03-25 | 2026-03-25
    recycled     | after         | 2026-03-25 |            | 2026-03-25 | 2026-03-25
    left         | gone          | 2020-01-01 | 2026-03-25 | 2026-03-25 | 2026-03-25
"""


@pytest.fixture
def runner(spark: SparkSession, tmp_path: Path) -> Runner:
    """A home that has received the requests, and that knows who held which number."""
    runner = Runner(settings({"CHUDIAN_HOME": f"{tmp_path}"}))
    loads = [Load(FIRST, D, FIRST, 1, "late", "wap_log", rows=2), Load(D, D, D, 1, "one", "wap_log", rows=3)]

    def receive(run: JobRun) -> None:
        run.publish(EVENTS, frame(spark, EVENTS, REQUESTS), loads=loads)

    def know(run: JobRun) -> None:
        run.publish(DWD_NUMBER_INTERVAL, frame(spark, DWD_NUMBER_INTERVAL, HOLDERS))

    runner.run(Job(name="receive", stage="receive", kind="effect", call=receive, writes=(EVENTS,)), D)
    runner.run(Job(name="know", stage="refine", kind="effect", call=know, writes=(DWD_NUMBER_INTERVAL,)), D)
    told = {"feed": "wap_log", "scope": "", "known_on": D, "sequence": 1, "state": "loaded", "files": 1, "rows_quarantined": 0}
    listed = [{"event_date": of.event_date, "data_date": of.event_date, "load_id": of.load_id, "rows_loaded": of.rows} for of in loads]
    runner.lake.records.append(OPS_LOAD, [told | one for one in listed])
    return runner


def unheld(runner: Runner) -> list[tuple]:
    found = runner.lake.log(OPS_UNHELD)
    return sorted((row["table_name"], f"{row['event_date']}", row["load_id"], row["rows_loaded"], row["rows_unheld"]) for row in found)


def test_an_event_goes_to_the_holder_of_its_own_day_and_events_of_nobody_are_counted_by_load(runner: Runner) -> None:
    job = job_of(OF_SUBSCRIBERS, EVENTS)
    run = runner.run(job, D)
    found = rows(runner.lake.whole(OF_SUBSCRIBERS), "subscriber_id", "day", "bytes_up", "load_id")
    assert found == [("after", D, 3, "one"), ("before", FIRST, 1, "late")]
    counted = [("dwd.wap_log", "2026-03-24", "late", 2, 1), ("dwd.wap_log", "2026-03-25", "one", 3, 2)]
    assert unheld(runner) == counted
    assert run.told == "2 rows, 3 event(s) of numbers that nobody held"
    runner.run(job, D)
    assert unheld(runner) == counted, "a night that runs again replaces its own counts"


def test_what_a_night_could_not_refine_the_next_night_refines_with_the_holders_it_knows(runner: Runner, spark: SparkSession) -> None:
    after = D + timedelta(days=1)

    def know(run: JobRun) -> None:
        run.publish(DWD_NUMBER_INTERVAL, frame(spark, DWD_NUMBER_INTERVAL, HOLDERS.replace(" | 2026-03-25\n", f" | {after}\n")))

    runner.run(Job(name="know", stage="refine", kind="effect", call=know, writes=(DWD_NUMBER_INTERVAL,)), after)
    job = job_of(OF_SUBSCRIBERS, EVENTS)
    run = runner.run(job, after)
    assert run.warnings == [f"refined what the night of {D} received, because it could not be refined that night: 2 rows"]
    found = rows(runner.lake.read(Known(OF_SUBSCRIBERS), after), "subscriber_id", "day", "known_on", "bytes_up")
    assert found == [("after", D, D, 3), ("before", FIRST, D, 1)]
    assert [of[1:] for of in unheld(runner)] == [("2026-03-24", "late", 2, 1), ("2026-03-25", "one", 3, 2)]
    assert runner.run(job, after).warnings == [], "it is refined once"


def test_events_that_are_added_up_are_counted_as_events_and_each_fact_counts_its_own(runner: Runner) -> None:
    runner.run(job_of(OF_SUBSCRIBERS, EVENTS), D)
    runner.run(refine_content, D)
    assert [row for row in unheld(runner) if row[0] == DWD_CONTENT_DAILY.name] == [
        (DWD_CONTENT_DAILY.name, "2026-03-24", "late", 2, 1),
        (DWD_CONTENT_DAILY.name, "2026-03-25", "one", 3, 2),
    ]
    assert len(unheld(runner)) == 4


def test_a_resolved_table_has_the_subscriber_in_place_of_the_number_and_follows_the_events() -> None:
    key, columns = ("number_token", "load_id"), EVENTS.columns[:-2]
    answers = Table(name="ods.answer", owner="research", comment="Answers.", key=key, event_date="day", columns=columns)
    made = resolved(answers)
    assert (made.name, made.key, made.follows) == ("dwd.answer", ("subscriber_id", "load_id"), answers)
    names = [column.name for column in answers.columns]
    assert [column.name for column in made.columns] == ["subscriber_id" if name == "number_token" else name for name in names]
    assert is_resolved(made)
    assert not is_resolved(DWD_CONTENT_DAILY), "it has columns of its own, so it has a job of its own"
