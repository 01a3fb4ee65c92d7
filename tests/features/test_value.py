from datetime import date

from pyspark.sql import SparkSession

from expectations.tables.dwd_contact_cost import DWD_CONTACT_COST
from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from expectations.tables.ods_service_event import ODS_SERVICE_EVENT
from features.billing import BILLING_TAGS
from features.usage import USAGE_TAGS
from features.value import VALUE_TAGS
from tests.frames import by_role, frame

D = date(2026, 3, 31)


def test_a_contribution_is_the_bill_less_network_service_contacts_and_gifts(spark: SparkSession) -> None:
    # One gigabyte costs 2000 fen, a minute 3, a message 1; a menu 20, advice 400, a complaint 2000, a work order 1000.
    subscribers = frame(
        spark,
        DWD_SUBSCRIBER,
        """
        subscriber_id | entry_date | customer_class
        high          | 2020-01-01 |
        loss          | 2020-01-01 | high_value
        fallen        | 2020-01-01 |
        small         | 2020-01-01 |
        unbilled      | 2020-01-01 | middle
        joined        | 2026-03-15 |
        gap           | 2020-01-01 |
        """,
    )
    bills = frame(
        spark,
        BILLING_TAGS.table,
        """
        subscriber_id | bill_fen_1m | bill_fen_m2 | bill_fen_m3
        high          | 12000       | 9000        | 8600
        loss          | 1000        | 1000        | 1000
        fallen        | 4000        | 5000        | 5002
        small         | 0           | 400         |
        gap           | 5000        |             |
        """,
    )
    # The columns are data, seconds of calls and messages of the month.
    use = frame(
        spark,
        USAGE_TAGS.table,
        """
        subscriber_id | data_bytes_1m | voice_s_1m | sms_count_1m | data_bytes_m2 | voice_s_m2 | sms_count_m2 | data_bytes_m3
        high          | 1073741824    | 6019       | 10           | 0             | 0          | 0            | 536870911
        loss          | 0             | 0          | 0            | 0             | 0          | 0            | 0
        fallen        | 0             | 0          | 0            | 0             | 0          | 0            | 0
        small         | 0             | 0          | 0            | 0             | 0          | 0            | 0
        unbilled      | 0             | 0          | 0            | 0             | 0          | 0            | 0
        """,
    ).na.fill(0, ["voice_s_m3", "sms_count_m3"])
    service = frame(
        spark,
        ODS_SERVICE_EVENT,
        """
        subscriber_id | day        | kind
        loss          | 2026-02-28 | complaint
        loss          | 2026-02-01 | work_order
        loss          | 2026-01-31 | work_order
        loss          | 2026-03-01 | complaint
        loss          | 2025-11-30 | complaint
        high          | 2026-02-10 | ivr
        high          | 2026-02-10 | consultation
        high          | 2026-02-12 | reply
        """,
    )
    costs = frame(
        spark,
        DWD_CONTACT_COST,
        """
        subscriber_id | day        | contacts | contact_cost_fen | gifts | gift_cost_fen
        high          | 2026-02-05 | 1        | 5                | 1     | 500
        high          | 2026-03-31 | 2        | 700              | 0     | 0
        """,
    )
    found = VALUE_TAGS.table.conform(VALUE_TAGS.compute(D, subscribers, service=service, costs=costs, billing=bills, usage=use).persist())
    assert by_role(
        found, "network_cost_fen_1m", "network_cost_fen_m3", "service_cost_fen_1m", "contact_cost_fen_1m", "gift_cost_fen_1m"
    ) == {
        "high": (2000 + 300 + 10, 999, 425, 5, 500),
        "loss": (0, 0, 3000, 0, 0),
        "fallen": (0, 0, 0, 0, 0),
        "small": (0, 0, 0, 0, 0),
        "unbilled": (0, 0, 0, 0, 0),
        "joined": (None, None, None, None, None),
        # Its use is not known.
        "gap": (None, None, 0, 0, 0),
    }
    assert by_role(found, "contribution_fen_1m", "contribution_fen_m2", "contribution_fen_m3", "mean_contribution_fen_3m") == {
        "high": (8760, 9000, 7601, 8453),
        "loss": (-2000, 0, 1000, -333),
        "fallen": (4000, 5000, 5002, 4667),
        "small": (0, 400, None, 200),
        "unbilled": (None, None, None, None),
        "joined": (None, None, None, None),
        "gap": (None, None, None, None),
    }
    assert by_role(found, "margin_1m", "contribution_trend", "negative_months_3m", "is_negative_value", "value_class") == {
        "high": (730, "steady", 0, False, "high_value"),
        # Half a yuan is the mean of the months before, so the border is 5 yuan.
        "loss": (-2000, "falling", 1, True, "ordinary"),
        # A fifth of 5001 is 1000: a fall by 1001 is one.
        "fallen": (1000, "falling", 0, False, "middle"),
        "small": (None, "steady", 0, False, "ordinary"),
        "unbilled": (None, None, None, None, "middle"),
        "joined": (None, None, None, None, None),
        "gap": (None, None, None, None, None),
    }
    assert by_role(found, "contacts_delivered_30d", "gifts_given_3m")["high"] == (2, 1)
