"""Asks a person, in Airflow, whether held lists may go out; one question a scenario, as soon as a night has held them."""

from datetime import timedelta

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import DAG, task, task_group
from airflow.sdk.exceptions import AirflowFailException

from dags.held_lists import HELD
from dags.one_spark import COMMON, YESTERDAY, business_day, run_job, start_spark, stop_spark

SEND, DO_NOT_SEND = "Send", "Do not send"
# Without an answer by then the lists are not sent.
ANSWER_WITHIN = timedelta(hours=10)
# A question that nobody answers lasts as long, and must not hold up that of the next night. Answers are carried out one after another.
NIGHTS_AT_ONCE = 8
# Of several nights at once the newest: when a later night has decided, nobody can approve the lists of an earlier one any more.
EVENTS = "triggering_asset_events.values() | sum(start=[]) | map(attribute='extra.business_date') | list"
OF_NIGHT = f"(({EVENTS}) or ['']) | max"
BUSINESS_DATE = "{{ params.business_date or (" + OF_NIGHT + ") or " + YESTERDAY + " }}"


@task(doc_md="Find the lists of the night that wait for an approval. Without any, nobody is asked.")
def find_held(business_date: str) -> list[dict[str, object]]:
    """Return a question for each scenario with held lists: subject, body, and the lists with their versions."""
    from jobs.publish.asked import questions
    from jobs.runtime.lake import Lake
    from jobs.runtime.settings import settings

    asked = questions(Lake(settings()), business_day(business_date))
    return [{"subject": one.subject, "body": one.body, "lists": one.lists} for one in asked]


# A night or a command may work in the home, or another answer is carried out: the next tries come when it has ended.
@task(retries=10, retry_delay=timedelta(minutes=3), max_active_tis_per_dag=1, doc_md="Publish the lists if the answer is to send them.")
def send(business_date: str, lists: dict[str, str], answered: dict[str, object]) -> None:
    """Record the approval and publish the lists, as chudian approve-lists does."""
    from airflow.sdk.exceptions import AirflowSkipException

    from expectations.errors import ChudianError
    from jobs.publish.asked import answer
    from jobs.runtime.lake import Lake
    from jobs.runtime.records import now
    from jobs.runtime.settings import settings

    if answered["chosen_options"] != [SEND]:
        raise AirflowSkipException("Nobody approved the lists, so they are not sent.")
    user = answered["responded_by_user"]
    try:
        answer(Lake(settings()), business_day(business_date), lists, user["name"] if isinstance(user, dict) else "unknown", now())
    except ChudianError as refusal:
        raise AirflowFailException(str(refusal)) from None
    address = start_spark.function(business_date)
    try:
        run_job("publish_lists", business_date, address)
    finally:
        stop_spark.function(address)


with DAG(
    dag_id="approve_lists",
    description="Ask for an approval of the lists that were held before publish, and publish those that are approved.",
    schedule=[HELD],
    doc_md="Answer under Required Actions. Without an answer the lists are not sent. At the desk: chudian approve-lists.",
    **COMMON | {"max_active_runs": NIGHTS_AT_ONCE},
) as approve_lists:

    @task_group
    def of_scenario(subject: str, body: str, lists: dict[str, str]) -> None:
        """Ask about one scenario, then carry out the answer at once, whatever other scenarios wait for."""
        ask = HITLOperator(
            task_id="ask",
            subject=subject,
            body=body,
            options=[SEND, DO_NOT_SEND],
            defaults=[DO_NOT_SEND],
            response_timeout=ANSWER_WITHIN,
        )
        send(BUSINESS_DATE, lists, ask.output)

    of_scenario.expand_kwargs(find_held(BUSINESS_DATE))
