"""S4 账单: the settled bill of a month, delivered on the 3rd to 5th of the next."""

from expectations.feed import Feed, Field
from expectations.forms import INTEGER, MONTH_TEXT, YUAN, token
from expectations.tables import ods_bill

BOSS_BILL_FEED = Feed(
    name="boss_bill",
    source="S4",
    label="账单",
    owner="billing",
    table=ods_bill.ODS_BILL,
    cadence="monthly",
    due_day=5,
    # Late settlement delays the waves that wait for it (P10). The night goes on without last month's bills.
    lateness_days=10,
    # The number of bills changes by a few per cent a month. One city's delivery, or one of several billing runs, is far below.
    settled_per_mille=900,
    content="full",
    data_class="orders and usage",
    delimiter=",",
    fields=(
        Field("USER_ID", "subscriber_id", token("user"), personal=True),
        Field("BILL_MONTH", None, MONTH_TEXT, is_event_date=True),
        Field("TOTAL_FEE", "bill_fen", YUAN),
        Field("PLAN_FEE", "plan_fee_fen", YUAN),
        Field("DATA_PLAN_FEE", "data_plan_fee_fen", YUAN),
        Field("DATA_FEE_OUTSIDE", "data_fee_outside_fen", YUAN),
        Field("VOICE_FEE", "voice_fee_fen", YUAN),
        Field("SMS_FEE", "sms_fee_fen", YUAN),
        Field("SERVICE_FEE", "service_fee_fen", YUAN),
        Field("ALLOWANCE_BYTES", "allowance_bytes", INTEGER, sentinels=("-1",)),
        Field("ALLOWANCE_USED_BYTES", "allowance_used_bytes", INTEGER),
        Field("OWED_FEE", "owed_fen", YUAN),
    ),
)
