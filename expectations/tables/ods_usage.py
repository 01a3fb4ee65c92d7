"""S3 as delivered: use per subscriber and day."""

from dataclasses import replace

from expectations.checks import NOT_NULL, between
from expectations.columns import DAY, LOAD_ID, MOST_BYTES_A_DAY, SUBSCRIBER_ID, amount, duration, volume
from expectations.contract import Column, Table
from expectations.row_checks import part_of

_IDLE = volume("idle_bytes", "The part of the cellular data used in idle hours (23:00 to 07:00).")
_MEASURES = (
    duration("voice_local_s", "Local calls."),
    duration("voice_roaming_s", "Calls while roaming."),
    duration("voice_long_s", "Long distance calls."),
    duration("voice_off_net_s", "The part of all calls with customers of other operators."),
    Column("sms_count", "bigint", "Messages sent.", (NOT_NULL, between(0, 1_000_000))),
    volume("bytes_2g", "Data over 2G."),
    volume("bytes_3g", "Data over 3G (TD-SCDMA)."),
    volume("bytes_4g", "Data over 4G."),
    volume("data_bytes", "Cellular data: 2G, 3G and 4G.", 3 * MOST_BYTES_A_DAY),
    volume("bytes_wlan", "Data over WLAN; not part of the cellular volume, because plans do not charge it."),
    replace(_IDLE, checks=(*_IDLE.checks, part_of("bytes_2g", "bytes_3g", "bytes_4g"))),
    amount("data_fee_outside_fen", "Data fee outside any package."),
)

ODS_USAGE = Table(
    name="ods.usage",
    owner="usage",
    comment="One row per subscriber and day with any use (S3). A day without a row is a day without use.",
    key=("subscriber_id", "load_id"),
    event_date="day",
    columns=(DAY, SUBSCRIBER_ID, *_MEASURES, LOAD_ID),
)
