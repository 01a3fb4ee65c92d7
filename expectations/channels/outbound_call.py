"""A call by the call centre."""

from datetime import time

from expectations.channel import Channel

OUTBOUND_CALL_CHANNEL = Channel(
    name="outbound_call",
    label="10086外呼",
    modes=("active",),
    medium="script",
    publish_by=time(8, 30),
)
