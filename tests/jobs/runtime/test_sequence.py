"""A sequence of jobs: in the order of their tables, side by side where that leaves it open, and what runs always at the end."""

import time
from datetime import date
from threading import Barrier
from typing import Any, cast

import pytest

from expectations.contract import Table
from expectations.errors import ChudianError, SlippedError
from expectations.tables.dwd_content_daily import DWD_CONTENT_DAILY
from expectations.tables.dwd_number_interval import DWD_NUMBER_INTERVAL
from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from expectations.tables.mkt_decision import MKT_DECISION
from expectations.tables.ods_subscriber import ODS_SUBSCRIBER
from expectations.tables.ods_terminal import ODS_TERMINAL
from expectations.tables.ods_usage import ODS_USAGE
from features.product import PRODUCT_TAGS
from jobs.runtime.job import Job
from jobs.runtime.job_run import Runner
from jobs.runtime.reads import Arrived, Known, Snapshot
from jobs.runtime.sequence import Ended, NightError, run_sequence

D = date(2026, 3, 4)
FIRST = Job(name="first", stage="refine", kind="table", call=print, writes=(DWD_SUBSCRIBER,))
NEXT = Job(name="next", stage="decide", kind="table", call=print, writes=(MKT_DECISION,), reads={"rows": Snapshot(DWD_SUBSCRIBER)})
REPORT = Job(name="report", stage="report", kind="effect", call=print, writes=(), always=True)


class Broken:
    """Runs every job but the first, which meets an error while the others take their time."""

    def __init__(self, error: BaseException) -> None:
        self.error = error
        self.rows: int | None = None
        self.told = ""
        self.refused: tuple[str, ...] = ()
        self.warnings: tuple[str, ...] = ()
        self.missed: tuple[str, ...] = ()
        self.began: list[str] = []

    def run(self, job: Job, *_: Any) -> "Broken":
        self.began.append(job.name)
        if job is FIRST:
            raise self.error
        if not job.always:
            time.sleep(0.2)
        return self


@pytest.mark.parametrize(
    ("error", "raised", "ended"),
    [
        (ChudianError("why"), NightError, ["first failed", "next kept back", "report done"]),
        (ZeroDivisionError("nobody foresaw it"), ZeroDivisionError, ["report done"]),
        (KeyboardInterrupt(), KeyboardInterrupt, []),
    ],
)
def test_the_report_comes_after_a_refusal_and_after_an_unforeseen_error(
    error: BaseException, raised: type[BaseException], ended: list[str]
) -> None:
    found: list[Ended] = []
    with pytest.raises(raised):
        run_sequence(cast(Runner, Broken(error)), [FIRST, NEXT, REPORT], D, found.append)
    assert [f"{end.job} {end.state}" for end in found] == ended


BESIDE = Job(name="beside", stage="refine", kind="table", call=print, writes=(ODS_TERMINAL,))
LATER = Job(name="later", stage="tag", kind="table", call=print, writes=(PRODUCT_TAGS.table,))


class Meeting:
    """Ends the jobs `first` and `beside` when both are running, and keeps the order in which jobs began."""

    def __init__(self) -> None:
        self.both = Barrier(2, timeout=20)
        self.rows: int | None = None
        self.told = ""
        self.refused: tuple[str, ...] = ()
        self.warnings: tuple[str, ...] = ()
        self.missed: tuple[str, ...] = ()
        self.began: list[str] = []

    def run(self, job: Job, *_: Any) -> "Meeting":
        self.began.append(job.name)
        if job in (FIRST, BESIDE):
            self.both.wait()
        return self


def test_jobs_that_do_not_need_each_other_run_side_by_side_and_a_reader_after_its_writer() -> None:
    meeting, found = Meeting(), list[Ended]()
    run_sequence(cast(Runner, meeting), [FIRST, BESIDE, NEXT], D, found.append)
    assert {end.state for end in found} == {"done"}
    assert meeting.began[2:] == ["next"]


