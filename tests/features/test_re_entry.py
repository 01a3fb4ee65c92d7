"""Who comes back under another number."""

from pyspark.sql import SparkSession

from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from expectations.tables.ods_subscriber import ODS_SUBSCRIBER
from features.re_entry import with_previous
from tests.frames import by_role, frame

# Who, their handset now and in the month of entry.
PEOPLE = """
    subscriber_id | brand   | state     | entry_date | state_date | number_date | imei_token | entry_imei_token
    back          | gotone  | active    | 2026-02-10 | 2026-02-10 | 2026-02-10  | new        | one
    left          | easyown | cancelled | 2020-01-01 | 2026-02-28 | 2020-01-01  | one        | old
    lefttoo       | mzone   | cancelled | 2020-01-01 | 2025-12-01 | 2020-01-01  | one        |
    tooearly      | gotone  | active    | 2026-02-10 | 2026-02-10 | 2026-02-10  | two        | two
    leftlong      | mzone   | recycled  | 2020-01-01 | 2025-11-09 | 2020-01-01  | two        |
    leftlater     | mzone   | cancelled | 2020-01-01 | 2026-03-01 | 2020-01-01  | two        |
    second        | gotone  | active    | 2026-02-10 | 2026-02-10 | 2026-02-10  | three      | three
    renumbered    | easyown | active    | 2020-01-01 | 2020-01-01 | 2026-02-01  | three      |
    shared        | gotone  | active    | 2026-02-10 | 2026-02-10 | 2026-02-10  | four       | four
    stays         | mzone   | active    | 2020-01-01 | 2020-01-01 | 2020-01-01  | four       |
    unknown       | gotone  | active    | 2026-02-10 | 2026-02-10 | 2026-02-10  |            |
    nohandset     | mzone   | cancelled | 2020-01-01 | 2026-02-01 | 2020-01-01  |            |
    own           | gotone  | cancelled | 2026-02-10 | 2026-02-20 | 2026-02-10  | five       | five
"""


def test_an_entrant_is_a_re_entry_if_the_entry_handset_was_of_somebody_who_left_shortly_before(spark: SparkSession) -> None:
    people = frame(spark, ODS_SUBSCRIBER, PEOPLE)
    found = by_role(with_previous(people, None), "previous_subscriber_id", "previous_brand")
    assert {who: previous for who, previous in found.items() if previous != (None, None)} == {
        "back": ("left", "easyown"),
        "second": ("renumbered", "easyown"),
    }
    assert len(found) == 13


def test_a_re_entry_stays_known_after_the_previous_subscription_is_no_longer_delivered(spark: SparkSession) -> None:
    alone = frame(spark, ODS_SUBSCRIBER, "\n".join(PEOPLE.splitlines()[:3]))
    before = frame(spark, DWD_SUBSCRIBER, "subscriber_id | previous_subscriber_id | previous_brand\nback | gone | mzone\nother | |")
    assert by_role(with_previous(alone, before), "previous_subscriber_id", "previous_brand") == {"back": ("gone", "mzone")}
    assert by_role(with_previous(alone, None), "previous_brand") == {"back": None}


def test_a_handset_of_many_subscriptions_makes_nobody_a_re_entry(spark: SparkSession) -> None:
    copies = "".join(f"    copy{n} | mzone | active | 2020-01-01 | 2020-01-01 | 2020-01-01 | one |\n" for n in range(5))
    people = frame(spark, ODS_SUBSCRIBER, PEOPLE + copies)
    assert by_role(with_previous(people, None), "previous_subscriber_id")["back"] is None
