"""The unified customer view 客户统一视图 IVOC: everything that is known about one customer in one record, without personal data."""

from dataclasses import replace

from expectations.checks import NOT_NULL
from expectations.columns import BRAND, CITY, COUNTY, STATE, SUBSCRIBER_ID
from expectations.contract import LEAST_KEPT_DAYS, Column, Table


def rows_of(**fields: str) -> str:
    """Return the type of a column with several rows: an array of structs with these fields."""
    return f"array<struct<{','.join(f'{name}:{kind}' for name, kind in fields.items())}>>"


# Values were checked where they were made.
_BRAND, _STATE, _CITY, _COUNTY = (replace(column, checks=()) for column in (BRAND, STATE, CITY, COUNTY))
_NOT_MADE = "a tag family that it needs was not made tonight"
_NONE = "Empty if there are none."

DWS_CUSTOMER_VIEW = Table(
    name="dws.customer_view",
    kept_days=LEAST_KEPT_DAYS,
    owner="customer-service",
    comment="客户统一视图 IVOC: one row per subscription and night. Without personal data.",
    key=("subscriber_id",),
    at_least_rows=1,
    columns=(
        SUBSCRIBER_ID,
        *(_BRAND, _STATE, _CITY, _COUNTY),
        Column("entry_date", "date", "Day of network entry.", label="入网时间"),
        Column("age_band", "string", "Band of the age.", label="年龄段", null_means=f"not stated, or {_NOT_MADE}"),
        Column("tier", "string", "Tier 客户分层.", label="客户分层", null_means=_NOT_MADE),
        Column("tier_name", "string", "Its Chinese name.", null_means=_NOT_MADE),
        Column("services", "array<string>", "What the tier is entitled to, by features/tier.py.", label="分层服务", null_means=_NOT_MADE),
        Column("points", "bigint", "Service points.", unit="points", label="积分", null_means="not in the points scheme"),
        Column("value_class", "string", "Value class 客户类别.", label="价值类别", null_means=f"no bill is known, or {_NOT_MADE}"),
        Column(
            *("value_fen", "bigint", "Mean monthly contribution of the last three closed months."),
            unit="fen",
            label="近3个月月均贡献",
            null_means=f"no bill is known, or {_NOT_MADE}",
        ),
        Column("segment", "string", "Strategic segment.", label="当前分群编号", null_means=f"has left, or {_NOT_MADE}"),
        Column("segment_name", "string", "Its Chinese name.", null_means="no segment"),
        Column("previous_segment", "string", "Segment of the month before.", label="上次分群编号", null_means="no other month is known"),
        Column("treatment", "string", "How to treat members of the segment.", label="分群策略", null_means="no segment"),
        Column("has_open_complaint", "boolean", "Whether a complaint is open.", label="有未结投诉", null_means=_NOT_MADE),
        Column("churn_ppm", "int", "Risk to leave, by the model churn.", unit="ppm", label="离网风险", null_means="no score"),
        Column("group_id", "string", "The company's group.", label="集团编号", null_means="in no group"),
        Column("group_role", "string", "Role in the group.", label="集团角色", null_means="in no group"),
        Column("group_manager", "string", "Code of the group's account manager.", label="集团客户经理", null_means="in no group, or none"),
        Column("manager_id", "string", "Code of the account manager who serves the customer.", label="客户经理", null_means="none"),
        Column(
            "accounts",
            rows_of(kind="string", role="string", joined_on="date", members="int", with_plan="int"),
            f"Family accounts and company's group: role, live members, those (in a family, of the others) with a data plan. {_NONE}",
            (NOT_NULL,),
            label="账户",
        ),
        Column(
            "products",
            rows_of(product="string", name="string", kind="string", fee_fen="bigint", since="date", until="date", source="string"),
            f"Products held on D, the dearest first. `until` is the first day without it. {_NONE}",
            (NOT_NULL,),
            label="持有业务",
        ),
        Column(
            "labels",
            rows_of(number="int", name="string", grade="string", since_date="date", evidence="string", advice="string"),
            f"Recognition labels. {_NONE}",
            label="识别标签",
            null_means="dws.label was not made tonight",
        ),
        Column(
            "tags",
            rows_of(family="string", tag="string", label="string", value="string", unit="string"),
            f"The tags that say most, by family (features/view.py); those that are null are left out. {_NONE}",
            (NOT_NULL,),
            label="重点标签",
        ),
        Column(
            "scores",
            rows_of(score="string", label="string", value="bigint", version="string"),
            f"Scores of the models. {_NONE}",
            label="模型评分",
            null_means="no scores were made tonight",
        ),
        Column(
            "service",
            rows_of(occurred_at="timestamp", kind="string", topic="string", severity="string", status="string", is_satisfied="boolean"),
            f"Contacts with the operator's service in the last 90 days, the newest first. {_NONE}",
            (NOT_NULL,),
            label="服务历史",
        ),
        Column(
            "contacts",
            rows_of(
                list_date="date",
                scenario="string",
                step="string",
                channel="string",
                offer="string",
                is_made="boolean",
                is_taken_up="boolean",
                outcome="string",
                satisfaction="string",
            ),
            "Contacts on lists of the last 90 days, the newest first, with the answer as known tonight: whether the channel reports that it"
            f" was made and taken up (null: no feedback), the last outcome and the last reply. {_NONE}",
            (NOT_NULL,),
            label="接触历史",
        ),
        Column(
            "guide",
            rows_of(
                scenario="string",
                step="string",
                stage="string",
                offer="string",
                name="string",
                channel="string",
                value_fen="bigint",
                reasons="array<string>",
                message="string",
            ),
            "Marketing guide 营销指南: tonight's decisions, what is listed first, then by value. Only what is listed has words. A decision"
            f" that is held out has no offer either, so that nobody makes it by hand. {_NONE}",
            label="营销指南",
            null_means="nothing was decided tonight, because decide_contacts failed",
        ),
    ),
)
