"""Frames of many dates that no night has: made in one pass, with the same answers as date by date."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from pyspark import SparkContext
from pyspark.sql import SparkSession

from expectations.tables.ods_customer import ODS_CUSTOMER
from expectations.tables.ods_product import ODS_PRODUCT
from expectations.tables.ods_subscriber import ODS_SUBSCRIBER
from expectations.tables.ods_subscription import ODS_SUBSCRIPTION
from expectations.tables.ods_tariff import ODS_TARIFF
from expectations.tables.ods_usage import ODS_USAGE
from tests.jobs.usage_home import UsageHome, tokens

FIRST = date(2026, 3, 1)
DATES = [FIRST + timedelta(days=number) for number in range(28)]
WHO = tokens(12)
TAGS = ["brand", "previous_brand", "no_call_scopes", "data_bytes_7d", "data_days_30d", "holds_data_plan", "data_plan"]


@pytest.fixture(scope="module")
def home(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> UsageHome:
    """Deliveries of subscribers who enter, leave and change their brand, of usage and of orders. No night ran, so there is no snapshot."""
    made = UsageHome(spark, WHO, tmp_path_factory.mktemp("many"))
    people = [
        {
            **{
                "subscriber_id": who,
                "day": on,
                "brand": "gotone" if on.day < 10 + number else "mzone",
                "city": "0571",
                "vip_level": "none",
            },
            # The second half enters during the month, the last with the handset of the first, who has left by then.
            **{"state": "cancelled" if number == 0 and on.day > 9 else "active", "state_date": date(2026, 3, 10) if number == 0 else FIRST},
            **{"number_token": f"{100 + number:032x}", "entry_date": date(2026, 3, 2 * number) if number > 5 else date(2020, 1, 1)},
            **{"imei_token": f"{200 + number:032x}", "entry_imei_token": f"{200 if number == 11 else 200 + number:032x}"},
        }
        for on in DATES
        for number, who in enumerate(WHO)
        if number <= 5 or on.day >= 2 * number
    ]
    made.deliver(ODS_SUBSCRIBER, "boss_subscriber", FIRST, pd.DataFrame(people))
    made.deliver(ODS_CUSTOMER, "crm_customer", FIRST, pd.DataFrame([{"subscriber_id": who, "day": on} for on in DATES for who in WHO]))
    chance = np.random.default_rng(20261128)
    used = [{"subscriber_id": who, "day": on, "data_bytes": int(chance.integers(0, 9))} for on in DATES for who in WHO]
    made.deliver(ODS_USAGE, "boss_usage", FIRST, pd.DataFrame(used))
    products = [{"product": code, "product_kind": "data_plan", "day": FIRST, "valid_from": FIRST} for code in ("dp1", "dp2")]
    made.deliver(ODS_PRODUCT, "product_catalog", FIRST, pd.DataFrame(products))
    for on in (FIRST, DATES[-1]):
        tariffs = pd.DataFrame([{"product": "dp1", "day": on, "valid_from": FIRST}])
        made.deliver(ODS_TARIFF, "tariff_catalog", on, tariffs, f"tariffs{on.day}")
    orders = [
        {
            **{"order_id": f"o{number}", "subscriber_id": who, "product": "dp1" if number % 2 else "dp2", "order_source": "paid"},
            **{"day": DATES[2 * number], "ordered_at": pd.Timestamp("2026-03-01"), "effective_date": DATES[2 * number]},
        }
        for number, who in enumerate(WHO)
    ]
    made.deliver(ODS_SUBSCRIPTION, "boss_subscription", FIRST, pd.DataFrame(orders))
    return made


def frame(home: UsageHome, dates: list[date]) -> tuple[pd.DataFrame, int]:
    """The tags of all subscribers on these dates, and how many jobs Spark ran for them."""
    labels = pd.DataFrame([{"subscriber_id": who, "date": on} for on in dates for who in WHO])
    scheduler = SparkContext._active_spark_context._jsc.sc().dagScheduler()
    before = scheduler.numTotalJobs()
    found = home.store.training_frame(labels, TAGS).toPandas()
    return found.sort_values(["date", "subscriber_id"], ignore_index=True), scheduler.numTotalJobs() - before


def test_more_dates_cost_no_more_of_sparks_jobs_and_each_has_the_answers_of_its_own_frame(home: UsageHome) -> None:
    two, jobs_of_two = frame(home, [DATES[8], DATES[24]])
    many, jobs_of_many = frame(home, DATES)
    # What is empty on the two dates saves Spark a job or two.
    assert jobs_of_two <= jobs_of_many <= jobs_of_two + 6
    pd.testing.assert_frame_equal(two, many[many["date"].isin([DATES[8], DATES[24]])].reset_index(drop=True))
    alone, _ = frame(home, [DATES[24]])
    pd.testing.assert_frame_equal(alone, many[many["date"] == DATES[24]].reset_index(drop=True), check_dtype=False)


def test_each_date_has_its_own_brand_orders_and_re_entries(home: UsageHome) -> None:
    found, _ = frame(home, [date(2026, 3, 9), date(2026, 3, 25)])
    by = {(row.date.day, row.subscriber_id): row for row in found.itertuples()}
    early, late = by[9, WHO[5]], by[25, WHO[5]]
    assert (early.brand, late.brand) == ("gotone", "mzone")
    # The order of the sixth subscriber began on the eleventh.
    assert (early.holds_data_plan, late.holds_data_plan) == (False, True)
    assert by[25, WHO[11]].previous_brand == "mzone"
    assert by[9, WHO[11]].brand is None, "who entered on the 22nd was not known on the ninth"
    assert found["no_call_scopes"].isna().all(), "no list was ever delivered"
