"""The clerk at the counter, who sees why the customer was chosen."""

from datetime import time

from expectations.channel import OFFER_COLUMNS, QUERIES, Channel, ListForm

CRM_CHANNEL = Channel(
    name="crm",
    label="营业前台",
    modes=("passive",),
    medium="script",
    moments=(*QUERIES, "payment", "service_change"),
    publish_by=time(8, 0),
    form=ListForm(columns=(*OFFER_COLUMNS, "saving_fen", "bill_change_fen", "message")),
)
