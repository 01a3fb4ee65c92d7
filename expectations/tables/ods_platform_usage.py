"""S10 as delivered: use of the operator's own services."""

from expectations.checks import NOT_NULL, between
from expectations.columns import DAY, LOAD_ID, PRODUCT, SUBSCRIBER_ID
from expectations.contract import Column, Table

ODS_PLATFORM_USAGE = Table(
    name="ods.platform_usage",
    owner="services",
    comment="One row per subscriber, product and day (S10) with use, or with the beginning or end of a trial.",
    key=("subscriber_id", "product", "load_id"),
    event_date="day",
    columns=(
        DAY,
        SUBSCRIBER_ID,
        PRODUCT,
        Column(
            "actions",
            "int",
            "What the subscriber did that day: pages, plays, downloads.",
            (NOT_NULL, between(0, 1_000_000)),
            label="操作次数",
        ),
        Column("content_ids", "array<string>", "Content that was opened: books, songs, videos.", label="内容编号", null_means="none"),
        Column("trial_start", "date", "First day of the free trial.", label="体验开始", null_means="no trial"),
        Column("trial_end", "date", "Last day of the free trial.", label="体验结束", null_means="no trial"),
        LOAD_ID,
    ),
)
