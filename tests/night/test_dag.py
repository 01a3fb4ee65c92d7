"""The real DAG: which business date it takes; its exit status tells of a failure, and what does not depend on what failed was done."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from expectations.feeds import FEEDS
from features.library import FAMILIES
from jobs.register import night_jobs, scheduled
from jobs.runtime.job import Order
from jobs.runtime.settings import CHECKOUT
from simulator.contacts import contacts_of
from tests.night.airflow import run_dag
from tests.night.deliveries import deliver, delivery, lines_of
from tests.night.homes import NIGHT, PROVINCE, fork
from tests.personal_data import leaks

C11 = "c11_idle_data_without_pack"


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
    assert f"{C11}: product ip010 has no tariff" in ended.stdout + ended.stderr
    # One allocation for all: who would have heard of C11 may hear of another scenario now, and a few of that one's customers no more.
    before, after = (contacts_of(of, NIGHT) for of in (after_night, home))
    others = before[before["scenario"] != C11]
    assert set(after["scenario"]) == set(others["scenario"])
    same = others.merge(after, on=["number", "scenario", "step", "channel"])
    assert 0.9 * len(others) < len(same)
    assert "check_scenarios" in (home / "reports" / f"{NIGHT}" / "night.html").read_text()
    assert leaks(home, ("airflow", "logs", "reports")) == []


def test_the_spark_of_a_run_is_gone_when_its_dag_has_ended(after_night: Path) -> None:
    # A server stays as long as its file, which is called by its port.
    assert not list((after_night / "vault" / "servers").glob("[0-9]*"))


# Airflow's own rendering of what the tasks are given, in a process of its own: it takes its home from the environment once.
RENDER = """
import json, sys
from datetime import datetime
from airflow.sdk.api.datamodels._generated import DagRun
from airflow.sdk.execution_time import macros
from dags.nightly import nightly
from dags.weekly import weekly

def date_of(instant, given):
    run = DagRun.model_construct(run_after=datetime.fromisoformat(instant))
    context = {"dag_run": run, "macros": macros, "params": {"business_date": given}}
    jobs = [task for task in nightly.tasks if len(getattr(task, "op_args", ())) == 3]
    (told,) = {task.render_template(task.op_args[1], context, nightly.get_template_env()) for task in jobs}
    return told

waits = {task.task_id: [sorted(task.upstream_task_ids), task.trigger_rule] for task in nightly.tasks}
both = [[task.task_id for task in nightly.tasks if getattr(task, kind)] for kind in ("is_setup", "is_teardown")]
alone = sorted(task.task_id for task in nightly.partial_subset("refine_content", include_upstream=False).tasks)
upkeep = sorted(task.task_id for task in weekly.tasks)
print(json.dumps([[date_of(*asked) for asked in json.loads(sys.argv[1])], waits, both, alone, upkeep]))
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


# What Airflow's scheduler would do next with the DAG as it was last written by its processor.
NEXT = """
import json, sys
from datetime import datetime
from unittest.mock import patch
from airflow.timetables.base import DataInterval, TimeRestriction
from airflow.serialization.serialized_objects import DagSerialization
from dags.nightly import nightly
from pendulum import instance

kept = DagSerialization.from_dict(DagSerialization.to_dict(nightly)).timetable

def next_of(now, last, catchup):
    now, last = instance(datetime.fromisoformat(now)), last and DataInterval.exact(instance(datetime.fromisoformat(last)))
    restriction = TimeRestriction(earliest=instance(nightly.start_date), latest=None, catchup=catchup)
    with patch("airflow.timetables.trigger.utcnow", lambda: now), patch("dags.timetable.utcnow", lambda: now):
        return kept.next_dagrun_info(last_automated_data_interval=last, restriction=restriction).run_after.isoformat()

print(json.dumps([next_of(*asked) for asked in json.loads(sys.argv[1])]))
"""
# Now, the last run that the schedule made, whether missed runs are made up for (a backfill); the next run. 17:30 is 01:30 in Shanghai.
NEXT_RUNS = {
    ("2026-03-04T17:30:02+00:00", None, False): "2026-03-04T17:30:00+00:00",  # at its time
    ("2026-03-04T20:30:00+00:00", None, False): "2026-03-04T17:30:00+00:00",  # Airflow was away in the night
    ("2026-03-04T20:30:01+00:00", None, False): "2026-03-05T17:30:00+00:00",  # switched on in the morning
    ("2026-03-05T02:00:00+00:00", "2026-03-03T17:30:00+00:00", False): "2026-03-05T17:30:00+00:00",  # and after a pause
    ("2026-03-05T02:00:00+00:00", "2026-03-04T17:30:00+00:00", False): "2026-03-05T17:30:00+00:00",
    ("2026-03-05T02:00:00+00:00", "2026-03-02T17:30:00+00:00", True): "2026-03-03T17:30:00+00:00",
}


