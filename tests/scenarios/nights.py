"""A night as a scenario's tests see it: decisions, contacts, reports and orders as text tables, and the state that they make."""

from datetime import date

from pyspark.sql import SparkSession

from expectations.tables.dwd_subscription_interval import DWD_SUBSCRIPTION_INTERVAL
from expectations.tables.fb_customer_state import FB_CUSTOMER_STATE
from expectations.tables.mkt_contact import MKT_CONTACT
from expectations.tables.mkt_decision import MKT_DECISION
from expectations.tables.ods_external_contact import DWD_EXTERNAL_CONTACT
from expectations.tables.ods_feedback import DWD_FEEDBACK
from expectations.tables.ods_product import ODS_PRODUCT
from scenarios.catalogues import Catalogues
from scenarios.library import SCENARIOS
from scenarios.state import advanced
from scenarios.tonight import Tonight
from tests.frames import frame

ON = date(2026, 3, 4)
PRODUCTS = """
    product | product_kind | valid_from
    dp010   | data_plan    | 2020-01-01
    ip005   | idle_pack    | 2020-01-01
"""


def tonight(
    spark: SparkSession,
    catalogues: Catalogues,
    on: date = ON,
    decided: str = "",
    later: str = "",
    contacts: str = "",
    orders: str = "",
    feedback: str = "",
    others: str = "",
) -> Tonight:
    """A contact whose channel is left out is a short message."""
    frames = {
        "held": FB_CUSTOMER_STATE.empty(spark),
        "decisions": frame(spark, MKT_DECISION, decided).na.fill("sms", ["channel"]),
        "contacts": frame(spark, MKT_CONTACT, contacts).na.fill("sms", ["channel"]),
        "orders": frame(spark, DWD_SUBSCRIPTION_INTERVAL, orders),
        "feedback": frame(spark, DWD_FEEDBACK, feedback),
        "products": frame(spark, ODS_PRODUCT, PRODUCTS),
    }
    state = FB_CUSTOMER_STATE.empty(spark)
    if decided or contacts or feedback:
        state = spark.createDataFrame(advanced(on, frames, SCENARIOS).collect(), FB_CUSTOMER_STATE.ddl)
    return Tonight(
        on,
        catalogues,
        frames["orders"],
        frames["decisions"],
        frame(spark, MKT_DECISION, later),
        state,
        frame(spark, DWD_EXTERNAL_CONTACT, others),
    )
