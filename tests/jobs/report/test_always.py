"""What runs always runs, whatever ended the jobs before it."""

from datetime import date
from typing import Any, cast

import pytest

from expectations.errors import ChudianError
from expectations.tables.dwd_subscriber import SUBSCRIBER
from expectations.tables.mkt_decision import DECISION
from jobs.runtime.job import Job
from jobs.runtime.night import Runner
from jobs.runtime.reads import Snapshot
from jobs.runtime.sequence import Ended, NightError, run_sequence

FIRST = Job(name="first", stage="refine", kind="table", call=print, writes=(SUBSCRIBER,))
NEXT = Job(name="next", stage="decide", kind="table", call=print, writes=(DECISION,), reads={"rows": Snapshot(SUBSCRIBER)})
REPORT = Job(name="report", stage="report", kind="sink", call=print, writes=(), always=True)


class Broken:
    """Runs every job but the first, which meets an error."""

    def __init__(self, error: BaseException) -> None:
        self.error = error
        self.rows: int | None = None

    def run(self, job: Job, *_: Any) -> "Broken":
        if job is FIRST:
            raise self.error
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
