from datetime import date

from pyspark.sql import SparkSession

from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from expectations.tables.dwd_subscription_interval import DWD_SUBSCRIPTION_INTERVAL
from features.product import PRODUCT_TAGS
from tests.frames import by_role, frame

D = date(2026, 3, 31)


def test_a_product_is_held_from_its_first_day_to_the_day_before_its_end(spark: SparkSession) -> None:
    subscribers = frame(
        spark,
        DWD_SUBSCRIBER,
        "subscriber_id\nholder\nstarts\nendstoday\nbooked\nunbooked\nneverbegan\nswitched\nodd\nnothing",
    )
    orders = frame(
        spark,
        DWD_SUBSCRIPTION_INTERVAL,
        """
        subscriber_id | order_id | product | product_kind | monthly_fee_fen | allowance_bytes | valid_from | valid_to
        holder        | 1        | DP20    | data_plan    | 2000            | 157286400       | 2025-12-31 |
        starts        | 2        | DP5     | data_plan    | 500             | 31457280        | 2026-03-31 | 2026-04-01
        endstoday     | 3        | DP5     | data_plan    | 500             | 31457280        | 2026-01-01 | 2026-03-31
        booked        | 4        | DP5     | data_plan    | 500             | 31457280        | 2026-04-01 |
        unbooked      | 9        | DP5     | data_plan    | 500             | 31457280        | 2026-04-01 | 2026-03-11
        neverbegan    | 5        | DP5     | data_plan    | 500             | 31457280        | 2026-03-01 | 2026-03-01
        switched      | 6        | DP10    | data_plan    | 1000            | 73400320        | 2026-01-01 | 2026-03-01
        switched      | 7        | DP30    | data_plan    | 3000            | 314572800       | 2026-03-01 |
        odd           | 8        | OLD     |              |                 |                 | 2020-01-01 |
        """,
    )
    found = PRODUCT_TAGS.table.conform(PRODUCT_TAGS.compute(D, subscribers, orders=orders))
    names = (
        "holds_data_plan",
        "data_plan",
        "held_data_plan_fee_fen",
        "data_plan_months_held",
        "ever_held_data_plan",
        "has_booked_data_plan",
    )
    assert by_role(found, *names) == {
        "holder": (True, "DP20", 2000, 3, True, False),
        "starts": (True, "DP5", 500, 0, True, False),
        "endstoday": (False, None, None, None, True, False),
        "booked": (False, None, None, None, False, True),
        "unbooked": (False, None, None, None, False, False),
        "neverbegan": (False, None, None, None, False, False),
        "switched": (True, "DP30", 3000, 0, True, False),
        "odd": (False, None, None, None, False, False),
        "nothing": (False, None, None, None, False, False),
    }
    assert by_role(found, "products_held")["odd"] == 1


def test_a_product_held_or_booked_that_the_catalogues_do_not_describe_is_seen(spark: SparkSession) -> None:
    subscribers = frame(spark, DWD_SUBSCRIBER, "subscriber_id\nknown\nuppercase\nbooked\nended\nneverbegan\nunpriced\napp\nnothing")
    orders = frame(
        spark,
        DWD_SUBSCRIPTION_INTERVAL,
        """
        subscriber_id | order_id | product | product_kind | allowance_bytes | valid_from | valid_to
        known         | 1        | dp010   | data_plan    | 73400320        | 2026-01-01 |
        uppercase     | 2        | DP010   |              |                 | 2026-01-01 |
        booked        | 3        | DP010   |              |                 | 2026-04-01 |
        ended         | 4        | DP010   |              |                 | 2026-01-01 | 2026-03-31
        neverbegan    | 5        | DP010   |              |                 | 2026-04-01 | 2026-03-15
        unpriced      | 6        | ip005   | idle_pack    |                 | 2026-01-01 |
        app           | 7        | mm      | app          |                 | 2026-01-01 |
        """,
    )
    found = by_role(PRODUCT_TAGS.table.conform(PRODUCT_TAGS.compute(D, subscribers, orders=orders)), "holds_unknown_product")
    assert {who for who, holds in found.items() if holds} == {"uppercase", "booked", "unpriced"}


def test_packs_and_base_plans_are_told_apart_and_a_base_plan_without_data_includes_none(spark: SparkSession) -> None:
    subscribers = frame(spark, DWD_SUBSCRIBER, "subscriber_id\nwithdata\nwithout\nbare")
    orders = frame(
        spark,
        DWD_SUBSCRIPTION_INTERVAL,
        """
        subscriber_id | order_id | product | product_kind | allowance_bytes | order_source | valid_from
        withdata      | 1        | BP58    | base_plan    | 104857600       | bundled      | 2020-01-01
        withdata      | 2        | IP5     | idle_pack    | 0               | trial        | 2026-01-01
        without       | 3        | BP18    | base_plan    |                 | paid         | 2020-01-01
        without       | 4        | TU3     | top_up_pack  | 10485760        | paid         | 2026-03-01
        without       | 5        | IP5     | idle_pack    | 0               | paid         | 2026-04-01
        """,
    )
    found = PRODUCT_TAGS.compute(D, subscribers, orders=orders)
    names = (
        "base_plan",
        "base_plan_allowance_bytes",
        "idle_pack",
        "holds_idle_pack",
        "has_booked_idle_pack",
        "top_up_packs_held",
        "trials_held",
    )
    assert by_role(found, *names) == {
        "withdata": ("BP58", 104857600, "IP5", True, False, 0, 1),
        "without": ("BP18", 0, None, False, True, 1, 0),
        "bare": (None, 0, None, False, False, 0, 0),
    }


def test_paid_orders_count_by_the_business_day_they_were_given_on(spark: SparkSession) -> None:
    orders = frame(
        spark,
        DWD_SUBSCRIPTION_INTERVAL,
        """
        subscriber_id | order_id | product_kind | order_source | ordered_at          | valid_from
        first         | 1        | data_plan    | paid         | 2026-03-02T00:00:00 | 2026-04-01
        daybefore     | 2        | data_plan    | paid         | 2026-03-01T23:59:59 | 2026-04-01
        last          | 3        | data_plan    | paid         | 2026-03-31T23:59:59 | 2026-04-01
        trial         | 4        | data_plan    | trial        | 2026-03-31T12:00:00 | 2026-04-01
        pack          | 5        | idle_pack    | paid         | 2026-03-31T12:00:00 | 2026-04-01
        """,
    )
    subscribers = frame(spark, DWD_SUBSCRIBER, "subscriber_id\nfirst\ndaybefore\nlast\ntrial\npack")
    found = by_role(PRODUCT_TAGS.compute(D, subscribers, orders=orders), "data_plan_orders_30d")
    assert found == {"first": 1, "daybefore": 0, "last": 1, "trial": 0, "pack": 0}
