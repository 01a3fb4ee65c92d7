"""The night of business date D: one task per job of the night."""

from airflow.sdk import DAG

from dags.held_lists import tell_of_held
from dags.one_spark import BUSINESS_DATE, COMMON, tasks_of
from dags.timetable import OnTime
from jobs.register import scheduled

with DAG(
    dag_id="nightly",
    description="From the operator's extracts of D to the list files that channels import on D+1.",
    schedule=OnTime("30 1 * * *", timezone="Asia/Shanghai"),
    doc_md="The log of a failed task and the night's report give the reason and what to do. Another run for D gives the same result.",
    **COMMON,
) as nightly:
    tasks_of(scheduled("nightly"))["publish_lists"] >> tell_of_held(BUSINESS_DATE)
