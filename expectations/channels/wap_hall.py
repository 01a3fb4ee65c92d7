"""The self-service site for simple handsets."""

from datetime import time

from expectations.channel import QUERIES, Channel

WAP_HALL_CHANNEL = Channel(
    name="wap_hall",
    label="WAP营业厅",
    modes=("passive",),
    medium="text",
    moments=("login", *QUERIES, "payment"),
    publish_by=time(7, 0),
)
