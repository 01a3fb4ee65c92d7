from datetime import date, timedelta

from pyspark.sql import SparkSession

from expectations.columns import MOST_BYTES_A_DAY, MOST_BYTES_INCLUDED
from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from expectations.tables.ods_bill import ODS_BILL
from expectations.tables.ods_usage import ODS_USAGE
from features.billing import BILLING_TAGS
from features.shares import MOST_PER_MILLE
from features.usage import USAGE_TAGS
from tests.frames import by_role, frame

D = date(2026, 3, 31)
SPINE = "subscriber_id | entry_date\nloyal | 2020-01-01\nsilent | 2020-01-01\njoined | 2026-02-15"


def test_data_is_summed_over_days_and_over_closed_months(spark: SparkSession) -> None:
    usage = frame(
        spark,
        ODS_USAGE,
        """
        subscriber_id | day        | data_bytes | idle_bytes | data_fee_outside_fen
        loyal         | 2026-03-31 | 1          | 1          | 7
        loyal         | 2026-03-02 | 20         | 0          | 50
        loyal         | 2026-03-01 | 300        |            | 900
        loyal         | 2026-02-28 | 4000       | 1000       | 1000
        loyal         | 2026-01-31 | 50000      | 0          | 0
        loyal         | 2025-12-01 | 600000     | 2          | 0
        loyal         | 2025-11-30 | 7000000    | 0          | 0
        """,
    )
    found = USAGE_TAGS.compute(D, frame(spark, DWD_SUBSCRIBER, SPINE), usage=usage)
    names = ("data_bytes_7d", "data_bytes_30d", "data_bytes_1m", "data_bytes_m2", "data_bytes_m3", "data_bytes_3m")
    assert by_role(found, *names) == {
        "loyal": (1, 21, 4000, 50000, 600000, 654000),
        "silent": (0, 0, 0, 0, 0, 0),
        "joined": (0, 0, 0, None, None, 0),
    }
    assert by_role(found, "idle_share_30d", "idle_share_1m", "data_fee_outside_fen_30d", "data_days_30d")["loyal"] == (47, 250, 57, 2)


def test_shares_are_null_where_there_is_nothing_to_share(spark: SparkSession) -> None:
    usage = frame(
        spark,
        ODS_USAGE,
        """
        subscriber_id | day        | data_bytes | bytes_wlan | bytes_4g | voice_local_s | voice_roaming_s | voice_long_s | voice_off_net_s
        loyal         | 2026-03-31 | 700        | 300        | 350      | 60            | 20              | 20           | 50
        loyal         | 2026-03-10 | 2300       | 0          | 0        | 0             | 0               | 0            | 0
        joined        | 2026-03-31 | 0          | 5          | 0        | 0             | 0               | 0            | 0
        """,
    )
    found = USAGE_TAGS.table.conform(USAGE_TAGS.compute(D, frame(spark, DWD_SUBSCRIBER, SPINE), usage=usage))
    names = (
        "wlan_offload_30d",
        "share_4g_30d",
        "off_net_share_30d",
        "roaming_share_30d",
        "long_share_30d",
        "data_trend_7d",
        "active_days_30d",
    )
    assert by_role(found, *names) == {
        "loyal": (90, 116, 500, 200, 200, 1000, 2),
        "joined": (1000, None, None, None, None, None, 1),
        "silent": (None, None, None, None, None, None, 0),
    }


def test_a_month_without_a_bill_is_absent_and_not_free(spark: SparkSession) -> None:
    bills = frame(
        spark,
        ODS_BILL,
        """
        subscriber_id | month      | bill_fen | data_fee_outside_fen | allowance_bytes | allowance_used_bytes | owed_fen
        loyal         | 2026-02-01 | 5000     | 700                  | 1000            | 250                  | 0
        loyal         | 2026-01-01 | 8001     | 300                  | 1000            | 1000                 | 90
        loyal         | 2025-11-01 | 99999    | 1                    | 1               | 1                    | 1
        joined        | 2026-02-01 | 0        | 0                    | 0               | 0                    | 5
        """,
    )
    found = BILLING_TAGS.table.conform(BILLING_TAGS.compute(D, frame(spark, DWD_SUBSCRIBER, SPINE), bills=bills))
    names = ("bill_fen_1m", "bill_fen_3m", "billed_months_3m", "mean_bill_fen_3m", "bill_trend_1m", "bill_data_fee_outside_fen_3m")
    assert by_role(found, *names) == {
        "loyal": (5000, 13001, 2, 6500, 769, 1000),
        "joined": (0, 0, 1, 0, None, 0),
        "silent": (None, None, 0, None, None, None),
    }
    assert by_role(found, "allowance_use_1m", "owed_fen_1m", "is_in_debt") == {
        "loyal": (250, 0, False),
        "joined": (None, 5, True),
        "silent": (None, None, False),
    }


