"""T8: what subscribers brought to the service."""

from datetime import date

from pyspark.sql import SparkSession

from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from expectations.tables.ods_service_event import ODS_SERVICE_EVENT
from features.channel import CHANNEL_TAGS
from features.service import SERVICE_TAGS
from tests.frames import by_role, frame

D = date(2026, 3, 31)


def test_complaints_questions_and_replies_are_counted_by_kind_topic_and_window(spark: SparkSession) -> None:
    complaints = frame(
        spark,
        ODS_SERVICE_EVENT,
        """
        subscriber_id | day        | event_id | case_id | kind       | topic              | severity | status      | order_type
        angry         | 2026-03-31 | e1       | c1      | complaint  | data_fee           | high     | open        |
        angry         | 2026-03-02 | e2       | c2      | complaint  | spam_message       | low      | open        |
        angry         | 2026-03-01 | e3       |         | complaint  |                    |          |             |
        angry         | 2026-01-01 | e4       | c3      | complaint  | subscribed_unasked | high     | open        |
        angry         | 2026-03-31 | e5       | c1      | work_order | data_fee           | high     | open        | refund
        angry         | 2026-03-31 | e6       | c1      | work_order | data_fee           | high     | closed      | refund
        edge          | 2026-01-01 | e7       | c4      | complaint  | handset            | middle   | open        |
        edge          | 2025-12-31 | e8       | c5      | complaint  | data_fee           | high     | open        |
        again         | 2026-02-01 | e9       | c6      | complaint  | network            | low      | open        |
        again         | 2026-02-03 | e10      | c6      | work_order | network            | low      | in_progress | network_check
        again         | 2026-02-05 | e11      | c6      | work_order | network            | low      | closed      | network_check
        again         | 2026-03-05 | e12      | c7      | complaint  | network            | low      | open        |
        again         | 2026-03-06 | e13      | c7      | work_order | network            | low      | closed      | network_check
        """,
    )
    others = frame(
        spark,
        ODS_SERVICE_EVENT,
        """
        subscriber_id | day        | occurred_at         | event_id | kind         | topic     | is_satisfied
        asks          | 2026-03-30 | 2026-03-30 09:00:00 | f1       | consultation | data_plan |
        asks          | 2026-03-31 | 2026-03-31 08:00:00 | f2       | consultation | roaming   |
        asks          | 2026-03-31 | 2026-03-31 09:00:00 | f3       | consultation |           |
        asks          | 2026-03-31 | 2026-03-31 09:30:00 | f4       | ivr          |           |
        asks          | 2026-01-15 | 2026-01-15 09:00:00 | f5       | consultation | data_plan |
        replies       | 2026-03-31 | 2026-03-31 09:00:00 | g1       | reply        |           | false
        replies       | 2026-03-30 | 2026-03-30 09:00:00 | g2       | reply        |           | true
        replies       | 2026-03-29 | 2026-03-29 09:00:00 | g3       | reply        |           | false
        content       | 2026-03-29 | 2026-03-29 09:00:00 | h1       | reply        |           | false
        content       | 2026-03-30 | 2026-03-30 09:00:00 | h2       | reply        |           | true
        mixed         | 2026-03-25 | 2026-03-25 09:00:00 | i0       | reply        |           | false
        mixed         | 2026-03-26 | 2026-03-26 09:00:00 | i1       | reply        |           | true
        mixed         | 2026-03-27 | 2026-03-27 09:00:00 | i2       | reply        |           | true
        mixed         | 2026-03-28 | 2026-03-28 09:00:00 | i3       | reply        |           | true
        mixed         | 2026-03-29 | 2026-03-29 09:00:00 | i4       | reply        |           | false
        """,
    )
    who = ("angry", "edge", "again", "asks", "replies", "content", "mixed", "silent")
    subscribers = frame(spark, DWD_SUBSCRIBER, "\n".join(["subscriber_id | entry_date", *(f"{one} | 2020-01-01" for one in who)]))
    found = SERVICE_TAGS.table.conform(SERVICE_TAGS.compute(D, subscribers, service=complaints.unionByName(others), answers=None)).cache()

    counts = ("complaints_30d", "complaints_90d", "severe_complaints_90d", "data_complaints_30d", "data_complaints_90d")
    nothing = (0, 0, 0, 0, 0)
    assert by_role(found, *counts, "refund_orders_90d") == {
        "angry": (2, 4, 2, 1, 1, 1),
        "edge": (0, 1, 0, 0, 0, 0),
        "again": (1, 2, 0, 1, 2, 0),
        **dict.fromkeys(("asks", "replies", "content", "mixed", "silent"), (*nothing, 0)),
    }
    cases = ("repeated_complaints_90d", "open_cases", "has_open_complaint")
    of_cases = by_role(found, *cases)
    assert of_cases["angry"] == (0, 2, True)
    assert of_cases["again"] == (1, 0, False)
    assert of_cases["silent"] == (0, 0, False)
    flags = ("complained_of_unasked_order_90d", "complained_of_marketing_90d", "is_habitual_complainer", "days_since_complaint")
    complained = by_role(found, *flags)
    assert complained["angry"] == (True, True, True, 0)
    assert complained["edge"] == (False, False, False, 89)
    assert complained["silent"] == (False, False, False, None)
    asked = ("consultations_90d", "data_plan_questions_30d", "roaming_questions_30d")
    topics = by_role(found, *asked, "last_consultation_topic_30d", "top_consultation_topic_90d", "agent_share_90d")
    assert topics["asks"] == (4, 1, 1, "roaming", "data_plan", 800)
    assert topics["silent"] == (0, 0, 0, None, None, None)
    replied = ("satisfaction_replies_90d", "dissatisfied_replies_90d", "last_reply_is_satisfied_90d", "satisfied_share_90d")
    replies = by_role(found, *replied, "is_often_dissatisfied")
    assert replies["replies"] == (3, 2, False, 333, True)
    assert replies["content"] == (2, 1, True, 500, False)
    assert replies["mixed"] == (5, 2, False, 600, False)
    assert replies["silent"] == (0, 0, None, None, False)


def test_a_wish_not_to_be_disturbed_is_in_the_crm_or_an_answer_and_else_unknown(spark: SparkSession) -> None:
    subscribers = frame(
        spark,
        DWD_SUBSCRIBER,
        """
        subscriber_id | is_sensitive | do_not_disturb_channels
        never         | false        | all
        nosms         | false        | sms;mailbox
        said          | false        |
        unknown       |              |
        unknown_said  |              |
        willing       | false        |
        """,
    )
    answers = frame(
        spark,
        CHANNEL_TAGS.table,
        "subscriber_id | no_contact_wishes_90d\nsaid | mms,outbound_call\nunknown_said | sms\nwilling |\nnever |\nnosms |\nunknown |",
    )
    found = SERVICE_TAGS.compute(D, subscribers, service=ODS_SERVICE_EVENT.empty(spark), answers=answers)
    wishes = ("sms_do_not_disturb", "mms_do_not_disturb", "outbound_call_do_not_disturb", "wants_no_marketing")
    assert by_role(found, *wishes) == {
        "never": (True, True, True, True),
        "nosms": (True, False, False, False),
        "said": (False, True, True, False),
        "unknown": (None, None, None, None),
        "unknown_said": (True, None, None, None),
        "willing": (False, False, False, False),
    }
