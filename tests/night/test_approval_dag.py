"""The approval of lists in Airflow: what a person is asked, what an answer does, and what happens without one."""

import json
import shutil
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import pytest

from expectations.channels import CHANNELS
from expectations.tables.ops_lists import OPS_LIST_APPROVED
from jobs.publish.asked import questions
from jobs.publish.outbox import OK
from jobs.register import job_named
from jobs.runtime.job_run import Runner
from jobs.runtime.settings import CHECKOUT
from tests.night.airflow import airflow
from tests.night.homes import NIGHT, fork, runner_of
from tests.night.scheduler import around
from tests.night.test_dag import in_airflow

C11 = "c11_idle_data_without_pack"
# Runs the operator and the task that follows it as Airflow does, with the answers that Airflow would store.
ANSWERED = """
import json, sys
from datetime import datetime, UTC
from types import SimpleNamespace
from unittest.mock import patch
from airflow.providers.standard.operators import hitl
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException, TaskAwaitingInput
from airflow.sdk.execution_time.comms import AssetEventDagRunReferenceResult
from airflow.sdk.execution_time.context import TriggeringAssetEventsAccessor
from dags import approve_lists as asking
from dags import held_lists
from dags.approve_lists import approve_lists
from dags.nightly import nightly

ask = asking.HITLOperator(task_id="alone", subject="s", body="b", options=[asking.SEND, asking.DO_NOT_SEND],
                          defaults=[asking.DO_NOT_SEND], response_timeout=asking.ANSWER_WITHIN)
asked = {}
with patch.object(hitl, "upsert_hitl_detail", lambda **told: asked.update(told)):
    try:
        ask.execute({"task_instance": SimpleNamespace(id=None)})
    except TaskAwaitingInput as waits:
        waiting = [waits.timeout.total_seconds(), asked["options"], asked["defaults"]]

done = []
def end_of(chosen, user):
    event = {"chosen_options": chosen, "params_input": {}, "responded_at": datetime.now(UTC), "responded_by_user": user}
    told = ask.execute_complete({}, event)
    done.clear()
    with (patch("jobs.publish.asked.answer", lambda lake, on, lists, who, at: done.append([f"{on}", lists, who])),
          patch.object(asking, "run_job", lambda *of: done.append(list(of))),
          patch.object(asking.start_spark, "function", lambda day: "sc://there"),
          patch.object(asking.stop_spark, "function", lambda address: done.append([address]))):
        try:
            asking.send.function("2026-03-04", {"sms/c10/wave1": "1a2b"}, told)
        except AirflowSkipException as skipped:
            return str(skipped)
    return list(done)

asset = {"name": held_lists.HELD.name, "uri": held_lists.HELD.uri, "extra": {}}
source = {"source_task_id": "tell_of_held", "source_dag_id": "nightly", "source_run_id": "r", "source_map_index": -1, "source_aliases": []}

def event(day):
    return AssetEventDagRunReferenceResult(asset=asset, extra={"business_date": day}, timestamp=datetime.now(UTC), **source)

def night_of(given, events):
    send = approve_lists.get_task("find_held")
    context = {"params": {"business_date": given}, "triggering_asset_events": TriggeringAssetEventsAccessor.build(events)}
    return send.render_template(asking.BUSINESS_DATE.replace(asking.YESTERDAY, "'before'"), context, approve_lists.get_template_env())

both = [event("2026-03-04"), event("2026-03-03")]
nights = [night_of("", both), night_of("2026-01-31", both), night_of("", [])]
edges = {task.task_id: sorted(task.upstream_task_ids) for task in approve_lists.tasks}

def events_of(rows):
    made = {held_lists.HELD: SimpleNamespace(extra=None)}
    with patch("jobs.publish.held.waiting", lambda lake, on: rows):
        try:
            held_lists.tell_of_held.function("2026-03-04", made)
        except AirflowSkipException as skipped:
            return str(skipped)
    return made[held_lists.HELD].extra

outlets = [asset.name for asset in nightly.get_task("tell_of_held").outlets]
started = [outlets == [held_lists.HELD.name], approve_lists.max_active_runs, events_of([]), events_of([{}])]
print(json.dumps([waiting, end_of(["Do not send"], None), end_of(["Send"], {"id": "7", "name": "li"}), nights, edges, started]))
"""


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> list:
    return in_airflow(tmp_path_factory.mktemp("airflow"), ANSWERED, [])


