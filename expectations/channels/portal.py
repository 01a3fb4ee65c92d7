"""The operator's portal."""

from datetime import time

from expectations.channel import Channel

PORTAL_CHANNEL = Channel(
    name="portal",
    label="门户网站",
    modes=("passive",),
    medium="picture_and_text",
    moments=("login", "offer_query"),
    publish_by=time(7, 0),
)
