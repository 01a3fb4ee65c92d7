"""The self-service terminal in a hall."""

from datetime import time

from expectations.channel import QUERIES, Channel

KIOSK_CHANNEL = Channel(
    name="kiosk",
    label="自助终端",
    modes=("passive",),
    medium="picture_and_text",
    moments=("login", *QUERIES, "payment"),
    publish_by=time(7, 0),
)
