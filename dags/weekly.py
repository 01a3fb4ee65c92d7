"""What is done once a week, on Sunday noon, when no night runs: upkeep of the tables."""

from airflow.sdk import DAG

from dags.one_spark import COMMON, tasks_of
from dags.timetable import OnTime
from jobs.register import scheduled

with DAG(
    dag_id="weekly",
    description="Upkeep: small files merged, files that nobody needs any more removed.",
    schedule=OnTime("0 12 * * 0", timezone="Asia/Shanghai"),
    doc_md="Safe to run at any time, and again.",
    **COMMON,
) as weekly:
    tasks_of(scheduled("weekly"))