def test_before_settlement_the_last_month_is_null_and_the_mean_is_of_the_settled_ones(spark: SparkSession) -> None:
    bills = frame(spark, ODS_BILL, "subscriber_id | month | bill_fen\nloyal | 2026-02-01 | 4000\nloyal | 2026-01-01 | 6000")
    found = BILLING_TAGS.compute(date(2026, 4, 2), frame(spark, DWD_SUBSCRIBER, SPINE), bills=bills)
    assert by_role(found, "bill_fen_1m", "mean_bill_fen_3m")["loyal"] == (None, 5000)


def test_no_customers_figures_stop_the_others_however_large_they_are(spark: SparkSession) -> None:
    # The most that receive lets through, on every day of the longest window.
    most = 3 * MOST_BYTES_A_DAY
    days = [date(2025, 12, 1) + timedelta(days=day) for day in range(121)]
    lines = "\n".join(f"loyal | {day} | {most} | {most} | {most} | {MOST_BYTES_A_DAY}" for day in days)
    usage = frame(spark, ODS_USAGE, f"subscriber_id | day | data_bytes | idle_bytes | bytes_4g | bytes_wlan\n{lines}")
    found = by_role(
        USAGE_TAGS.compute(D, frame(spark, DWD_SUBSCRIBER, SPINE), usage=usage),
        "data_bytes_3m",
        "idle_share_30d",
        "data_trend_7d",
        "wlan_offload_30d",
    )
    assert found["loyal"] == (90 * most, 1000, 1000, 250)


def test_a_share_far_beyond_its_whole_is_capped_and_an_unlimited_allowance_has_no_share(spark: SparkSession) -> None:
    bills = frame(
        spark,
        ODS_BILL,
        f"""
        subscriber_id | month      | allowance_bytes | allowance_used_bytes
        loyal         | 2026-02-01 | 1               | {MOST_BYTES_INCLUDED}
        joined        | 2026-02-01 |                 | 5
        silent        | 2026-02-01 | 10              | 5
        """,
    )
    found = BILLING_TAGS.compute(D, frame(spark, DWD_SUBSCRIBER, SPINE), bills=bills)
    assert by_role(found, "allowance_use_1m", "allowance_used_bytes_1m") == {
        "loyal": (MOST_PER_MILLE, MOST_BYTES_INCLUDED),
        "joined": (None, 5),
        "silent": (500, 5),
    }


def test_trends_and_means_compare_closed_months_and_leave_out_those_without_use(spark: SparkSession) -> None:
    subscribers = frame(spark, DWD_SUBSCRIBER, SPINE + "\nedge | 2020-01-01\nover | 2020-01-01\nyoung | 2026-01-31")
    usage = frame(
        spark,
        ODS_USAGE,
        """
        subscriber_id | day        | data_bytes | voice_local_s | voice_roaming_s | voice_long_s | voice_off_net_s | bytes_wlan
        loyal         | 2026-02-10 | 600        | 60            | 0               | 0            | 15              | 100
        loyal         | 2026-01-10 | 1000       | 0             | 30              | 10           | 10              | 0
        loyal         | 2025-12-10 | 0          | 0             | 0               | 0            | 0               | 0
        edge          | 2026-02-10 | 33600      | 22400            | 0               | 0            | 0               | 0
        edge          | 2026-01-10 | 31000      | 31000           | 0               | 0            | 0               | 0
        edge          | 2025-12-10 | 31000      | 31000           | 0               | 0            | 0               | 0
        over          | 2026-02-10 | 33601      | 22399            | 0               | 0            | 0               | 0
        over          | 2026-01-10 | 31000      | 31000           | 0               | 0            | 0               | 0
        over          | 2025-12-10 | 31000      | 31000           | 0               | 0            | 0               | 0
        over          | 2025-09-01 | 6          | 12              | 0               | 0            | 0               | 0
        over          | 2025-08-31 | 60         | 60              | 0               | 0            | 0               | 0
        young         | 2026-02-28 | 7          | 9               | 0               | 0            | 0               | 0
        """,
    )
    found = USAGE_TAGS.table.conform(USAGE_TAGS.compute(D, subscribers, usage=usage)).persist()
    assert by_role(found, "mean_data_bytes_3m", "mean_voice_s_3m", "data_trend_3m", "voice_trend_3m") == {
        "loyal": (800, 50, "rising", "rising"),
        # 33,600 in the 28 days of February is a fifth more than 31,000 in 31 days.
        "edge": (31866, 28133, "steady", "steady"),
        "over": (31867, 28133, "rising", "falling"),
        "silent": (None, None, "steady", "steady"),
        "joined": (None, None, None, None),
        "young": (7, 9, None, None),
    }
    # Six months from September on; of the young one January and February.
    assert by_role(found, "data_bytes_6m", "mean_data_bytes_6m", "mean_voice_s_6m") == {
        "loyal": (1600, 266, 16),
        "edge": (95600, 15933, 14066),
        "over": (95607, 15934, 14068),
        "silent": (0, 0, 0),
        "joined": (0, 0, 0),
        "young": (7, 3, 4),
    }
    shares = ("local_share_3m", "roaming_share_3m", "long_share_3m", "off_net_share_3m", "wlan_offload_3m")
    assert by_role(found, *shares)["loyal"] == (600, 300, 100, 250, 58)
    assert by_role(found, *shares)["silent"] == (None, None, None, None, None)


