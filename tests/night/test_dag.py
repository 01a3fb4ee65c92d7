"""The real DAG: which business date it takes; its exit status tells of a failure, and what does not depend on what failed was done."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from expectations.feeds import FEEDS
from jobs.register import night_jobs
from jobs.runtime.job import Order
from jobs.runtime.settings import CHECKOUT
from tests.night.airflow import run_dag
from tests.night.deliveries import deliver, delivery, lines_of
from tests.night.homes import NIGHT, PROVINCE, fork, list_bytes
from tests.night.test_secrets import leaks


@pytest.mark.prove
def test_a_scenario_that_names_a_withdrawn_tariff_fails_the_dag_and_keeps_no_other_from_its_lists(
    after_night: Path, tmp_path: Path
) -> None:
    home = fork(after_night, tmp_path / "home")
    tariffs = FEEDS["tariff_catalog"]
    first, _ = delivery(home, tariffs, PROVINCE.first_day, PROVINCE.first_day)
    # The last column is the day from which it is no longer sold; who holds the pack keeps what it includes.
    deliver(home, tariffs, [line + b"20260301" if b"ip010" in line else line for line in lines_of(first)])

    ended = run_dag(home, NIGHT)

    assert ended.returncode != 0
    assert "c11_idle_data_without_pack: product ip010 has no tariff" in ended.stdout + ended.stderr
    lists = {name: content for name, content in list_bytes(after_night).items() if "/c10_" in name}
    assert list_bytes(home) == lists
    assert "check_scenarios" in (home / "reports" / f"{NIGHT}" / "night.html").read_text()
    assert leaks(home, ("airflow", "logs", "reports")) == []


# Airflow's own rendering of what the tasks are given, in a process of its own: it takes its home from the environment once.
RENDER = """
import json, sys
from datetime import datetime
from airflow.sdk.api.datamodels._generated import DagRun
from airflow.sdk.execution_time import macros
from dags.nightly import nightly

def date_of(instant, given):
    run = DagRun.model_construct(run_after=datetime.fromisoformat(instant))
    context = {"dag_run": run, "macros": macros, "params": {"business_date": given}}
    (told,) = {task.render_template(task.op_args, context, nightly.get_template_env())[1] for task in nightly.tasks}
    return told

waits = {task.task_id: [sorted(task.upstream_task_ids), task.trigger_rule] for task in nightly.tasks}
print(json.dumps([[date_of(*asked) for asked in json.loads(sys.argv[1])], waits]))
"""
ASKED = {
    ("2026-03-04T17:30:00+00:00", ""): "2026-03-04",  # the schedule's own time, 01:30 in Shanghai, still the day before in UTC
    ("2026-03-04T15:59:59+00:00", ""): "2026-03-03",  # a second before midnight in Shanghai
    ("2026-03-04T16:00:00+00:00", ""): "2026-03-04",
    ("2026-02-28T17:30:00+00:00", ""): "2026-02-28",
    ("2026-03-01T15:59:59+00:00", ""): "2026-02-28",
    ("2028-02-29T16:00:00+00:00", ""): "2028-02-29",
    ("2025-12-31T17:30:00+00:00", ""): "2025-12-31",
    ("2026-03-04T22:00:00-08:00", ""): "2026-03-04",
    ("2026-03-04T17:30:00+00:00", "2026-01-31"): "2026-01-31",  # who names a date gets it
}


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], dict[str, list]]:
    """What date each of ASKED is; what each task waits for, and by which rule."""
    around = {**os.environ, "AIRFLOW_HOME": str(tmp_path_factory.mktemp("airflow")), "PYTHONPATH": str(CHECKOUT)}
    command = [sys.executable, "-c", RENDER, json.dumps(list(ASKED))]
    ended = subprocess.run(command, cwd=CHECKOUT, env=around, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    dates, waits = json.loads(ended.stdout.splitlines()[-1])
    return dates, waits


def test_the_business_date_is_the_day_before_the_run_in_shanghai_unless_one_is_named(rendered: tuple[list[str], dict[str, list]]) -> None:
    assert dict(zip(ASKED, rendered[0], strict=True)) == ASKED


def test_a_task_waits_for_all_whose_tables_it_reads_to_end_well(rendered: tuple[list[str], dict[str, list]]) -> None:
    jobs = {job.name: job for job in night_jobs()}
    before = Order(jobs).before
    expected = {name: [sorted(before[name]), "all_done" if job.always else "all_success"] for name, job in jobs.items()}
    assert rendered[1] == expected
    assert rendered[1]["compute_usage_tags"][0] == ["refine_subscribers", "refine_usage"]
