"""A company's group 集团 in one record, and the customers of an account manager, without personal data."""

from expectations.checks import NOT_NULL, at_least
from expectations.contract import LEAST_KEPT_DAYS, Column, Table
from expectations.tables.dws_customer_view import rows_of

# A customer in a few facts. `at_risk_fen` is the monthly value that is expected to be lost: value x risk to leave.
FACTS = {
    "subscriber_id": "string",
    "role": "string",
    "tier": "string",
    "segment": "string",
    "value_fen": "bigint",
    "churn_ppm": "int",
    "at_risk_fen": "bigint",
    "has_open_complaint": "boolean",
    "labels": "string",
    "offer": "string",
    "message": "string",
}
_ORDER = "those with the most value at risk first, then by value"
_COUNTED = rows_of(code="string", customers="int")
_FIGURES = (
    Column("customers", "int", "Live members, or live customers of the manager.", (NOT_NULL, at_least(1)), unit="people"),
    Column("value_fen", "bigint", "Sum of their monthly contributions, of those that are known.", unit="fen", null_means="none is known"),
    Column(
        "at_risk_fen", "bigint", "Sum of the monthly values expected to be lost.", unit="fen", null_means="no score or no value is known"
    ),
    Column("open_complaints", "int", "Customers with an open complaint.", (NOT_NULL,), unit="people"),
    Column("tiers", _COUNTED, "Customers by tier, the most first.", (NOT_NULL,)),
    Column("segments", _COUNTED, "Customers by strategic segment, the most first.", (NOT_NULL,)),
)

DWS_GROUP_VIEW = Table(
    name="dws.group_view",
    kept_days=LEAST_KEPT_DAYS,
    owner="group-business",
    comment="集团视图: one row per company's group with live members, and night. Without personal data.",
    key=("group_id",),
    may_be_empty=True,
    columns=(
        Column("group_id", "string", "The company's group.", (NOT_NULL,), label="集团编号"),
        Column("manager_id", "string", "Code of its account manager; of several the one of most members.", null_means="no manager"),
        *_FIGURES,
        Column("with_data_plan", "int", "Members who hold a data plan.", (NOT_NULL,), unit="people"),
        Column("products", rows_of(product="string", name="string", customers="int"), "Members by product held, most first.", (NOT_NULL,)),
        Column("key_persons", rows_of(**FACTS), "Key persons and leaders 集团关键人, leaders first.", (NOT_NULL,)),
        Column("members", rows_of(**FACTS), f"All live members, {_ORDER}.", (NOT_NULL,)),
        Column("guide", "array<string>", "What the account manager should do, the most urgent first.", (NOT_NULL,), label="营销指南"),
    ),
)

DWS_MANAGER_VIEW = Table(
    name="dws.manager_view",
    kept_days=LEAST_KEPT_DAYS,
    owner="group-business",
    comment="客户经理视图: one row per account manager with live customers, and night. Without personal data.",
    key=("manager_id",),
    may_be_empty=True,
    columns=(
        Column("manager_id", "string", "Code of the account manager.", (NOT_NULL,), label="客户经理"),
        *_FIGURES,
        Column("groups", "array<string>", "Groups among their customers.", (NOT_NULL,), label="集团编号"),
        Column("ranked", rows_of(**FACTS), f"Their live customers, {_ORDER}.", (NOT_NULL,)),
    ),
)
