"""The tasks of a DAG: one per job, with edges from what jobs read and write, and one Spark server for all."""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import Asset, Param, task
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from dags.notifier import AlarmNotifier
from expectations.dates import iso_day, why_no_day
from jobs.runtime.job import Job, Order

SHANGHAI = ZoneInfo("Asia/Shanghai")
ADDRESS = "{{ ti.xcom_pull(task_ids='start_spark') or '' }}"
YESTERDAY = "macros.ds_add(dag_run.run_after.astimezone(macros.dateutil.tz.gettz('Asia/Shanghai')).strftime('%Y-%m-%d'), -1)"
BUSINESS_DATE = "{{ params.business_date or " + YESTERDAY + " }}"
# Arguments that all DAGs share.
COMMON: dict[str, Any] = {
    "start_date": datetime(2026, 1, 1, tzinfo=SHANGHAI),
    "catchup": False,
    "is_paused_upon_creation": True,
    "max_active_runs": 1,
    "default_args": {
        "owner": "data-engineering",
        "execution_timeout": timedelta(hours=2),
        # Retries are for faults that may pass in a minute: a lost server, a store that did not answer, another run in this home. Refusals
        # are not retried.
        "retries": 1,
        "retry_delay": timedelta(minutes=1),
    },
    "params": {
        "business_date": Param("", type="string", description="Business date D as yyyy-mm-dd; empty: the day before the local run date.")
    },
    "tags": ["chudian"],
}


@task(doc_md="Start one Spark for the run, unless CHUDIAN_SPARK names a server. Returns its address; its token is in the vault.")
def start_spark(business_date: str) -> str:
    """Return the address of the server made for the run, or nothing if CHUDIAN_SPARK names a server.

    The server locks the home until it is stopped.
    """
    from jobs.runtime.served import launch
    from jobs.runtime.settings import settings

    business_day(business_date)
    chosen = settings()
    return "" if chosen.has_server else launch(chosen, held_for=_holder(business_date))


@task(doc_md="Stop the run's Spark.")
def stop_spark(address: str) -> None:
    """Stop what start_spark started."""
    from jobs.runtime.served import end
    from jobs.runtime.settings import settings

    if address:
        end(settings(), address)


def business_day(business_date: str) -> date:
    """Return the business date. A date that does not exist fails the task at once."""
    day = iso_day(business_date)
    if day is None:
        why = why_no_day(business_date) if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", business_date) else "this is none"
        raise AirflowFailException(f"business_date {business_date!r}: expected a date as yyyy-mm-dd; {why}")
    return day


def _holder(business_date: str) -> str:
    """Return the name under which the run locks the home: the same for all its tasks."""
    return f"Airflow's run for {business_date}"


def run_job(name: str, business_date: str, address: str, outlet_events: Any = None) -> None:
    """Run one job for the business date, as a client of the run's server if there is one.

    Airflow gives `outlet_events`: the events of the job's tables say of which night they are.
    """
    from expectations.errors import ChudianError, SlippedError
    from jobs.register import job_named, run_named
    from jobs.runtime.delta import CommitError
    from jobs.runtime.lock import BusyError, home_lock
    from jobs.runtime.served import use
    from jobs.runtime.settings import SettingsError, settings
    from jobs.runtime.unforeseen import UnforeseenError

    day, chosen = business_day(business_date), settings()
    try:
        with home_lock(chosen, _holder(business_date), shared=True):
            if address:
                use(chosen, address, held_for=_holder(business_date))
            run_named(name, day)
    except (BusyError, CommitError, SettingsError, UnforeseenError):
        # Errors that a second try may not meet again.
        raise
    except SlippedError as slip:
        # Airflow then skips what needs this job, and the run can still succeed.
        raise AirflowSkipException(str(slip)) from None
    except ChudianError as refusal:
        raise AirflowFailException(str(refusal)) from None
    for table in job_named(name).writes if outlet_events is not None else ():
        outlet_events[Asset(table.asset)].extra = {"business_date": business_date}


def gate_of(job: str) -> str:
    """Return the name of the task that waits for what this job can go on without."""
    return f"before_{job}"


def tasks_of(chosen: Iterable[Job]) -> dict[str, Any]:
    """Declare the tasks of these jobs in the open DAG, and return them by job."""
    jobs = {job.name: job for job in chosen}
    started, stopped = start_spark(BUSINESS_DATE), stop_spark(ADDRESS)
    tasks: dict[str, Any] = {}
    for job in jobs.values():
        # A job that runs always finds failures in the records and then fails itself, because the run's state is that of its last task.
        rule = "all_done" if job.always else "all_success"
        alarm = AlarmNotifier() if job.always else None
        outlets = [Asset(table.asset) for table in job.writes]
        run = task(run_job, task_id=job.name, doc_md=job.runbook, trigger_rule=rule, outlets=outlets, on_failure_callback=alarm)
        tasks[job.name] = run(job.name, BUSINESS_DATE, ADDRESS)
        tasks[job.name] >> stopped
        # In Airflow only tasks with the rule all_success may follow a setup directly. The others follow it through their jobs.
        if not job.always:
            started >> tasks[job.name]
    order = Order(jobs)
    for name in tasks:
        goes_without = set() if jobs[name].always else order.before[name] - order.needs[name]
        for before in sorted(order.before[name] - goes_without):
            tasks[before] >> tasks[name]
        if goes_without:
            # A task has one rule for all its upstream tasks. A gate succeeds when these have ended, well or not; it needs no worker.
            gate = EmptyOperator(task_id=gate_of(name), trigger_rule="all_done", doc_md=f"Wait for what {name} can go on without.")
            for before in sorted(goes_without):
                tasks[before] >> gate
            gate >> tasks[name]
    stopped.as_teardown(setups=started)
    return tasks
