"""A sequence of jobs: in the order of their tables, side by side where that leaves it open, and what runs always at the end."""

import time
from datetime import date
from threading import Barrier
from typing import Any, cast

import pytest

from expectations.errors import ChudianError
from expectations.tables.dwd_subscriber import SUBSCRIBER
from expectations.tables.mkt_decision import DECISION
from expectations.tables.ods_terminal import TERMINAL
from features.product import PRODUCT
from jobs.runtime.job import Job
from jobs.runtime.night import Runner
from jobs.runtime.reads import Snapshot
from jobs.runtime.sequence import Ended, NightError, run_sequence

FIRST = Job(name="first", stage="refine", kind="table", call=print, writes=(SUBSCRIBER,))
NEXT = Job(name="next", stage="decide", kind="table", call=print, writes=(DECISION,), reads={"rows": Snapshot(SUBSCRIBER)})
REPORT = Job(name="report", stage="report", kind="effect", call=print, writes=(), always=True)


class Broken:
    """Runs every job but the first, which meets an error while the others take their time."""

    def __init__(self, error: BaseException) -> None:
        self.error = error
        self.rows: int | None = None
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
        run_sequence(cast(Runner, Broken(error)), [FIRST, NEXT, REPORT], date(2026, 3, 4), found.append)
    assert [f"{end.job} {end.state}" for end in found] == ended


BESIDE = Job(name="beside", stage="refine", kind="table", call=print, writes=(TERMINAL,))
LATER = Job(name="later", stage="tag", kind="table", call=print, writes=(PRODUCT.table,))


class Meeting:
    """Ends the jobs `first` and `beside` when both are running, and keeps the order in which jobs began."""

    def __init__(self) -> None:
        self.both = Barrier(2, timeout=20)
        self.rows: int | None = None
        self.began: list[str] = []

    def run(self, job: Job, *_: Any) -> "Meeting":
        self.began.append(job.name)
        if job in (FIRST, BESIDE):
            self.both.wait()
        return self


def test_jobs_that_do_not_need_each_other_run_side_by_side_and_a_reader_after_its_writer() -> None:
    meeting, found = Meeting(), list[Ended]()
    run_sequence(cast(Runner, meeting), [FIRST, BESIDE, NEXT], date(2026, 3, 4), found.append)
    assert {end.state for end in found} == {"done"}
    assert meeting.began[2:] == ["next"]


def test_after_an_error_past_the_runner_no_further_job_begins() -> None:
    broken = Broken(ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        run_sequence(cast(Runner, broken), [FIRST, BESIDE, LATER, REPORT], date(2026, 3, 4), lambda _: None)
    assert "later" not in broken.began
    assert broken.began[-1] == "report"
