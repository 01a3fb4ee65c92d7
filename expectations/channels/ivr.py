"""The voice menu of the hotline."""

from datetime import time

from expectations.channel import QUERIES, Channel

IVR_CHANNEL = Channel(
    name="ivr",
    label="IVR语音导航",
    modes=("passive",),
    medium="script",
    moments=QUERIES,
    publish_by=time(7, 0),
)
