"""The night of business date D: one task per job, edges from what jobs read and write."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from airflow.sdk import DAG, Asset, Param, task

from jobs.register import night_jobs
from jobs.runtime.job import Order

SHANGHAI = ZoneInfo("Asia/Shanghai")
YESTERDAY = "{{ macros.ds_add(dag_run.run_after.astimezone(macros.dateutil.tz.gettz('Asia/Shanghai')).strftime('%Y-%m-%d'), -1) }}"

with DAG(
    dag_id="nightly",
    description="From the operator's extracts of D to the list files that channels import on D+1.",
    schedule="30 1 * * *",
    start_date=datetime(2026, 1, 1, tzinfo=SHANGHAI),
    catchup=False,
    max_active_runs=1,
    # Each task in a process of its own starts a Spark, and one takes all the cores there are.
    max_active_tasks=1,
    default_args={"owner": "data-engineering", "retries": 0, "execution_timeout": timedelta(hours=2)},
    params={
        "business_date": Param("", type="string", description="Business date D as yyyy-mm-dd; empty: the day before the local run date.")
    },
    doc_md="A task that fails says why, and what to do, in its log and the night's report. A run for the same D replaces all by the same.",
    tags=["chudian"],
) as nightly:
    jobs = {job.name: job for job in night_jobs()}
    tasks = {}
    for job in jobs.values():
        # A job that runs always is told of failures by what they left behind, and fails itself: the run's state follows its last task.
        rule = "all_done" if job.always else "all_success"

        @task(task_id=job.name, doc_md=job.runbook, trigger_rule=rule, outlets=[Asset(table.asset) for table in job.writes])
        def run(name: str, business_date: str) -> None:
            """Run one job for the business date."""
            from jobs.register import run_named

            run_named(name, date.fromisoformat(business_date))

        tasks[job.name] = run(job.name, "{{ params.business_date or " + YESTERDAY.strip("{} ") + " }}")
    for name, needs in Order(jobs).before.items():
        for before in sorted(needs):
            tasks[before] >> tasks[name]
