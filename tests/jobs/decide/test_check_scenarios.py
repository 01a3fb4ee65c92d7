"""What the night says of catalogue rows that are in force from an earlier delivery."""

from datetime import date

from pyspark.sql import SparkSession

from expectations.tables.ods_channel import ODS_CHANNEL
from expectations.tables.ods_product import ODS_PRODUCT
from expectations.tables.ods_resource import ODS_RESOURCE
from expectations.tables.ods_tariff import ODS_TARIFF
from jobs.decide.check_scenarios import kept_from_before, limiting_nobody, unknown_holidays
from tests.frames import frame


def test_codes_that_stay_in_force_from_an_earlier_delivery_are_named_with_its_day(spark: SparkSession) -> None:
    tariffs = """
    day        | known_on   | load_id | product | valid_from
    2026-03-01 | 2026-03-01 | old     | gt058   | 2020-01-01
    2026-03-01 | 2026-03-01 | old     | dp010   | 2020-01-01
    2026-03-01 | 2026-03-01 | old     | dp010   | 2026-01-01
    2026-03-04 | 2026-03-04 | new     | dp005   | 2020-01-01
    2026-03-02 | 2026-03-02 | city    | city1   | 2020-01-01
    """
    channels = """
    day        | known_on   | load_id | channel | valid_from
    2026-01-01 | 2026-01-01 | only    | sms     | 2020-01-01
    """
    frames = {
        **{"products": ODS_PRODUCT.empty(spark), "tariffs": frame(spark, ODS_TARIFF, tariffs)},
        **{"resources": ODS_RESOURCE.empty(spark), "channels": frame(spark, ODS_CHANNEL, channels)},
    }
    newest = {(date(2026, 3, 4), "new"), (date(2026, 3, 2), "city"), (date(2026, 1, 1), "only")}
    assert kept_from_before(frames, newest) == [
        "tariffs: dp010, gt058 in force as delivered for 2026-03-01; the newest delivery has a row of each in quarantine"
    ]


def test_a_year_whose_public_holidays_nobody_knows_is_a_warning() -> None:
    assert unknown_holidays(date(2026, 12, 31)) == []
    (warned,) = unknown_holidays(date(2099, 1, 1))
    assert warned.startswith("the public holidays of 2099 are unknown, so waves do not shift: install the newest release")


def test_a_capacity_of_a_channel_or_county_that_nobody_knows_is_named_and_one_of_a_manager_is_not() -> None:
    lines = [
        ("good", "sms", "county", "990101", None),
        ("shop", "agent_shop", "shop", "S1", "990101"),
        ("whole", "ivr", "agent", "A1", None),
        ("manager", "account_manager", "manager", "M0001", None),
        ("channel", "pigeon", "agent", "A1", None),
        ("county", "sms", "county", "990199", None),
        ("far", "agent_shop", "shop", "S2", "990199"),
    ]
    units = [dict(zip(("capacity", "channel", "unit", "unit_code", "county"), line, strict=True)) for line in lines]
    known = {"sms", "agent_shop", "ivr", "account_manager"}
    told = "capacity_catalog: channel, county, far limit nobody: "
    told += "the catalogues do not have the channel or the county, or a manager has another channel than account_manager"
    assert limiting_nobody(units, known, {"990101"}) == [told]
    assert limiting_nobody(units[:4], known, {"990101"}) == []
    assert limiting_nobody(units * 4, known, {"990101"})[0].startswith("capacity_catalog: channel, channel, channel, channel, county,")
    assert " and 2 more limit nobody" in limiting_nobody(units * 4, known, {"990101"})[0]