def test_weekends_bursts_and_silence_are_counted_in_days_of_the_window(spark: SparkSession) -> None:
    # 28 and 29 March 2026 are a Saturday and a Sunday.
    usage = frame(
        spark,
        ODS_USAGE,
        """
        subscriber_id | day        | data_bytes | bytes_3g | bytes_4g | idle_bytes
        loyal         | 2026-03-27 | 100        | 0        | 0        | 100
        loyal         | 2026-03-28 | 200        | 50       | 150      | 0
        loyal         | 2026-03-29 | 100        | 100      | 0        | 1
        loyal         | 2026-03-30 | 0          | 0        | 0        | 0
        joined        | 2026-01-01 | 5          | 5        | 0        | 0
        silent        | 2025-12-31 | 5          | 5        | 0        | 0
        """,
    )
    found = USAGE_TAGS.compute(D, frame(spark, DWD_SUBSCRIBER, SPINE), usage=usage).persist()
    assert by_role(found, "weekend_share_30d", "peak_day_share_30d", "offload_3g_30d", "idle_days_30d") == {
        "loyal": (750, 500, 600, 2),
        "joined": (None, None, None, 0),
        "silent": (None, None, None, 0),
    }
    assert by_role(found, "days_since_data", "days_since_use", "data_days_90d", "active_days_90d") == {
        "loyal": (2, 1, 3, 4),
        # The ninetieth day back is the first of January, the thirtieth the second of March.
        "joined": (None, None, 1, 1),
        "silent": (None, None, 0, 0),
    }


def test_bills_are_counted_by_what_happened_in_the_month(spark: SparkSession) -> None:
    fees = frame(
        spark,
        ODS_BILL,
        """
        subscriber_id | month      | bill_fen | data_fee_outside_fen | voice_fee_fen | service_fee_fen | owed_fen
        loyal         | 2026-02-01 | 5601     | 560                  | 100           | 0               | 1
        loyal         | 2026-01-01 | 5000     | 0                    | 0             | 0               | 0
        loyal         | 2025-12-01 | 5000     | 1                    | 0             | 0               | 0
        loyal         | 2025-09-01 | 9000     | 1                    | 0             | 0               | 7
        loyal         | 2025-08-01 | 99999    | 1                    | 0             | 0               | 7
        silent        | 2026-02-01 | 499      | 0                    | 0             | 499             | 0
        silent        | 2026-01-01 | 0        | 0                    | 0             | 0               | 0
        silent        | 2025-12-01 | 1        | 0                    | 0             | 0               | 0
        """,
    ).drop("allowance_bytes", "allowance_used_bytes")
    allowances = frame(
        spark,
        ODS_BILL,
        """
        subscriber_id | month      | allowance_bytes | allowance_used_bytes
        loyal         | 2026-02-01 | 100             | 80
        loyal         | 2026-01-01 | 100             | 79
        loyal         | 2025-12-01 | 100             | 19
        loyal         | 2025-09-01 | 100             | 100
        loyal         | 2025-08-01 | 100             | 100
        silent        | 2026-02-01 |                 | 500
        silent        | 2026-01-01 | 0               | 0
        silent        | 2025-12-01 | 100             | 20
        """,
    ).select("subscriber_id", "month", "allowance_bytes", "allowance_used_bytes")
    bills = fees.join(allowances, ["subscriber_id", "month"])
    found = BILLING_TAGS.table.conform(BILLING_TAGS.compute(D, frame(spark, DWD_SUBSCRIBER, SPINE), bills=bills)).persist()
    assert by_role(found, "overflow_months_3m", "full_months_3m", "unused_months_3m", "debt_months_6m") == {
        "loyal": (2, 1, 1, 2),
        "silent": (0, 0, 0, 0),
        # Three and six months end with February, in which this one joined.
        "joined": (0, 0, 0, 0),
    }
    assert by_role(found, "mean_bill_fen_6m", "highest_bill_fen_6m", "bill_peak_6m", "bill_trend_3m") == {
        "loyal": (6150, 9000, 1463, "steady"),
        "silent": (166, 499, 3006, "steady"),
        "joined": (None, None, None, None),
    }
    assert by_role(found, "outside_share_1m", "outside_share_3m", "voice_fee_share_1m", "service_fee_share_1m") == {
        "loyal": (99, 35, 17, 0),
        "silent": (0, 0, 0, 1000),
        "joined": (None, None, None, None),
    }