def in_airflow(folder: Path, code: str, asked: list) -> list:
    """What code prints as JSON in a process with an Airflow of its own."""
    around = {"AIRFLOW_HOME": str(folder), "AIRFLOW__CORE__PLUGINS_FOLDER": str(CHECKOUT / "dags" / "plugins"), "PYTHONPATH": str(CHECKOUT)}
    command = [sys.executable, "-c", code, json.dumps(asked)]
    ended = subprocess.run(command, cwd=CHECKOUT, env={**os.environ, **around}, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    told: list = json.loads(ended.stdout.splitlines()[-1])
    return told


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> list:
    """What date each of ASKED is; what each task waits for, and by which rule; setups and teardowns; what comes with one task."""
    return in_airflow(tmp_path_factory.mktemp("airflow"), RENDER, list(ASKED))


def test_the_business_date_is_the_day_before_the_run_in_shanghai_unless_one_is_named(rendered: list) -> None:
    assert dict(zip(ASKED, rendered[0], strict=True)) == ASKED


REFUSED = """
import json, sys
from airflow.sdk.exceptions import AirflowFailException
from dags.one_spark import run_job

def refusal(day):
    try:
        run_job("refine_content", day, "")
    except AirflowFailException as told:
        return str(told)

print(json.dumps([refusal(day) for day in json.loads(sys.argv[1])]))
"""


def test_a_business_date_that_does_not_exist_fails_the_task_at_once_and_says_why(tmp_path: Path) -> None:
    told = in_airflow(tmp_path, REFUSED, ["2026-02-30", "yesterday"])
    assert "'2026-02-30': expected a date as yyyy-mm-dd; February 2026 has 28 days" in told[0]
    assert "'yesterday': expected a date as yyyy-mm-dd; this is none" in told[1]


def test_the_weekly_dag_has_the_weekly_jobs(rendered: list) -> None:
    assert rendered[4] == sorted([*(job.name for job in scheduled("weekly")), "start_spark", "stop_spark"])


def test_a_task_waits_for_all_whose_tables_it_reads_to_end_well(rendered: list) -> None:
    jobs = {job.name: job for job in night_jobs()}
    # What runs always needs no Spark of its run to say that there was none.
    spark = {name: set() if job.always else {"start_spark"} for name, job in jobs.items()}
    order, waits = Order(jobs), dict(rendered[1])
    # Families that fail hold nothing back, so the CAR waits for them through a gate, and so do families that read others.
    goes_without = {"write_car": [f"compute_{family.name}_tags" for family in FAMILIES]}
    goes_without |= {
        "compute_terminal_tags": ["compute_product_tags", "compute_usage_tags"],
        "compute_value_tags": ["compute_billing_tags", "compute_usage_tags"],
        "compute_identity_tags": [f"compute_{name}_tags" for name in ("billing", "content", "location", "profile", "terminal", "usage")],
        "compute_segment_tags": [f"compute_{name}_tags" for name in ("billing", "lifecycle", "service", "usage", "value")],
        "compute_recognition_tags": [f"compute_{name}_tags" for name in ("channel", "platform", "profile", "service", "social", "value")],
        "compute_social_tags": ["compute_product_tags"],
        "compute_service_tags": ["compute_channel_tags"],
    }
    # Without a no-call list the night goes on, and everybody is excluded.
    goes_without |= {"refine_subscribers": ["refine_no_call"]}
    # A customer's view is made without labels, scores and decisions too.
    goes_without |= {"view_customers": ["decide_contacts", "score_subscribers", "write_labels"]}
    # Contacts of other departments, answers and measured effects are used as far as they are known, and capacities of units if stated.
    goes_without |= {"measure_effects": ["resolve_external_contact"], "check_scenarios": ["receive_capacity_catalog"]}
    goes_without |= {"decide_contacts": ["receive_capacity_catalog", "resolve_external_contact"]}
    goes_without |= {"publish_lists": ["resolve_external_contact", "resolve_feedback"]}
    goes_without |= {"find_candidates": ["measure_effects", "resolve_external_contact"]}
    # Rows of earlier nights are recalled even if tonight's lists were not published, or nothing is known of what channels report.
    goes_without |= {"recall_contacts": ["advance_customer_state", "publish_lists"]}
    expected = {f"before_{name}": [sorted(others), "all_done"] for name, others in goes_without.items()}
    for name, job in jobs.items():
        needs = set(order.before[name] if job.always else order.needs[name]) | spark[name]
        needs |= {f"before_{name}"} if name in goes_without else set()
        expected[name] = [sorted(needs), "all_done" if job.always else "all_success"]
    assert waits.pop("start_spark") == [[], "all_success"]
    assert waits.pop("tell_of_held") == [["publish_lists"], "all_done"], "other lists wait for an answer also if one has a fault"
    assert waits.pop("stop_spark") == [sorted([*jobs, "start_spark"]), "all_done_setup_success"]
    assert waits == expected
    assert waits["compute_usage_tags"][0] == ["advance_usage_sums", "receive_boss_usage", "refine_subscribers", "start_spark"]


def test_one_spark_is_set_up_and_torn_down_around_all_tasks_and_around_a_cleared_one(rendered: list) -> None:
    assert rendered[2] == [["start_spark"], ["stop_spark"]]
    assert rendered[3] == ["refine_content", "start_spark", "stop_spark"]


def test_a_night_that_was_missed_is_not_started_when_the_dag_is_switched_on(tmp_path: Path) -> None:
    assert dict(zip(NEXT_RUNS, in_airflow(tmp_path, NEXT, list(NEXT_RUNS)), strict=True)) == NEXT_RUNS
