"""The self-service app."""

from datetime import time

from expectations.channel import QUERIES, Channel

APP_HALL_CHANNEL = Channel(
    name="app_hall",
    label="掌上营业厅",
    modes=("passive",),
    medium="picture_and_text",
    moments=("login", *QUERIES, "payment", "service_change"),
    publish_by=time(7, 0),
)
