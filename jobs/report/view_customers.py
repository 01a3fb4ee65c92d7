"""The unified customer view 客户统一视图 IVOC: one record per subscriber and night."""

from datetime import date, timedelta
from functools import reduce
from typing import TYPE_CHECKING

from expectations.tables.dwd_family_member import DWD_FAMILY_MEMBER
from expectations.tables.dwd_group_member import DWD_GROUP_MEMBER
from expectations.tables.dwd_subscription_interval import DWD_SUBSCRIPTION_INTERVAL
from expectations.tables.dws_customer_view import DWS_CUSTOMER_VIEW
from expectations.tables.dws_label import DWS_LABEL
from expectations.tables.mkt_contact import MKT_CONTACT
from expectations.tables.mkt_decision import MKT_DECISION
from expectations.tables.ods_feedback import DWD_FEEDBACK
from expectations.tables.ods_product import ODS_PRODUCT
from expectations.tables.ods_service_event import ODS_SERVICE_EVENT
from features.effective import newest_on
from features.library import CAR
from features.segment import SEGMENTS
from features.tier import TIERS_OF_SERVICE
from features.windows import Window
from jobs.report import view_parts as parts
from jobs.runtime.job import table_job
from jobs.runtime.reads import Between, IfMade, InForce, Known, Snapshot
from models.library import SCORE_SUBSCRIBER

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

# Of service and contacts the last 90 days are shown.
HISTORY = Window("days", 90)
# Columns of the customer record under the view's names.
_OF_RECORD = {
    **{name: name for name in ("brand", "state", "city", "county", "entry_date", "age_band", "points", "value_class")},
    **{"tier": "customer_tier", "value_fen": "mean_contribution_fen_3m", "manager_id": "account_manager"},
    **{"group_id": "company_group", "group_role": "company_role", "group_manager": "company_manager"},
    **{name: name for name in ("segment", "previous_segment", "has_open_complaint")},
}


@table_job(
    writes=DWS_CUSTOMER_VIEW,
    customers=Snapshot(CAR),
    families=Snapshot(DWD_FAMILY_MEMBER),
    groups=Snapshot(DWD_GROUP_MEMBER),
    orders=Snapshot(DWD_SUBSCRIPTION_INTERVAL),
    products=InForce(ODS_PRODUCT),
    labels=IfMade(DWS_LABEL),
    scores=IfMade(SCORE_SUBSCRIBER),
    events=Known(ODS_SERVICE_EVENT, HISTORY.days),
    contacts=Between(MKT_CONTACT, lambda on: on - timedelta(days=HISTORY.length), lambda on: on),
    feedback=Known(DWD_FEEDBACK, HISTORY.days),
    decisions=IfMade(MKT_DECISION),
)
def view_customers(
    on: date,
    customers: "DataFrame",
    labels: "DataFrame | None",
    scores: "DataFrame | None",
    decisions: "DataFrame | None",
    **frames: "DataFrame",
) -> "DataFrame":
    """Put everything about a customer into one record, for `chudian customer`, notebooks and the views of groups and managers.

    It goes on without labels, scores and decisions; their columns are null then. Each table is read once.
    """
    from pyspark.sql import functions as F

    names = newest_on(frames["products"], "product", on)
    made = [
        parts.accounts(frames["families"], frames["groups"]),
        parts.products(on, frames["orders"], names),
        parts.service(frames["events"]),
        parts.contacts(frames["contacts"], frames["feedback"]),
        *([parts.labels(labels)] if labels is not None else []),
        *([parts.guide(decisions, names)] if decisions is not None else []),
    ]
    record = customers.select(
        "subscriber_id", *(F.col(name).alias(field) for field, name in _OF_RECORD.items()), parts.tags().alias("tags")
    )
    scored = [] if scores is None else [scores.select("subscriber_id", "churn_ppm", parts.scores().alias("scores"))]
    rows = reduce(lambda row, part: row.join(part, "subscriber_id", "left"), [*made, *scored], record)
    return rows.select(
        *(_value(column.name, rows.columns) for column in DWS_CUSTOMER_VIEW.columns if column.name != "business_date"),
        F.lit(on).alias("business_date"),
    )


def _value(name: str, known: list[str]) -> "Column":
    """Return a column of the view: a part without rows is empty, one that was not made is null, words follow from a code."""
    from pyspark.sql import functions as F

    kind = DWS_CUSTOMER_VIEW.column(name).type
    told = {
        "tier_name": ("tier", {code: F.lit(tier.label) for code, tier in TIERS_OF_SERVICE.items()}),
        "services": ("tier", {code: F.array(*map(F.lit, tier.services)) for code, tier in TIERS_OF_SERVICE.items()}),
        "segment_name": ("segment", {one.code: F.lit(one.label) for one in SEGMENTS}),
        "treatment": ("segment", {one.code: F.lit(one.treatment) for one in SEGMENTS}),
    }
    if name in told:
        of, values = told[name]
        return F.coalesce(*(F.when(F.col(of) == code, value) for code, value in values.items())).alias(name)
    if name not in known:
        return F.lit(None).cast(kind).alias(name)
    return F.coalesce(F.col(name), F.array().cast(kind)).alias(name) if kind.startswith("array<struct") else F.col(name).alias(name)
