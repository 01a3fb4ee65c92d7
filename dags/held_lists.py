"""The event with which a night says that lists wait for a person: the DAG `approve_lists` begins with it."""

from typing import Any

from airflow.sdk import Asset, task
from airflow.sdk.exceptions import AirflowSkipException

from dags.one_spark import business_day
from expectations.tables.ops_lists import OPS_LIST_HELD

HELD = Asset(OPS_LIST_HELD.asset)


# Publish fails if one list of many has a fault; the others wait for an answer all the same.
@task(trigger_rule="all_done", outlets=[HELD], doc_md="If lists of the night wait for an approval, start the DAG approve_lists.")
def tell_of_held(business_date: str, outlet_events: Any = None) -> None:
    """Make the event of the night's held lists. Without any the task is skipped, and there is no event."""
    from jobs.publish.held import waiting
    from jobs.runtime.lake import Lake
    from jobs.runtime.settings import settings

    if not waiting(Lake(settings()), business_day(business_date)):
        raise AirflowSkipException("No list waits for an approval.")
    outlet_events[HELD].extra = {"business_date": business_date}
