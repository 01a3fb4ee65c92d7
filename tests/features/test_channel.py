"""T7: which channels subscribers visit and answer, and how often they were contacted."""

from datetime import date

from pyspark.sql import SparkSession

from expectations.channels import CHANNELS
from expectations.tables.dwd_channel_response import DWD_CHANNEL_RESPONSE
from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from expectations.tables.ods_channel_visit import DWD_CHANNEL_VISIT
from expectations.tables.ods_external_contact import DWD_EXTERNAL_CONTACT
from expectations.tables.ods_feedback import DWD_FEEDBACK
from features.answers import made_stage, responses
from features.channel import CHANNEL_TAGS, ELECTRONIC, VISITED
from tests.frames import by_role, frame, rows

D = date(2026, 3, 31)
VISITS = """
    subscriber_id | day        | visited_at          | channel  | moment
    surfer        | 2026-03-31 | 2026-03-31 08:00:00 | web_hall | data_query
    surfer        | 2026-03-02 | 2026-03-02 21:59:59 | web_hall | fee_query
    surfer        | 2026-03-01 | 2026-03-01 18:00:00 | crm      | data_query
    surfer        | 2026-01-01 | 2026-01-01 22:00:00 | app_hall | offer_query
    surfer        | 2025-12-31 | 2025-12-31 08:00:00 | crm      | payment
    walker        | 2026-01-01 | 2026-01-01 13:59:59 | crm      | payment
    pair          | 2026-03-31 | 2026-03-31 12:00:00 | kiosk    | login
    pair          | 2026-03-31 | 2026-03-31 14:00:00 | crm      | fee_query
"""
SPREAD = ("crm", "crm", "kiosk", "kiosk", "ivr", "agent_shop")
FEEDBACK = """
    subscriber_id | day        | channel  | scenario | step | list_date  | stage        | outcome        | satisfaction
    surfer        | 2026-03-31 | sms      | c10      | w1   | 2026-03-30 | accepted     |                |
    surfer        | 2026-03-31 | sms      | c10      | w1   | 2026-03-30 | delivered    |                |
    surfer        | 2026-03-31 | sms      | c10      | w1   | 2026-03-30 | outcome      | refused        |
    surfer        | 2026-03-17 | crm      | c11      | w1   | 2026-03-16 | recommended  |                |
    surfer        | 2026-03-17 | crm      | c11      | w1   | 2026-03-16 | outcome      | agreed_trial   |
    surfer        | 2026-01-01 | sms      | c09      | w1   | 2025-12-31 | delivered    |                |
    surfer        | 2026-01-01 | sms      | c09      | w1   | 2025-12-31 | satisfaction |                | dissatisfied
    walker        | 2026-03-31 | sms      | c10      | w1   | 2026-03-30 | sent         |                |
    walker        | 2026-03-30 | mms      | c10      | w1   | 2026-03-29 | outcome      | do_not_disturb |
    walker        | 2026-03-30 | ussd     | c10      | w1   | 2026-03-29 | outcome      | do_not_disturb |
    pair          | 2026-03-30 | ivr      | c10      | w1   | 2026-03-29 | outcome      | unreached      |
    pair          | 2026-03-01 | ivr      | c10      | w1   | 2026-02-28 | outcome      | considering    |
"""
EXTERNAL = """
    subscriber_id | day        | arm
    surfer        | 2026-03-17 | treated
    surfer        | 2026-03-18 | control
    pair          | 2026-03-30 |
"""
RESPONSES = """
    subscriber_id | channel  | contacts | taken_up | response_ppm
    surfer        | crm      | 1        | 1        | 100000
    surfer        | sms      | 2        | 0        | 200000
    walker        | sms      | 1        | 0        | 0
"""


def test_every_channel_with_feedback_reports_when_a_contact_was_made_by_a_receipt_or_as_pushed() -> None:
    stages = {name: made_stage(channel) for name, channel in CHANNELS.items() if channel.feedback}
    assert {name: stages[name] for name in ("sms", "crm", "ivr", "mailbox")} == {
        "sms": "delivered",
        "crm": "recommended",
        "ivr": "played",
        "mailbox": "delivered",
    }
    assert None not in stages.values()


def test_electronic_channels_are_channels_that_customers_visit() -> None:
    assert set(ELECTRONIC) <= VISITED.keys()


