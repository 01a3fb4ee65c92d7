"""A message with a picture."""

from datetime import time

from expectations.channel import Channel

MMS_CHANNEL = Channel(
    name="mms",
    label="彩信",
    modes=("active",),
    medium="picture_and_text",
    publish_by=time(8, 0),
)
