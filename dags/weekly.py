"""The weekly jobs, on Sunday at noon, when no night runs: training, and maintenance of the tables."""

from airflow.sdk import DAG

from dags.one_spark import COMMON, tasks_of
from dags.timetable import OnTime
from jobs.register import scheduled

with DAG(
    dag_id="weekly",
    description="Train every model and promote the better ones; merge small files and remove unused ones.",
    schedule=OnTime("0 12 * * 0", timezone="Asia/Shanghai"),
    doc_md="Safe to run at any time and to repeat. If a task fails, the others still run; its log has the reason, and the champion stays.",
    **COMMON,
) as weekly:
    tasks_of(scheduled("weekly"))
