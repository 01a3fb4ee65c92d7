"""The self-service web site."""

from dataclasses import replace
from datetime import time

from expectations.channel import QUERIES, USUAL_LIST, Channel

WEB_HALL_CHANNEL = Channel(
    name="web_hall",
    label="网上营业厅",
    modes=("passive",),
    medium="picture_and_text",
    moments=("login", *QUERIES, "payment", "service_change"),
    publish_by=time(7, 0),
    form=replace(USUAL_LIST, file_name="{city}.gz", compression="gz"),
)
