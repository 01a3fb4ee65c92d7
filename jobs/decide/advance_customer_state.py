"""The state of customer x scenario, advanced by what channels report, customers order and nights decided."""

from datetime import date
from typing import TYPE_CHECKING

from expectations.tables.dwd_subscription_interval import DWD_SUBSCRIPTION_INTERVAL
from expectations.tables.fb_customer_state import FB_CUSTOMER_STATE
from expectations.tables.mkt_contact import MKT_CONTACT
from expectations.tables.mkt_decision import MKT_DECISION
from expectations.tables.ods_feedback import DWD_FEEDBACK
from expectations.tables.ods_product import ODS_PRODUCT
from jobs.runtime.job import table_job
from jobs.runtime.reads import Also, Entered, InForce, Snapshot, State
from scenarios.library import SCENARIOS
from scenarios.state import REMEMBERED, advanced

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

# Version 2 holds the resource and the effect of a contact.
HEARD = Entered(DWD_FEEDBACK, into=FB_CUSTOMER_STATE, dates=REMEMBERED.days, version=2, beside=(MKT_DECISION, MKT_CONTACT))


@table_job(
    writes=FB_CUSTOMER_STATE,
    held=State(FB_CUSTOMER_STATE, of=HEARD, told_on="list_date"),
    feedback=HEARD,
    decisions=Also(MKT_DECISION, of=HEARD),
    contacts=Also(MKT_CONTACT, of=HEARD),
    orders=Snapshot(DWD_SUBSCRIPTION_INTERVAL),
    products=InForce(ODS_PRODUCT),
)
def advance_customer_state(on: date, **frames: "DataFrame") -> "DataFrame":
    """Advance what became of each contact: acknowledged, delivered, decided, taken up; who asked for rest; trials and rounds (S12, S2).

    Without it no scenario decides: a customer who asked not to be disturbed would be contacted. Deliver what it lacks, then run it again.
    """
    return advanced(on, frames, SCENARIOS)
