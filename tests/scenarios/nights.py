"""A night as a scenario's tests see it: what earlier nights decided, what channels got, what subscribers ordered, as text tables."""

from datetime import date

from pyspark.sql import SparkSession

from expectations.tables.dwd_subscription_interval import DWD_SUBSCRIPTION_INTERVAL
from expectations.tables.mkt_contact import MKT_CONTACT
from expectations.tables.mkt_decision import MKT_DECISION
from scenarios.catalogues import Catalogues
from scenarios.tonight import Tonight
from tests.frames import frame

ON = date(2026, 3, 4)


def tonight(
    spark: SparkSession, catalogues: Catalogues, on: date = ON, decided: str = "", later: str = "", contacts: str = "", orders: str = ""
) -> Tonight:
    return Tonight(
        on,
        catalogues,
        orders=frame(spark, DWD_SUBSCRIPTION_INTERVAL, orders),
        decided=frame(spark, MKT_DECISION, decided),
        later=frame(spark, MKT_DECISION, later),
        contacts=frame(spark, MKT_CONTACT, contacts),
    )
