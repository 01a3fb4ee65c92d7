"""The night by Airflow's real scheduler: one Spark for all tasks, a bounded price, a cleared task runs alone, a moved home goes on."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from dags.one_spark import gate_of
from jobs.register import night_jobs
from jobs.runtime.job import Order
from jobs.runtime.settings import CHECKOUT
from tests.night.homes import NIGHT, fork, list_bytes
from tests.night.scheduler import Scheduler, Watch, around, scheduler_of

CONF = json.dumps({"business_date": f"{NIGHT}"})
# What a task may cost beside its share of `chudian night`.
SECONDS_A_TASK = 3.0
SPARK = {"start_spark", "stop_spark"}


@pytest.fixture(scope="module")
def scheduler(before_night: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scheduler]:
    """Airflow open for a home before its night, the DAG just switched on."""
    home = fork(before_night, tmp_path_factory.mktemp("scheduled") / "home")
    with scheduler_of(home) as opened:
        opened.tell("dags", "unpause", "nightly")
        yield opened


def needing(name: str) -> set[str]:
    """The jobs that cannot run without this one, whatever its distance."""
    order = Order({job.name: job for job in night_jobs()})
    reached = {name}
    while more := {other for other in order.before if order.held_back(other, reached)} - reached:
        reached |= more
    return reached - {name}


def seconds_at_the_desk(home: Path) -> float:
    """Processor seconds of `chudian night`."""
    command = [sys.executable, "-m", "jobs", "night", f"{NIGHT}"]
    with Watch(home) as watch:
        subprocess.run(command, cwd=CHECKOUT, env=around(home), capture_output=True, check=True)
    return watch.total


@pytest.mark.prove
def test_a_failing_feed_holds_back_what_needs_it_and_nothing_else(scheduler: Scheduler, tmp_path: Path) -> None:
    assert scheduler.rows("SELECT run_id FROM dag_run") == [], "switching the DAG on starts nothing"
    delivered = scheduler.home / "landing" / f"{NIGHT}" / "crm_customer"
    delivered.rename(tmp_path / "late")
    scheduler.tell("dags", "trigger", "nightly", "--run-id", "late", "--conf", CONF)
    assert scheduler.wait("late") == "failed"
    (tmp_path / "late").rename(delivered)
    states = scheduler.states("late")
    assert {name for name, state in states.items() if state == "upstream_failed"} == needing("receive_crm_customer") != set()
    assert {name for name, state in states.items() if state == "failed"} == {"receive_crm_customer", "write_report"}
    assert scheduler.tries("late")["receive_crm_customer"] == 1, "a refusal is not tried again"
    assert states["stop_spark"] == "success"


@pytest.mark.prove
def test_a_night_by_the_scheduler_has_one_spark_for_all_tasks_and_costs_little_more_than_at_the_desk(
    scheduler: Scheduler, before_night: Path, tmp_path: Path
) -> None:
    with Watch(scheduler.home) as watch:
        # The command that clears finds a run by the instant at which the schedule would have begun it.
        instant = f"{NIGHT + timedelta(days=1)}T01:30+08:00"
        scheduler.tell("dags", "trigger", "nightly", "--run-id", "whole", "--logical-date", instant, "--conf", CONF)
        assert scheduler.wait("whole") == "success", scheduler.states("whole")
    states = scheduler.states("whole")
    assert states.pop("tell_of_held") == "skipped", "no list waits"
    assert set(states.values()) == {"success"}
    assert {name for name in states if not name.startswith(gate_of(""))} == {job.name for job in night_jobs()} | SPARK
    assert len(watch.sparks) == 1
    assert list((scheduler.home / "vault" / "servers").glob("[0-9]*")) == [], "the server is gone"

    desk = fork(before_night, tmp_path / "desk")
    seconds = seconds_at_the_desk(desk)
    assert list_bytes(scheduler.home) == list_bytes(desk)
    assert watch.total <= seconds + SECONDS_A_TASK * len(states), f"{watch.total:.0f} s, at the desk {seconds:.0f} s"


@pytest.mark.prove
@pytest.mark.parametrize("by", ["clear", "clear_on_page"])
def test_a_cleared_task_runs_again_alone_with_a_spark_for_it(scheduler: Scheduler, by: str) -> None:
    before = scheduler.tries("whole")
    with Watch(scheduler.home) as watch:
        getattr(scheduler, by)("whole", "refine_content")
        assert scheduler.wait("whole") == "success", scheduler.states("whole")
    after = scheduler.tries("whole")
    assert {name for name in after if after[name] != before[name]} == {"refine_content", *SPARK}
    assert len(watch.sparks) == 1


@pytest.mark.prove
def test_a_home_that_was_moved_keeps_airflows_history(tmp_path: Path) -> None:
    (tmp_path / "first").mkdir()
    with scheduler_of(tmp_path / "first" / "home") as opened:
        opened.tell("pools", "set", "weekly", "1", "for a test")
    (tmp_path / "first").rename(tmp_path / "second")
    with scheduler_of(tmp_path / "second" / "home") as moved:
        assert ("weekly",) in moved.rows("SELECT pool FROM slot_pool")
    assert not (tmp_path / "first").exists(), "nothing writes where the home was"
