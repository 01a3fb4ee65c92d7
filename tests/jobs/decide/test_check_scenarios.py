"""What the night says of catalogue rows that are in force from an earlier delivery."""

from pyspark.sql import SparkSession

from expectations.tables.ods_channel import ODS_CHANNEL
from expectations.tables.ods_product import ODS_PRODUCT
from expectations.tables.ods_resource import ODS_RESOURCE
from expectations.tables.ods_tariff import ODS_TARIFF
from jobs.decide.check_scenarios import kept_from_before
from tests.frames import frame


def test_codes_that_stay_in_force_from_an_earlier_delivery_are_named_with_its_day(spark: SparkSession) -> None:
    tariffs = """
    day        | known_on   | feed           | product | valid_from
    2026-03-01 | 2026-03-01 | tariff_catalog | gt058   | 2020-01-01
    2026-03-01 | 2026-03-01 | tariff_catalog | dp010   | 2020-01-01
    2026-03-01 | 2026-03-01 | tariff_catalog | dp010   | 2026-01-01
    2026-03-04 | 2026-03-04 | tariff_catalog | dp005   | 2020-01-01
    2026-03-02 | 2026-03-02 | of_a_city      | city1   | 2020-01-01
    """
    channels = """
    day        | known_on   | channel | valid_from
    2026-01-01 | 2026-01-01 | sms     | 2020-01-01
    """
    frames = {
        **{"products": ODS_PRODUCT.empty(spark), "tariffs": frame(spark, ODS_TARIFF, tariffs)},
        **{"resources": ODS_RESOURCE.empty(spark), "channels": frame(spark, ODS_CHANNEL, channels)},
    }
    assert kept_from_before(frames) == [
        "tariffs: dp010, gt058 in force as delivered for 2026-03-01; the newest delivery has a row of each in quarantine"
    ]
