"""A mail to the subscriber's 139 mailbox."""

from datetime import time

from expectations.channel import Channel

MAILBOX_CHANNEL = Channel(
    name="mailbox",
    label="139邮箱",
    modes=("active",),
    medium="picture_and_text",
    publish_by=time(8, 0),
)
