"""What the night says of catalogue rows that are in force from an earlier delivery."""

from datetime import date

from pyspark.sql import SparkSession

from expectations.tables.ods_channel import ODS_CHANNEL
from expectations.tables.ods_product import ODS_PRODUCT
from expectations.tables.ods_resource import ODS_RESOURCE
from expectations.tables.ods_tariff import ODS_TARIFF
from jobs.decide.check_scenarios import kept_from_before, unknown_holidays
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
