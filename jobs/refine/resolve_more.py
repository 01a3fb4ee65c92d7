"""Gives locations, points, survey answers and feedback to subscribers. They differ from the events of resolve_events.py."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from expectations.contract import LEAST_KEPT_DAYS
from expectations.tables.dwd_location import DWD_LOCATION
from expectations.tables.dwd_number_interval import DWD_NUMBER_INTERVAL
from expectations.tables.dwd_points_event import DWD_POINTS_EVENT
from expectations.tables.dwd_survey_answer import DWD_SURVEY_ANSWER
from expectations.tables.mkt_contact import MKT_CONTACT
from expectations.tables.ods_cell import ODS_CELL
from expectations.tables.ods_feedback import DWD_FEEDBACK, ODS_FEEDBACK
from expectations.tables.ods_location import ODS_LOCATION
from expectations.tables.ods_points_event import ODS_POINTS_EVENT
from expectations.tables.ods_subscriber import ODS_SUBSCRIBER
from expectations.tables.ods_survey_answer import ODS_SURVEY_ANSWER
from features.holders import held_at
from jobs.refine.unheld import count_unheld
from jobs.runtime.job import table_job
from jobs.runtime.reads import Arrived, Between, Known, Latest, Snapshot

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from jobs.runtime.job_run import JobRun

MOST_NAMED = 5
# Feedback about a list that was published longer ago is of nobody, if it names its contacts alone.
REPORTED_DAYS = LEAST_KEPT_DAYS


@table_job(
    writes=DWD_LOCATION,
    then=count_unheld(DWD_LOCATION),
    places=Arrived(ODS_LOCATION),
    numbers=Snapshot(DWD_NUMBER_INTERVAL),
    subscribers=Latest(ODS_SUBSCRIBER),
    cells=Known(ODS_CELL),
)
def resolve_location(on: date, places: "DataFrame", numbers: "DataFrame", subscribers: "DataFrame", cells: "DataFrame") -> "DataFrame":
    """Give each row to the subscriber who held the number that day, with the cell's position, and mark those outside the home city (S8).

    A cell that newer catalogues no longer have keeps its last position. Without a catalogue no position is known.
    """
    from pyspark.sql import functions as F

    homes = subscribers.select("subscriber_id", "city")
    position = F.concat_ws(":", "longitude_udeg", "latitude_udeg")
    masts = cells.groupBy("cell").agg(F.max_by(position, F.struct("day", "known_on", "load_id")).alias("position"))
    # A county's code begins with its city's.
    is_away = (F.left("county", F.lit(4)) != F.col("city")).alias("is_away")
    rows = held_at(places, numbers).join(homes, "subscriber_id", "left").join(F.broadcast(masts), "cell", "left")
    return rows.select("*", is_away).select(*(column.name for column in DWD_LOCATION.columns))


@table_job(
    writes=DWD_POINTS_EVENT,
    then=count_unheld(DWD_POINTS_EVENT),
    events=Arrived(ODS_POINTS_EVENT),
    numbers=Snapshot(DWD_NUMBER_INTERVAL),
)
def resolve_points_event(on: date, events: "DataFrame", numbers: "DataFrame") -> "DataFrame":
    """Give each event to the subscriber who held its number that day. Clerks' accounts have no number (S13)."""
    columns = [column.name for column in DWD_POINTS_EVENT.columns]
    of_clerks = events.where("number_token IS NULL").withColumnRenamed("number_token", "subscriber_id")
    return held_at(events, numbers).select(*columns).unionByName(of_clerks.select(*columns))


@table_job(
    writes=DWD_SURVEY_ANSWER,
    then=count_unheld(DWD_SURVEY_ANSWER),
    answers=Arrived(ODS_SURVEY_ANSWER),
    numbers=Snapshot(DWD_NUMBER_INTERVAL),
)
def resolve_survey_answer(on: date, answers: "DataFrame", numbers: "DataFrame") -> "DataFrame":
    """Give each answer to the subscriber who held the number on the day of the answer, which may be before the delivery (S14)."""
    return held_at(answers, numbers, "answered_on").select(*(column.name for column in DWD_SURVEY_ANSWER.columns))


def _look_at_lists(run: "JobRun") -> None:
    """Count the rows of nobody, and warn of feedback about lists that were never published. A bulk load may have older lists."""
    count_unheld(DWD_FEEDBACK)(run)
    if not run.is_bulk:
        run.warnings += unpublished(run.read("events"), run.read("contacts"))


def unpublished(events: "DataFrame", contacts: "DataFrame") -> list[str]:
    """Return a warning that names the lists of the feedback that no channel got; none if there are no such lists."""
    from pyspark.sql import functions as F

    lists = ("scenario", "step", "list_date")
    published = contacts.select("scenario", "step", F.col("business_date").alias("list_date")).distinct()
    rows = events.groupBy(*lists).count().join(published, list(lists), "left_anti").orderBy(*lists).collect()
    if not rows:
        return []
    named = [f"{row.scenario}/{row.step} of {row.list_date} ({row['count']} rows)" for row in rows[:MOST_NAMED]]
    more = f" and {len(rows) - MOST_NAMED} more" if len(rows) > MOST_NAMED else ""
    return [f"feedback about {len(rows)} list(s) that no channel got: {', '.join(named)}{more}. Ask the channel which list it means"]


@table_job(
    writes=DWD_FEEDBACK,
    then=_look_at_lists,
    events=Arrived(ODS_FEEDBACK),
    numbers=Snapshot(DWD_NUMBER_INTERVAL),
    contacts=Between(MKT_CONTACT, lambda on: on - timedelta(days=REPORTED_DAYS), lambda on: on),
)
def resolve_feedback(on: date, events: "DataFrame", numbers: "DataFrame", contacts: "DataFrame") -> "DataFrame":
    """Give each row to the subscriber of the contact that it names or, if it names no known one, to who held the number that day (S12)."""
    columns = [column.name for column in DWD_FEEDBACK.columns]
    told = events.join(contacts.select("contact_id", "subscriber_id"), "contact_id", "left")
    by_contact, others = told.where("subscriber_id IS NOT NULL"), told.where("subscriber_id IS NULL").drop("subscriber_id")
    by_number = held_at(others.withColumnRenamed("recipient", "number_token"), numbers)
    return by_contact.select(*columns).unionByName(by_number.select(*columns))
