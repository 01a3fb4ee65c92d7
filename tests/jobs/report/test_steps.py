"""A record tells how a job ended; its absence, or a later run before it, tells the rest."""

from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from expectations.tables.mkt_decision import MKT_DECISION
from expectations.tables.ods_channel import ODS_CHANNEL
from expectations.tables.ods_usage import ODS_USAGE
from jobs.report.steps import Run, Step, steps
from jobs.runtime.job import Job, Order
from jobs.runtime.reads import Snapshot
from tests.jobs.report.nights import run

FIRST = Job(name="first", stage="refine", kind="table", call=print, writes=(DWD_SUBSCRIBER,))
SECOND = Job(name="second", stage="score", kind="table", call=print, writes=(ODS_CHANNEL,), reads={"rows": Snapshot(DWD_SUBSCRIBER)})
THIRD = Job(name="third", stage="decide", kind="table", call=print, writes=(MKT_DECISION,), reads={"rows": Snapshot(ODS_CHANNEL)})
APART = Job(name="apart", stage="refine", kind="table", call=print, writes=(ODS_USAGE,))
REPORT = Job(name="report", stage="report", kind="effect", call=print, writes=(), always=True)


def told(*runs: Run) -> dict[str, Step]:
    return {step.job: step for step in steps([FIRST, APART, SECOND, THIRD], runs)}


def states(*runs: Run) -> list[str]:
    found = told(*runs)
    return [found[name].state for name in ("first", "second", "third", "apart")]


def test_a_night_that_ran_is_done_to_its_end() -> None:
    assert states(run("first"), run("apart"), run("second", 1), run("third", 2)) == ["done"] * 4


def test_a_job_without_a_record_did_not_run_and_those_after_it_were_kept_back() -> None:
    assert states(run("first"), run("apart")) == ["done", "did not run", "kept back", "done"]


def test_a_failure_keeps_back_what_depends_on_it_and_nothing_else() -> None:
    assert states(run("first", state="failed", error="why"), run("apart")) == ["failed", "kept back", "kept back", "done"]
    assert told(run("first", state="failed", error="why"))["first"].told == "why"


def test_what_needs_a_job_that_slipped_slips_too_unless_another_failed() -> None:
    assert states(run("first", state="slipped", error="late"), run("apart")) == ["slipped", "slipped", "slipped", "done"]
    assert states(run("first"), run("second", 1, "slipped"), run("apart")) == ["done", "slipped", "slipped", "done"]


def test_of_several_runs_the_newest_counts() -> None:
    assert states(run("first", 0, "failed"), run("first", 1), run("apart"), run("second", 2), run("third", 3)) == ["done"] * 4


def test_rows_of_an_earlier_run_do_not_hide_a_failure_before_them() -> None:
    again = (run("first", 0), run("second", 1), run("third", 2), run("first", 3, "failed", error="why"), run("apart", 3))
    assert states(*again) == ["failed", "kept back", "kept back", "done"]


def test_what_was_made_before_its_source_was_made_anew_is_out_of_date() -> None:
    assert states(run("first", 3), run("second", 1), run("third", 2), run("apart")) == ["done", "out of date", "out of date", "done"]


def test_a_job_that_was_run_by_hand_after_a_failure_before_it_counts() -> None:
    assert states(run("first", 1, "failed"), run("second", 2), run("third", 3), run("apart"))[1:] == ["done", "done", "done"]


def test_a_job_that_runs_always_comes_last_after_those_that_nobody_waits_for() -> None:
    jobs = {job.name: job for job in (REPORT, THIRD, APART, SECOND, FIRST)}
    assert Order(jobs).sorted()[-1] is REPORT
    assert Order(jobs).before[REPORT.name] == {"third", "apart"}
