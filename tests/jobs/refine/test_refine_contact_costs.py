from datetime import date

from pyspark.sql import SparkSession

from expectations.tables.dwd_contact_cost import DWD_CONTACT_COST
from expectations.tables.mkt_contact import MKT_CONTACT
from expectations.tables.ods_channel import ODS_CHANNEL
from expectations.tables.ods_feedback import DWD_FEEDBACK
from expectations.tables.ods_resource import ODS_RESOURCE
from jobs.refine.refine_contact_costs import refine_contact_costs
from tests.frames import frame, rows

D = date(2026, 3, 31)


def test_a_delivered_contact_costs_what_its_channel_does_and_a_taken_offer_its_gift(spark: SparkSession) -> None:
    feedback = frame(
        spark,
        DWD_FEEDBACK,
        """
        day        | known_on   | feed | load_id | subscriber_id | channel | scenario | step | list_date  | stage     | outcome
        2026-03-30 | 2026-03-31 | sms  | one     | taker         | sms     | c10      | w1   | 2026-03-28 | accepted  |
        2026-03-30 | 2026-03-31 | sms  | one     | taker         | sms     | c10      | w1   | 2026-03-28 | delivered |
        2026-03-31 | 2026-03-31 | sms  | two     | taker         | sms     | c10      | w1   | 2026-03-28 | outcome   | agreed_paid
        2026-03-31 | 2026-03-31 | sms  | two     | taker         | fax     | c11      | w1   | 2026-03-28 | delivered |
        2026-03-31 | 2026-03-31 | sms  | two     | refuser       | sms     | c10      | w1   | 2026-03-28 | delivered |
        2026-03-31 | 2026-03-31 | sms  | two     | refuser       | sms     | c10      | w1   | 2026-03-28 | outcome   | refused
        2026-03-31 | 2026-03-31 | sms  | two     | giftless      | sms     | c13      | w1   | 2026-03-28 | outcome   | agreed_trial
        """,
    )
    contacts = frame(
        spark,
        MKT_CONTACT,
        """
        business_date | subscriber_id | scenario | step | resource
        2026-03-28    | taker         | c10      | w1   | credit_5
        2026-03-27    | taker         | c10      | w1   | credit_20
        2026-03-28    | refuser       | c10      | w1   | credit_5
        2026-03-28    | giftless      | c13      | w1   |
        """,
    )
    channels = frame(spark, ODS_CHANNEL, "day | channel | contact_cost_fen | valid_from\n2026-01-01 | sms | 5 | 2026-01-01")
    resources = frame(spark, ODS_RESOURCE, "day | resource | unit_cost_fen | valid_from\n2026-01-01 | credit_5 | 480 | 2026-01-01")
    found = DWD_CONTACT_COST.conform(
        refine_contact_costs.call(D, feedback=feedback, contacts=contacts, channels=channels, resources=resources)
    )
    assert rows(found, "subscriber_id", "day", "contacts", "contact_cost_fen", "gifts", "gift_cost_fen") == [
        ("giftless", date(2026, 3, 31), 0, 0, 0, 0),
        ("refuser", date(2026, 3, 31), 1, 5, 0, 0),
        ("taker", date(2026, 3, 30), 1, 5, 0, 0),
        ("taker", date(2026, 3, 31), 1, 0, 1, 480),
    ]
