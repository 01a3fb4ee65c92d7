"""Locations, points and survey answers: whose they are, where it is not simply the holder of the number on the day of the delivery."""

from datetime import date

from pyspark.sql import SparkSession

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
from jobs.refine.resolve_more import resolve_feedback, resolve_location, resolve_points_event, resolve_survey_answer, unpublished
from tests.frames import frame, rows

D = date(2026, 3, 4)
HOLDERS = """
    number_token | subscriber_id | valid_from | valid_to
    recycled     | before        | 2020-01-01 | 2026-03-03
    recycled     | after         | 2026-03-03 |
"""


def test_a_clerks_points_are_of_no_subscriber_and_those_of_a_number_are_of_its_holder(spark: SparkSession) -> None:
    events = frame(
        spark,
        ODS_POINTS_EVENT,
        """
        day        | event_id | earner     | clerk_id | number_token | points
        2026-03-04 | P1       | subscriber |          | recycled     | 10
        2026-03-04 | P2       | clerk      | S00001   |              | 50
        2026-03-04 | P3       | subscriber |          | nobodys      | 20
        """,
    )
    held = DWD_POINTS_EVENT.conform(resolve_points_event.call(D, events=events, numbers=frame(spark, DWD_NUMBER_INTERVAL, HOLDERS)))
    assert rows(held, "event_id", "subscriber_id", "points") == [("P1", "after", 10), ("P2", None, 50)]


def test_an_answer_is_of_who_held_the_number_when_they_answered(spark: SparkSession) -> None:
    answers = frame(
        spark,
        ODS_SURVEY_ANSWER,
        """
        day        | topic | question | number_token | answer | answered_on
        2026-03-04 | T1    | Q1       | recycled     | A      | 2026-03-02
        2026-03-04 | T1    | Q2       | recycled     | B      | 2026-03-03
        2026-03-04 | T1    | Q2       | nobodys      | C      | 2026-03-03
        """,
    )
    held = DWD_SURVEY_ANSWER.conform(resolve_survey_answer.call(D, answers=answers, numbers=frame(spark, DWD_NUMBER_INTERVAL, HOLDERS)))
    assert rows(held, "question", "subscriber_id", "answer") == [("Q1", "before", "A"), ("Q2", "after", "B")]


def test_feedback_is_of_the_contact_that_it_names_and_otherwise_of_the_holder(spark: SparkSession) -> None:
    events = frame(
        spark,
        ODS_FEEDBACK,
        """
        day        | stage     | recipient | contact_id
        2026-03-04 | accepted  | known     | known
        2026-03-04 | reached   | recycled  | known
        2026-03-04 | rejected  | recycled  | unknown
        2026-03-04 | delivered | recycled  |
        2026-03-04 | outcome   | unknown   | unknown
        """,
    )
    contacts = frame(
        spark,
        MKT_CONTACT,
        """
        business_date | contact_id | subscriber_id
        2026-03-03    | known      | contacted
        2026-03-03    | others     | other
        """,
    )
    numbers = frame(spark, DWD_NUMBER_INTERVAL, HOLDERS)
    held = DWD_FEEDBACK.conform(resolve_feedback.call(D, events=events, numbers=numbers, contacts=contacts))
    assert rows(held, "stage", "subscriber_id") == [
        ("accepted", "contacted"),
        ("delivered", "after"),
        ("reached", "contacted"),
        ("rejected", "after"),
    ]


def test_feedback_about_a_list_that_no_channel_got_is_named(spark: SparkSession) -> None:
    published = """
        business_date | scenario | step
        2026-03-03    | c10      | wave1
        2026-03-03    | c10      | wave1
    """
    told = """
        list_date  | scenario | step  | recipient
        2026-03-03 | c10      | wave1 | one
        2026-03-02 | c10      | wave1 | one
        2026-03-03 | c99      | wave1 | one
        2026-03-03 | c99      | wave1 | two
    """
    contacts = frame(spark, MKT_CONTACT, published)
    assert unpublished(frame(spark, ODS_FEEDBACK, told), contacts) == [
        "feedback about 2 list(s) that no channel got: c10/wave1 of 2026-03-02 (1 rows), c99/wave1 of 2026-03-03 (2 rows). "
        "Ask the channel which list it means"
    ]
    assert unpublished(frame(spark, ODS_FEEDBACK, "list_date  | scenario | step\n2026-03-03 | c10 | wave1"), contacts) == []


def test_a_place_has_its_cells_newest_position_and_is_away_in_another_city_than_the_holders(spark: SparkSession) -> None:
    places = frame(
        spark,
        ODS_LOCATION,
        """
        day        | number_token | cell | county
        2026-03-02 | recycled     | c1   | 990101
        2026-03-03 | recycled     | c2   | 990101
        2026-03-04 | recycled     | c3   |
        2026-03-02 | homeless     | c4   | 990101
        2026-03-04 | nobodys      | c5   | 990101
        """,
    )
    numbers = frame(spark, DWD_NUMBER_INTERVAL, f"{HOLDERS}    homeless     | homeless      | 2020-01-01 |")
    subscribers = frame(spark, ODS_SUBSCRIBER, "subscriber_id | city\nbefore | 9901\nafter | 9902")
    cells = frame(
        spark,
        ODS_CELL,
        """
        cell | longitude_udeg | latitude_udeg | day        | known_on   | load_id
        c1   | 110000000      | 30000000      | 2025-01-01 | 2026-03-01 | a
        c1   | 110000001      | 30000000      | 2026-01-01 | 2026-01-01 | b
        c2   | 110000002      | -30000000     | 2025-01-01 | 2026-03-01 | a
        """,
    )
    frames = {"places": places, "numbers": numbers, "subscribers": subscribers}
    held = DWD_LOCATION.conform(resolve_location.call(D, **frames, cells=cells))
    assert rows(held, "cell", "subscriber_id", "is_away", "position") == [
        ("c1", "before", False, "110000001:30000000"),
        ("c2", "after", True, "110000002:-30000000"),
        ("c3", "after", None, None),
        ("c4", "homeless", None, None),
    ]
    unplaced = resolve_location.call(D, **frames, cells=ODS_CELL.empty(spark))
    assert {position for _, position in rows(unplaced, "cell", "position")} == {None}
