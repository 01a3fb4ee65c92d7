"""S15: visits to channels, as delivered and by subscriber."""

from expectations.channel import MOMENTS
from expectations.checks import NOT_NULL, one_of
from expectations.columns import DAY, LOAD_ID, NUMBER_TOKEN
from expectations.contract import Column, Table
from expectations.resolved import resolved

ODS_CHANNEL_VISIT = Table(
    name="ods.channel_visit",
    owner="channels",
    comment="One row per visit to a channel (S15).",
    key=(),
    event_date="day",
    columns=(
        DAY,
        Column("visited_at", "timestamp", "When the customer came.", (NOT_NULL,)),
        NUMBER_TOKEN,
        Column("channel", "string", "The channel visited.", (NOT_NULL,), label="渠道"),
        Column(
            "moment",
            "string",
            "What the customer did there, a moment of expectations/channel.py.",
            (NOT_NULL, one_of(*MOMENTS)),
            label="触发时机",
        ),
        LOAD_ID,
    ),
)
DWD_CHANNEL_VISIT = resolved(ODS_CHANNEL_VISIT)
