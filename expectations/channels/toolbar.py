"""A bar in the browser, shown once: at the first use in the month."""

from datetime import time

from expectations.channel import Channel

TOOLBAR_CHANNEL = Channel(
    name="toolbar",
    label="ToolBar",
    modes=("passive",),
    medium="picture_and_text",
    moments=("first_browse",),
    publish_by=time(7, 0),
)
