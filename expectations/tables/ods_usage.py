"""S3 as delivered: use per subscriber and day."""

from expectations.checks import NOT_NULL, at_least
from expectations.columns import DAY, LOAD_ID, SUBSCRIBER_ID, amount, duration, volume
from expectations.contract import Column, Table

MEASURES = (
    duration("voice_local_s", "Local calls."),
    duration("voice_roaming_s", "Calls while roaming."),
    duration("voice_long_s", "Long distance calls."),
    duration("voice_off_net_s", "Of all calls, those with other operators' customers."),
    Column("sms_count", "bigint", "Messages sent.", (NOT_NULL, at_least(0))),
    volume("bytes_2g", "Data over 2G."),
    volume("bytes_3g", "Data over 3G (TD-SCDMA)."),
    volume("bytes_4g", "Data over 4G."),
    volume("bytes_wlan", "Data over WLAN; not in the cellular volume."),
    volume("idle_bytes", "Of the cellular data, what was used in idle hours (23:00 to 07:00)."),
    amount("data_fee_outside_fen", "Data fee outside any package."),
)

USAGE = Table(
    name="ods.usage",
    owner="usage",
    comment="One row per subscriber and day with any use (S3).",
    key=("subscriber_id", "load_id"),
    event_date="day",
    columns=(DAY, SUBSCRIBER_ID, *MEASURES, LOAD_ID),
)
