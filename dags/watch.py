"""Raises alarms in the morning: lists that their channels need by now and do not have, and lists that no channel acknowledged."""

from airflow.sdk import DAG, task
from airflow.sdk.exceptions import AirflowFailException

from dags.notifier import notifiers
from dags.one_spark import BUSINESS_DATE, COMMON
from dags.timetable import OnTime
from expectations.dates import iso_day


@task(
    retries=0,
    on_failure_callback=notifiers(),
    doc_md="Fail if there are alarms that are new since the last look, so that the notifiers tell them.",
)
def look(business_date: str) -> None:
    """Raise the alarms of the night that were not raised before."""
    from expectations.errors import ChudianError
    from jobs.report.alarms import raise_new
    from jobs.runtime.lake import Lake
    from jobs.runtime.records import now
    from jobs.runtime.settings import settings

    day = iso_day(business_date)
    if day is None:
        raise AirflowFailException(f"business_date {business_date!r}: expected a date as yyyy-mm-dd")
    try:
        raise_new(Lake(settings()), day, now())
    except ChudianError as refusal:
        raise AirflowFailException(str(refusal)) from None


with DAG(
    dag_id="watch",
    description="Look each half hour of the morning whether the lists of the night are where their channels need them.",
    # A minute after the hours that channels state in `publish_by`.
    schedule=OnTime("1,31 7-9 * * *", timezone="Asia/Shanghai"),
    doc_md="A failed run is an alarm; its log says which. It needs no Spark, and also works when the night never began.",
    **COMMON,
) as watch:
    look(BUSINESS_DATE)
