"""What the catalogues of the night say, out of the rows delivered."""

from datetime import date

from pyspark.sql import SparkSession

from expectations.tables.ods_channel import ODS_CHANNEL
from expectations.tables.ods_product import ODS_PRODUCT
from expectations.tables.ods_resource import ODS_RESOURCE
from expectations.tables.ods_tariff import ODS_TARIFF
from scenarios.catalogues import Catalogues
from tests.frames import frame

ON = date(2026, 3, 4)


def test_a_closed_channel_is_known_but_takes_no_contact(spark: SparkSession) -> None:
    channels = frame(
        spark,
        ODS_CHANNEL,
        """
        channel | mode    | contact_cost_fen | valid_from | valid_to
        sms     | active  | 5                | 2020-01-01 |
        fetion  | active  | 2                | 2020-01-01 | 2026-03-05
        to_come | passive | 0                | 2026-03-06 |
        """,
    )
    frames = {name: table.empty(spark) for name, table in (("products", ODS_PRODUCT), ("tariffs", ODS_TARIFF), ("resources", ODS_RESOURCE))}
    found = Catalogues.on(ON, {**frames, "channels": channels})
    assert found.modes == {"sms": "active"}
    assert found.known_channels == {"sms", "fetion", "to_come"}