def test_visits_contacts_and_answers_make_a_preference_or_none(spark: SparkSession) -> None:
    who = ("surfer", "walker", "pair", "nobody")
    found = CHANNEL_TAGS.compute(
        D,
        frame(spark, DWD_SUBSCRIBER, "\n".join(["subscriber_id | entry_date", *(f"{one} | 2020-01-01" for one in who)])),
        visits=frame(spark, DWD_CHANNEL_VISIT, VISITS),
        feedback=frame(spark, DWD_FEEDBACK, FEEDBACK),
        external_contact=frame(spark, DWD_EXTERNAL_CONTACT, EXTERNAL),
        responses=frame(spark, DWD_CHANNEL_RESPONSE, RESPONSES),
    )
    found = CHANNEL_TAGS.table.conform(found).cache()

    visits = ("channel_visits_30d", "channel_visits_90d", "crm_visit_share_90d")
    assert by_role(found, *visits, "channels_visited_90d", "top_visited_channel_90d", "top_moment_90d", "days_since_visit") == {
        # Of crm 1 of 4, 1 of 1 and 1 of 2, with ten more visits of which crm has ten twelfths.
        "surfer": (2, 4, 130, 3, "web_hall", "data_query", 0),
        "walker": (0, 1, 166, 1, "crm", "payment", 89),
        "pair": (2, 2, 152, 2, "crm", "fee_query", 0),
        "nobody": (0, 0, None, 0, None, None, None),
    }
    electronic = ("electronic_share_90d", "electronic_queries_30d", "prefers_electronic_channels")
    assert by_role(found, *electronic, "interested_queries_90d", "payment_visits_90d") == {
        "surfer": (750, 2, True, 3, 0),
        "walker": (0, 0, False, 0, 1),
        "pair": (500, 0, False, 0, 0),
        "nobody": (None, 0, False, 0, 0),
    }
    assert by_role(found, "best_contact_time") == {"surfer": "evening", "walker": None, "pair": None, "nobody": None}
    answered = ("answers_90d", "agreements_90d", "refusals_90d", "is_considering_30d", "dissatisfied_contacts_90d")
    assert by_role(found, *answered, "no_contact_wishes_90d") == {
        "surfer": (2, 1, 1, False, 1, None),
        "walker": (2, 0, 0, False, 0, "mms,ussd"),
        "pair": (1, 0, 0, False, 0, None),
        "nobody": (0, 0, 0, False, 0, None),
    }
    contacted = ("contacts_30d", "external_contacts_30d", "all_contacts_30d", "days_since_contact", "contact_fatigue")
    assert by_role(found, *contacted) == {
        # 1000 for D, 500 and 500 for 14 days before it, 12 for 89 days.
        "surfer": (2, 1, 3, 0, 2012),
        "walker": (0, 0, 0, None, 0),
        "pair": (0, 1, 1, 1, 952),
        "nobody": (0, 0, 0, None, 0),
    }
    assert by_role(found, "crm_response_ppm", "sms_response_ppm", "contacts_taken_up", "best_answered_channel", "preferred_channel") == {
        "surfer": (100000, 200000, 1, "crm", "crm"),
        "walker": (None, 0, 0, None, None),
        "pair": (None, None, 0, None, None),
        "nobody": (None, None, 0, None, None),
    }


def test_a_preference_needs_a_fifth_of_the_visits_and_an_electronic_customer_two_queries_and_half(spark: SparkSession) -> None:
    more = """
    half          | 2026-03-31 | 2026-03-31 08:00:00 | kiosk    | bill_query
    half          | 2026-03-02 | 2026-03-02 08:00:00 | kiosk    | bill_query
    half          | 2026-03-31 | 2026-03-31 09:00:00 | crm      | bill_query
    half          | 2026-03-31 | 2026-03-31 10:00:00 | crm      | bill_query
    staff         | 2026-03-31 | 2026-03-31 08:00:00 | kiosk    | bill_query
    staff         | 2026-03-02 | 2026-03-02 08:00:00 | kiosk    | bill_query
    staff         | 2026-03-31 | 2026-03-31 09:00:00 | crm      | bill_query
    staff         | 2026-03-30 | 2026-03-30 09:00:00 | crm      | bill_query
    staff         | 2026-03-29 | 2026-03-29 09:00:00 | crm      | bill_query
    """
    # Two visits of six are 2.83 of 16, less than a fifth.
    more += "".join(f"    spread | 2026-03-{day} | 2026-03-{day} 08:00:00 | {of} | payment\n" for day, of in enumerate(SPREAD, start=10))
    who = ("surfer", "walker", "half", "staff", "spread")
    found = CHANNEL_TAGS.compute(
        D,
        frame(spark, DWD_SUBSCRIBER, "\n".join(["subscriber_id | entry_date", *(f"{one} | 2020-01-01" for one in who)])),
        visits=frame(spark, DWD_CHANNEL_VISIT, VISITS.rstrip() + more),
        feedback=DWD_FEEDBACK.empty(spark),
        external_contact=DWD_EXTERNAL_CONTACT.empty(spark),
        responses=DWD_CHANNEL_RESPONSE.empty(spark),
    )
    assert by_role(found, "preferred_channel", "electronic_share_90d", "prefers_electronic_channels") == {
        "surfer": ("web_hall", 750, True),
        "walker": (None, 0, False),
        "half": ("crm", 500, True),
        "staff": ("crm", 400, False),
        "spread": (None, 500, False),
    }


def test_few_contacts_draw_a_response_towards_the_share_of_the_province(spark: SparkSession) -> None:
    # By short message 3 contacts of the province and 1 taken up: the province counts as 10 contacts with 3.333333 taken up.
    found = rows(responses(frame(spark, DWD_FEEDBACK, FEEDBACK + "    taker | 2026-03-31 | sms | c10 | w1 | 2026-03-30 | ordered | |\n")))
    assert found == [
        ("surfer", "crm", 1, 1, 1000000),
        ("surfer", "sms", 2, 0, 277777),
        ("taker", "sms", 1, 1, 393939),
    ]
