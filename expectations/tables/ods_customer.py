"""S5 as delivered: the CRM's data about the person behind a subscription, without anything that identifies them."""

from expectations.checks import NOT_NULL, between, one_of
from expectations.columns import EXTRACT_DAY, LOAD_ID, SHORT_CODE, SUBSCRIBER_ID
from expectations.contract import YEAR_KEPT_DAYS, Column, Table

ODS_CUSTOMER = Table(
    name="ods.customer",
    kept_days=YEAR_KEPT_DAYS,
    owner="customer-data",
    comment="One row per subscription and extract day (S5); names, addresses and document numbers never leave receive.",
    key=("subscriber_id", "load_id"),
    event_date="day",
    columns=(
        EXTRACT_DAY,
        SUBSCRIBER_ID,
        Column("gender", "string", "f or m.", (one_of("f", "m"),), null_means="not stated"),
        Column("birth_year", "int", "Year of birth.", (between(1900, 2100).as_warning,), label="出生年份", null_means="not stated"),
        Column("postcode_area", "string", "First four digits of the postcode.", label="邮编前四位", null_means="not stated"),
        Column("id_type", "string", "Kind of identity document.", label="证件类型", null_means="not stated"),
        Column("is_company", "boolean", "Whether it was opened in a company's name.", (NOT_NULL,), label="是否以公司名开户"),
        Column("occupation", "string", "Occupation as the customer stated it.", label="职业", null_means="not stated"),
        Column(
            "is_user_holder",
            "boolean",
            "Whether the user of the number is the holder of the account.",
            label="使用人即开户人",
            null_means="not stated",
        ),
        Column("has_consent", "boolean", "Consent to marketing.", label="营销同意", null_means="not recorded; counts as no consent"),
        Column(
            "do_not_disturb_channels",
            "array<string>",
            "Channels by which the customer wants no marketing; all: no marketing at all.",
            must_be_delivered=True,
            label="免打扰渠道",
            null_means="none",
        ),
        Column(
            "group_id",
            "string",
            "The company's group that the subscription belongs to.",
            (SHORT_CODE,),
            label="集团编号",
            null_means="in no group",
        ),
        Column("group_role", "string", "Role in the customer's group.", (SHORT_CODE,), label="集团角色", null_means="in no group"),
        Column("manager_id", "string", "Code of the account manager.", (SHORT_CODE,), label="客户经理", null_means="no account manager"),
        Column("is_sensitive", "boolean", "Sensitive number: in no campaign at all.", (NOT_NULL,), label="敏感号码"),
        Column(
            "sensitive_channels",
            "array<string>",
            "Channels the customer must not be contacted through.",
            label="渠道敏感",
            null_means="none",
            must_be_delivered=True,
        ),
        Column("is_examined", "boolean", "Examined customer: watched by auditors.", (NOT_NULL,), label="考核客户"),
        Column("is_employee", "boolean", "Employee of a telecom operator.", (NOT_NULL,), label="通信客户"),
        Column("clubs", "array<string>", "Club memberships.", label="俱乐部", null_means="none"),
        LOAD_ID,
    ),
)
