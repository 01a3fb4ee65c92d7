"""A window that opens when the subscriber logs in to the Fetion client; we choose which subscribers see it."""

from datetime import time

from expectations.channel import Channel

FETION_CHANNEL = Channel(
    name="fetion",
    label="飞信",
    modes=("active",),
    medium="text",
    publish_by=time(8, 0),
)
