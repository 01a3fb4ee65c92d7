"""Raises alarms in the morning: lists that their channels need by now and do not have, and lists that no channel acknowledged."""

from typing import Any

from airflow.sdk import DAG, task
from airflow.sdk.exceptions import AirflowFailException

from dags.notifier import AlarmNotifier
from dags.one_spark import BUSINESS_DATE, COMMON, business_day
from dags.timetable import OnTime


def tell(context: Any) -> None:
    """Tell the alarms, then record them. If a notifier fails, they are not recorded, and the next look raises them again."""
    from jobs.report.alarms import AlarmError, record
    from jobs.runtime.lake import Lake
    from jobs.runtime.records import now
    from jobs.runtime.settings import settings

    AlarmNotifier()(context)
    raised = context["exception"].__cause__
    if isinstance(raised, AlarmError):
        record(Lake(settings()), raised, now())


@task(
    retries=0,
    on_failure_callback=tell,
    doc_md="Fail if there are alarms that nobody was told of, so that the notifiers tell them.",
)
def look(business_date: str) -> None:
    """Raise the alarms of the night that nobody was told of."""
    from expectations.errors import ChudianError
    from jobs.report.alarms import raise_new
    from jobs.runtime.lake import Lake
    from jobs.runtime.records import now
    from jobs.runtime.settings import settings

    try:
        raise_new(Lake(settings()), business_day(business_date), now())
    except ChudianError as refusal:
        raise AirflowFailException(str(refusal)) from refusal


with DAG(
    dag_id="watch",
    description="Look each half hour of the morning whether the lists of the night are where their channels need them.",
    # A minute after the hours that channels state in `publish_by`.
    schedule=OnTime("1,31 7-9 * * *", timezone="Asia/Shanghai"),
    doc_md="A failed run is an alarm; its log says which. It needs no Spark, and also works when the night never began.",
    **COMMON,
) as watch:
    look(BUSINESS_DATE)
