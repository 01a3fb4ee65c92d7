"""S1 as delivered: every subscription with its state, daily full."""

from expectations.checks import IS_TOKEN, NOT_NULL, between, one_of
from expectations.columns import (
    BRAND,
    CITY,
    COUNTY,
    EXTRACT_DAY,
    LOAD_ID,
    MOST_COUNTED,
    NUMBER_TOKEN,
    SHORT_CODE,
    STATE,
    SUBSCRIBER_ID,
    VIP_LEVELS,
)
from expectations.contract import YEAR_KEPT_DAYS, Column, Table

# At the customer's request, for debt, because the handset was reported lost, or by force.
STOP_TYPES = ("requested", "debt", "lost", "forced")

ODS_SUBSCRIBER = Table(
    name="ods.subscriber",
    kept_days=YEAR_KEPT_DAYS,
    owner="customer-data",
    comment="One row per subscription and extract day (S1), numbers and ids as tokens.",
    key=("subscriber_id", "load_id"),
    event_date="day",
    columns=(
        EXTRACT_DAY,
        SUBSCRIBER_ID,
        NUMBER_TOKEN,
        BRAND,
        Column("sub_brand", "string", "Operator's sub-brand code.", (SHORT_CODE,), label="子品牌", null_means="no sub-brand"),
        Column("entry_date", "date", "Network entry; activation for prepaid.", (NOT_NULL,), label="入网时间"),
        Column("entry_channel", "string", "Channel code of the entry.", (SHORT_CODE,), label="入网渠道", null_means="not stated"),
        Column("number_date", "date", "Since when the subscription has this number.", (NOT_NULL,), label="号码启用日期"),
        STATE,
        Column("state_date", "date", "First day of the present state.", (NOT_NULL,), label="状态起始日期"),
        Column("cancel_booked_date", "date", "Day for which a cancellation is booked.", label="预约销户日期", null_means="none booked"),
        Column("bundle_end_date", "date", "Latest end of all bundles.", label="捆绑到期时间", null_means="no bundle"),
        Column("phone_type", "string", "Kind of phone.", (one_of("ordinary", "official", "service"),)),
        Column("tac", "string", "First eight digits of the IMEI: the handset's type.", null_means="handset unknown"),
        Column("imei_token", "string", "Token of the IMEI.", (IS_TOKEN,), null_means="handset unknown"),
        CITY,
        COUNTY,
        Column("credit_class", "int", "Credit class, 1 (best) to 5.", unit="classes"),
        Column("vip_level", "string", "VIP level; gotone only.", (NOT_NULL, one_of(*VIP_LEVELS)), label="客户等级"),
        Column("points", "bigint", "Service points.", (between(0, MOST_COUNTED),), unit="points"),
        Column(
            "customer_class",
            "string",
            "The operator's own class of customers.",
            (one_of("high_value", "middle", "ordinary"),),
            label="客户类别",
            null_means="not classed",
        ),
        Column("stop_type", "string", "Why the number is stopped.", (one_of(*STOP_TYPES),), label="停机类型", null_means="not stopped"),
        Column("stop_date", "date", "First day of the present stop.", label="停机时间", null_means="not stopped"),
        Column(
            "retention_date",
            "date",
            "Day on which a prepaid number entered retention.",
            label="进入保留期时间",
            null_means="never, or postpaid",
        ),
        Column("freeze_date", "date", "Day on which a prepaid number was frozen.", label="进入冷冻期时间", null_means="never, or postpaid"),
        Column(
            "entry_imei_token",
            "string",
            "Token of the IMEI used in the month of entry.",
            (IS_TOKEN,),
            null_means="handset of that month unknown",
        ),
        LOAD_ID,
    ),
)
