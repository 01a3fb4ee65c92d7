"""The jobs of the week, on Sunday noon, when no night runs: training and upkeep of the tables."""

from airflow.sdk import DAG

from dags.one_spark import COMMON, tasks_of
from dags.timetable import OnTime
from jobs.register import scheduled

with DAG(
    dag_id="weekly",
    description="Train every model and promote the better ones; merge small files and remove unused ones.",
    schedule=OnTime("0 12 * * 0", timezone="Asia/Shanghai"),
    doc_md="Safe to run at any time, and again. A task that fails holds back no other; its log says why, and the champion stays.",
    **COMMON,
) as weekly:
    tasks_of(scheduled("weekly"))
