"""A text that is shown on the screen and not stored."""

from datetime import time

from expectations.channel import Channel

USSD_CHANNEL = Channel(
    name="ussd",
    label="USSD",
    modes=("active",),
    medium="text",
    publish_by=time(8, 0),
)
