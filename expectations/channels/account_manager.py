"""An account manager, by work order."""

from datetime import time

from expectations.channel import Channel

ACCOUNT_MANAGER_CHANNEL = Channel(
    name="account_manager",
    label="客户经理",
    modes=("active",),
    medium="script",
    publish_by=time(8, 0),
)
