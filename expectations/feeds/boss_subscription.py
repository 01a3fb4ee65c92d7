"""S2 产品订购: orders and cancellations."""

from expectations.feed import Feed, Field
from expectations.forms import DATE, TIMESTAMP, code, token
from expectations.tables import ods_subscription

BOSS_SUBSCRIPTION_FEED = Feed(
    name="boss_subscription",
    source="S2",
    label="产品订购",
    owner="boss",
    table=ods_subscription.ODS_SUBSCRIPTION,
    cadence="daily",
    content="delta",
    data_class="orders and usage",
    delimiter="\t",
    may_be_empty=True,
    # An order and its cancellation may arrive on one day, as two rows.
    newest_by=("cancelled_at",),
    fields=(
        Field("ORDER_ID", "order_id"),
        Field("USER_ID", "subscriber_id", token("user"), personal=True),
        Field("PRODUCT_CODE", "product"),
        Field("CHANNEL_CODE", "channel"),
        Field("ORDER_SOURCE", "order_source", code(paid="1", trial="2", bundled="3")),
        Field("ORDER_TIME", "ordered_at", TIMESTAMP),
        Field("CANCEL_TIME", "cancelled_at", TIMESTAMP),
        Field("EFF_DATE", "effective_date", DATE),
        Field("EXP_DATE", "expiry_date", DATE),
    ),
)