def test_a_question_waits_ten_hours_and_without_an_answer_nothing_is_sent(answered: list) -> None:
    assert answered[0] == [36_000, ["Send", "Do not send"], ["Do not send"]]
    assert answered[1] == "Nobody approved the lists, so they are not sent."


def test_an_approval_is_recorded_with_airflows_user_and_the_lists_are_published_with_a_spark_of_their_own(answered: list) -> None:
    approved = ["2026-03-04", {"sms/c10/wave1": "1a2b"}, "li"]
    assert answered[2] == [approved, ["publish_lists", "2026-03-04", "sc://there"], ["sc://there"]]


def test_the_question_is_about_the_night_whose_lists_were_published_and_each_scenario_has_its_own(answered: list) -> None:
    assert answered[3] == ["2026-03-04", "2026-01-31", "before"]
    assert answered[4] == {"find_held": [], "of_scenario.ask": ["find_held"], "of_scenario.send": ["find_held", "of_scenario.ask"]}


def test_a_night_asks_only_if_lists_wait_and_a_night_without_an_answer_does_not_hold_up_the_next(answered: list) -> None:
    assert answered[5] == [True, 8, "No list waits for an approval.", {"business_date": "2026-03-04"}]


NOTIFIED = """
import json, os, sys
from datetime import UTC, date, datetime
from pathlib import Path
from airflow.sdk import BaseNotifier
from airflow.sdk.exceptions import AirflowFailException
from dags import watch
from dags.nightly import nightly
from expectations.tables.ops_alarm import OPS_ALARM
from jobs.report.alarms import Alarm, AlarmError
from jobs.runtime.lake import Lake
from jobs.runtime.settings import settings

class Mail(BaseNotifier):
    template_fields = ("words",)
    def __init__(self):
        super().__init__()
        self.words = "alarm: {{ exception }}"
    def notify(self, context):
        heard.append(self.words)

class Broken(BaseNotifier):
    def notify(self, context):
        raise RuntimeError("no mail server")

heard, MAIL, BROKEN, NOTHING = [], Mail(), Broken(), "no notifier"
sys.modules["our_alarms"] = sys.modules["__main__"]
os.environ["CHUDIAN_HOME"] = json.loads(sys.argv[1])[0]
ON = date(2026, 3, 4)

def told(named):
    os.environ["CHUDIAN_NOTIFIER"] = named
    try:
        try:
            raise AlarmError(ON, [Alarm("late", "list x is late")])
        except AlarmError as raised:
            raise AirflowFailException(str(raised)) from raised
    except AirflowFailException as failed:
        try:
            watch.tell({"exception": failed})
            went = "told"
        except Exception as error:
            went = f"{type(error).__name__}: {error}"
    return [went, [row["text"] for row in Lake(settings()).log(OPS_ALARM, business_date=ON)]]

wrong = [told(f"our_alarms:{name}") for name in ("BROKEN", "NOTHING")] + [told("our_alarm:MAIL")]
right = told("our_alarms:MAIL")
called = lambda task: [getattr(of, "__name__", type(of).__name__) for of in task.on_failure_callback]
kinds = {task.task_id: called(task) for task in (*nightly.tasks, *watch.watch.tasks)}
alarmed = {name: of for name, of in kinds.items() if of}
print(json.dumps([wrong, right, heard, alarmed, watch.watch.timetable._expression]))
"""