def test_after_an_error_past_the_runner_no_further_job_begins() -> None:
    broken = Broken(ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        run_sequence(cast(Runner, broken), [FIRST, BESIDE, LATER, REPORT], D, lambda _: None)
    assert "later" not in broken.began
    assert broken.began[-1] == "report"


def test_the_summary_names_what_failed_and_what_was_kept_back_and_repeats_no_text() -> None:
    found: list[Ended] = []
    with pytest.raises(NightError) as refusal:
        run_sequence(cast(Runner, Broken(ChudianError("the whole story"))), [FIRST, NEXT, REPORT], D, found.append)
    assert found[0].told == "the whole story"
    assert str(refusal.value).splitlines()[:3] == [
        "Night of 2026-03-04 did not run to its end:",
        "  - failed: first",
        "  - kept back: next",
    ]
    assert "the whole story" not in str(refusal.value)


def test_what_needs_a_job_that_slipped_slips_too_and_the_night_does_not_fail() -> None:
    found: list[Ended] = []
    run_sequence(cast(Runner, Broken(SlippedError("late"))), [FIRST, NEXT, BESIDE, REPORT], D, found.append)
    assert {end.job: end.state for end in found} == {"first": "slipped", "next": "slipped", "beside": "done", "report": "done"}


class Unlucky(Broken):
    """Its report fails too, as it does when the night did not run to its end."""

    def run(self, job: Job, *more: Any) -> "Broken":
        if job.always:
            raise NightError("first failed, and everything that the page says of it")
        return super().run(job, *more)


@pytest.mark.parametrize("jobs", [[FIRST, REPORT], [REPORT]], ids=["after a failure", "alone"])
def test_the_report_repeats_no_failure_that_was_told_and_says_it_all_when_it_runs_alone(jobs: list[Job]) -> None:
    found: list[Ended] = []
    with pytest.raises(NightError):
        run_sequence(cast(Runner, Unlucky(ChudianError("why"))), jobs, D, found.append)
    is_alone = len(jobs) == 1
    assert found[-1].told == ("first failed, and everything that the page says of it" if is_alone else "the night did not run to its end")


USE = Job(name="use", stage="refine", kind="table", call=print, writes=(ODS_USAGE,), reads={"rows": Arrived(ODS_USAGE)})
HELD = Job(name="held", stage="refine", kind="table", call=print, writes=(DWD_NUMBER_INTERVAL,), reads={"rows": Known(ODS_SUBSCRIBER)})
CONTENT = Job(
    name="content", stage="tag", kind="table", call=print, writes=(DWD_CONTENT_DAILY,), reads={"held": Snapshot(DWD_NUMBER_INTERVAL)}
)


class OneFeed(Broken):
    """A home in which usage alone was ever delivered; every job runs well."""

    def __init__(self) -> None:
        super().__init__(ZeroDivisionError())
        self.lake = self

    def loads(self, fact: Table, _: date) -> list[str]:
        return ["a load"] if fact is ODS_USAGE else []

    def log(self, *_: Any) -> list[Any]:
        return []


def test_a_bulk_load_skips_what_needs_a_feed_that_was_never_delivered_and_a_night_does_not() -> None:
    found: list[Ended] = []
    run_sequence(cast(Runner, OneFeed()), [USE, HELD, CONTENT], D, found.append, D)
    assert {end.job: (end.state, end.told) for end in found} == {
        "use": ("done", ""),
        "held": ("skipped", "nothing to load: no accepted delivery of boss_subscriber by 2026-03-04"),
        "content": ("skipped", "waits for held"),
    }
    of_a_night: list[Ended] = []
    run_sequence(cast(Runner, OneFeed()), [USE, HELD, CONTENT], D, of_a_night.append)
    assert {end.state for end in of_a_night} == {"done"}


def test_warnings_and_refused_deliveries_come_with_the_job_that_ended_well() -> None:
    runner = OneFeed()
    runner.refused, runner.warnings, runner.missed = ("refused: x",), ("due",), ("x",)
    (end,) = run_sequence(cast(Runner, runner), [USE], D, lambda _: None)
    assert (end.state, end.warnings, end.missed) == ("done", ("refused: x", "due"), ("x",))
