"""One run of a home at a time: a second is refused by the name of the first, and a kill leaves no lock behind."""

import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from jobs.runtime.lock import BusyError, home_lock, one_at_a_time
from jobs.runtime.settings import CHECKOUT, Settings, settings

HOLD = """
import sys
from jobs.runtime.lock import home_lock
from jobs.runtime.settings import settings
with home_lock(settings({"CHUDIAN_HOME": sys.argv[1]}), "`chudian night 2026-03-04`", shared=sys.argv[2] == "shared"):
    print("holds", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def chosen(tmp_path: Path) -> Settings:
    return settings({"CHUDIAN_HOME": str(tmp_path)})


@contextmanager
def held(home: Path, how: str = "alone") -> Iterator["subprocess.Popen[str]"]:
    """A process that holds the home."""
    command = [sys.executable, "-c", HOLD, str(home), how]
    with subprocess.Popen(command, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "holds\n"
        try:
            yield holder
        finally:
            holder.kill()


def test_a_second_run_is_refused_by_the_name_of_the_first_and_may_begin_once_that_was_killed(chosen: Settings) -> None:
    with held(chosen.home) as first:
        named = rf"is in use by `chudian night 2026-03-04`, process {first.pid}, since 20"
        with pytest.raises(BusyError, match=named) as refusal, home_lock(chosen, "`chudian load`"):
            pass
        assert "To mend it: wait until it has ended" in str(refusal.value)
        first.kill()
        first.wait()
        with home_lock(chosen, "`chudian load`"):
            pass


def test_tasks_of_one_dag_run_work_side_by_side_and_a_run_at_the_desk_waits_for_none_of_them(chosen: Settings) -> None:
    with held(chosen.home, "shared"), home_lock(chosen, "another task", shared=True):
        pass
    with held(chosen.home, "shared"), pytest.raises(BusyError), home_lock(chosen, "`chudian night 2026-03-05`"):
        pass
    with held(chosen.home, "alone"), pytest.raises(BusyError), home_lock(chosen, "a task", shared=True):
        pass


def test_what_is_done_one_at_a_time_waits_for_its_turn_and_for_no_other_work(chosen: Settings) -> None:
    inside, most = list[str](), list[int]()

    def work(what: str) -> None:
        with one_at_a_time(chosen, what):
            inside.append(what)
            most.append(inside.count(what))
            time.sleep(0.02)
            inside.remove(what)

    with ThreadPoolExecutor(6) as at_once, one_at_a_time(chosen, "snapshots"):
        list(at_once.map(work, ["registry"] * 6))
    assert most == [1] * 6
