"""An account manager, by work order."""

from datetime import time

from expectations.channel import OFFER_COLUMNS, Channel, ListForm

ACCOUNT_MANAGER_CHANNEL = Channel(
    name="account_manager",
    label="客户经理",
    modes=("active",),
    medium="script",
    publish_by=time(8, 0),
    form=ListForm(columns=(*OFFER_COLUMNS, "manager_name", "manager_phone", "message")),
)
