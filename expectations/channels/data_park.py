"""The site that promotes data services."""

from datetime import time

from expectations.channel import Channel

DATA_PARK_CHANNEL = Channel(
    name="data_park",
    label="数据乐园",
    modes=("passive",),
    medium="picture_and_text",
    moments=("login", "offer_query"),
    publish_by=time(7, 0),
)
