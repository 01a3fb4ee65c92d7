"""S3 业务使用: seconds, messages and bytes per subscriber and day."""

from expectations.computed import total
from expectations.feed import Feed, Field
from expectations.forms import DATE, INTEGER, YUAN, token
from expectations.tables import ods_usage

BOSS_USAGE_FEED = Feed(
    name="boss_usage",
    source="S3",
    label="业务使用",
    owner="boss",
    table=ods_usage.ODS_USAGE,
    cadence="daily",
    content="delta",
    data_class="orders and usage",
    lateness_days=3,
    volume_band_per_mille=600,
    fields=(
        Field("USER_ID", "subscriber_id", token("user"), personal=True),
        Field("USE_DATE", None, DATE, is_event_date=True),
        Field("VOICE_LOCAL_SEC", "voice_local_s", INTEGER),
        Field("VOICE_ROAM_SEC", "voice_roaming_s", INTEGER),
        Field("VOICE_LONG_SEC", "voice_long_s", INTEGER),
        Field("VOICE_OFFNET_SEC", "voice_off_net_s", INTEGER),
        Field("SMS_COUNT", "sms_count", INTEGER),
        Field("BYTES_2G", "bytes_2g", INTEGER),
        Field("BYTES_3G", "bytes_3g", INTEGER),
        Field("BYTES_4G", "bytes_4g", INTEGER),
        Field("BYTES_WLAN", "bytes_wlan", INTEGER),
        Field("BYTES_IDLE", "idle_bytes", INTEGER),
        Field("DATA_FEE_OUTSIDE", "data_fee_outside_fen", YUAN),
    ),
    computed=(total("data_bytes", "BYTES_2G", "BYTES_3G", "BYTES_4G"),),
)
