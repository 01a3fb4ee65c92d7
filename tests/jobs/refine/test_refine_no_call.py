from datetime import date

from pyspark.sql import SparkSession

from expectations.tables.dwd_number_interval import DWD_NUMBER_INTERVAL
from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from expectations.tables.ods_customer import ODS_CUSTOMER
from expectations.tables.ods_no_call import DWD_NO_CALL, ODS_NO_CALL
from expectations.tables.ods_subscriber import ODS_SUBSCRIBER
from jobs.refine.refine_no_call import refine_no_call
from jobs.refine.refine_subscribers import refine_subscribers
from tests.frames import by_role, frame

D = date(2026, 3, 31)
HOLDERS = """
    number_token | subscriber_id | valid_from | valid_to
    recycled     | before        | 2020-01-01 | 2026-03-25
    recycled     | after         | 2026-03-25 |
    second       | before        | 2026-03-25 |
    third        | quiet         | 2020-01-01 |
    fourth       | picky         | 2020-01-01 |
    undated      | newcomer      | 2026-03-31 |
"""
LISTED = """
    number_token | scope         | listed_on  | day
    recycled     | all           | 2026-01-01 | 2026-03-28
    third        | all           | 2026-01-01 | 2026-03-28
    third        | sms           | 2026-01-02 | 2026-03-28
    fourth       | sms           | 2026-01-01 | 2026-03-28
    undated      | telex         |            | 2026-03-28
    nobodys      | all           | 2026-01-01 | 2026-03-28
"""


def test_who_has_a_listed_number_and_who_had_it_when_it_was_listed_are_both_on_the_list(spark: SparkSession) -> None:
    listed, numbers = frame(spark, ODS_NO_CALL, LISTED), frame(spark, DWD_NUMBER_INTERVAL, HOLDERS)
    found = by_role(DWD_NO_CALL.conform(refine_no_call.call(D, listed=listed, numbers=numbers)), "no_call_scopes")
    assert found == {
        "before": ["all"],
        "after": ["all"],
        "quiet": ["all", "sms"],
        "picky": ["sms"],
        "newcomer": ["all"],  # A scope that is no channel counts for all of them.
    }


def test_a_subscriber_on_no_list_has_an_empty_set_and_everybody_has_null_while_no_list_is_known(spark: SparkSession) -> None:
    people = frame(spark, ODS_SUBSCRIBER, "subscriber_id | number_token\nquiet | third\nothers | fifth")
    no_call = frame(spark, DWD_NO_CALL, "subscriber_id | no_call_scopes\nquiet | all")
    customers = ODS_CUSTOMER.empty(spark)
    known, unknown = (
        refine_subscribers.call(D, delivered=people, customers=customers, before=None, no_call=one) for one in (no_call, None)
    )
    assert by_role(DWD_SUBSCRIBER.conform(known), "no_call_scopes") == {"quiet": ["all"], "others": []}
    assert by_role(DWD_SUBSCRIBER.conform(unknown), "no_call_scopes") == {"quiet": None, "others": None}
