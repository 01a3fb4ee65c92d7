"""The platform on which customers try services."""

from datetime import time

from expectations.channel import Channel

TRIAL_PLATFORM_CHANNEL = Channel(
    name="trial_platform",
    label="体验平台",
    modes=("passive",),
    medium="picture_and_text",
    moments=("login",),
    publish_by=time(7, 0),
)
