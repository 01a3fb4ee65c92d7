"""S1 用户资料: who holds which number, in which state."""

from expectations.feed import Feed, Field
from expectations.forms import DATE, INTEGER, SMALL, TEXT, code, prefix, token
from expectations.tables import ods_subscriber
from expectations.tables.vault import VAULT_NUMBER
from expectations.vaulted import ToVault

STATE_CODES = {
    "active": "10",
    "stopped": "20",
    "cancel_booked": "25",
    "retention": "30",
    "frozen": "40",
    "cancelled": "50",
    "cancelled_debt": "51",
    "cancelled_forced": "52",
    "transferred": "60",
    "recycled": "70",
}

BOSS_SUBSCRIBER_FEED = Feed(
    name="boss_subscriber",
    source="S1",
    label="用户资料",
    owner="boss",
    table=ods_subscriber.ODS_SUBSCRIBER,
    cadence="daily",
    content="full",
    data_class="basic",
    encoding="gb18030",
    vault=(ToVault(VAULT_NUMBER, (("number", "MSISDN"),)),),
    introduces=("user", "number", "imei"),
    volume_band_per_mille=200,
    fields=(
        Field("USER_ID", "subscriber_id", token("user"), personal=True),
        Field("MSISDN", "number_token", token("number"), personal=True),
        Field("BRAND_CODE", "brand", code(gotone="1", mzone="2", easyown="3")),
        Field("SUB_BRAND", "sub_brand"),
        Field("OPEN_DATE", "entry_date", DATE),
        Field("OPEN_CHANNEL", "entry_channel"),
        Field("NUMBER_DATE", "number_date", DATE),
        Field("STATE_CODE", "state", code(**STATE_CODES)),
        Field("STATE_DATE", "state_date", DATE),
        Field("BOOKED_CANCEL_DATE", "cancel_booked_date", DATE),
        Field("BUNDLE_END_DATE", "bundle_end_date", DATE),
        Field("PHONE_TYPE", "phone_type", code(ordinary="0", official="1", service="2")),
        Field("IMEI", "imei_token", token("imei"), personal=True, also=(("tac", prefix(8)),)),
        Field("CITY_CODE", "city"),
        Field("COUNTY_CODE", "county"),
        Field("CREDIT_CLASS", "credit_class", SMALL),
        Field("VIP_LEVEL", "vip_level", code(none="0", silver="1", gold="2", diamond="3")),
        Field("POINTS", "points", INTEGER),
        Field("CUST_CLASS", "customer_class", code(high_value="1", middle="2", ordinary="3")),
        Field("STOP_TYPE", "stop_type", code(requested="1", debt="2", lost="3", forced="4")),
        Field("STOP_DATE", "stop_date", DATE),
        Field("RETENTION_DATE", "retention_date", DATE),
        Field("FREEZE_DATE", "freeze_date", DATE),
        Field("ENTRY_MONTH_IMEI", "entry_imei_token", token("imei"), personal=True),
        Field("REMARK", None, TEXT),
    ),
)