def test_an_alarm_counts_as_told_when_the_operators_notifier_has_told_it(tmp_path: Path) -> None:
    wrong, right, heard, alarmed, hours = in_airflow(tmp_path, NOTIFIED, [f"{tmp_path / 'home'}"])
    assert [recorded for _, recorded in wrong] == [[], [], []]
    assert wrong[0][0] == "RuntimeError: no mail server"
    assert "our_alarms:NOTHING is no notifier but str" in wrong[1][0]
    assert "our_alarm:MAIL cannot be imported (ModuleNotFoundError: No module named 'our_alarm')" in wrong[2][0]
    assert right == ["told", ["list x is late"]]
    assert [text.startswith("alarm: Alarms of 2026-03-04:") for text in heard] == [True]
    assert alarmed == {"write_report": ["AlarmNotifier"], "write_site": ["AlarmNotifier"], "look": ["tell"]}
    minutes, of_day = hours.split()[:2]
    looks = {(hour, int(minute)) for hour in range(7, 10) for minute in minutes.split(",")}
    assert of_day == "7-9"
    # Whatever hour a channel states, the watch looks in the minute after it.
    assert {(channel.publish_by.hour, channel.publish_by.minute + 1) for channel in CHANNELS.values()} <= looks


# What the page Required Actions does with an answer.
ANSWER = """
import json, sys
from types import SimpleNamespace
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from airflow.api_fastapi.core_api.datamodels.hitl import UpdateHITLDetailPayload
from airflow.api_fastapi.core_api.routes.public.hitl import update_hitl_detail
from airflow.models.taskinstance import TaskInstance
from airflow.utils.session import create_session

user = SimpleNamespace(get_id=lambda: "7", get_name=lambda: "li")
with create_session() as session:
    waits = select(TaskInstance).where(TaskInstance.state == "awaiting_input").options(joinedload(TaskInstance.hitl_detail))
    found = session.scalars(waits).all()
    for one in found:
        payload = UpdateHITLDetailPayload(chosen_options=["Send"])
        update_hitl_detail(one.dag_id, one.run_id, one.task_id, payload, user, session, one.map_index)
    print(json.dumps([one.hitl_detail.subject for one in found]))
"""


@pytest.mark.prove
def test_lists_that_a_person_approves_in_airflow_are_published(after_night: Path, tmp_path: Path) -> None:
    home = fork(after_night, tmp_path / "home")
    runner = runner_of(home)
    # A list that has gone out is held no more, so this night's lists have not.
    shutil.rmtree(home / "outbox")
    # Other lists may be held for other reasons; only this scenario asks.
    Runner(replace(runner.settings, approve_lists=(C11,))).run(job_named("publish_lists"), NIGHT)
    (asked,) = questions(runner.lake, NIGHT)
    folders = [home / "outbox" / name / f"{NIGHT}" for name in asked.lists]
    assert not [folder for folder in folders if (folder / OK).exists()]
    if airflow(home, "db", "migrate").returncode:
        raise RuntimeError("Airflow's database cannot be made")
    setting = {"CHUDIAN_APPROVE_LISTS": C11}
    command = ["bash", "scripts/airflow.sh", "dags", "test", "approve_lists", "--conf", json.dumps({"business_date": f"{NIGHT}"})]
    with subprocess.Popen(
        command, cwd=CHECKOUT, env=around(home) | setting, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as run:
        answered: list[str] = []
        while not answered and run.poll() is None:
            time.sleep(5)
            answered = in_airflow(home / "airflow", ANSWER, [])
        told, _ = run.communicate(timeout=300)
    assert answered == [asked.subject], told
    assert run.returncode == 0, told
    assert [folder for folder in folders if not (folder / OK).exists()] == []
    assert {row["who"] for row in runner.lake.log(OPS_LIST_APPROVED, business_date=NIGHT)} == {"li"}
