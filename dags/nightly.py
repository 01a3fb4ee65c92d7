"""The night of business date D: one task per job of the night."""

from airflow.sdk import DAG

from dags.one_spark import COMMON, tasks_of
from dags.timetable import OnTime
from jobs.register import scheduled

with DAG(
    dag_id="nightly",
    description="From the operator's extracts of D to the list files that channels import on D+1.",
    schedule=OnTime("30 1 * * *", timezone="Asia/Shanghai"),
    doc_md="A task that fails says why, and what to do, in its log and the night's report. A run for the same D replaces all by the same.",
    **COMMON,
) as nightly:
    tasks_of(scheduled("nightly"))
