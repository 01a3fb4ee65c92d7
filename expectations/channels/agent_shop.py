"""Shops of agents."""

from datetime import time

from expectations.channel import Channel

AGENT_SHOP_CHANNEL = Channel(
    name="agent_shop",
    label="社会渠道",
    modes=("passive",),
    medium="script",
    moments=("payment", "service_change"),
    publish_by=time(8, 0),
)
