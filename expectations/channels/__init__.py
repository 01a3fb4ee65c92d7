"""The operator's channels, one file each: `CHANNELS` has every `Channel` declared in this folder, by name."""

from collections.abc import Iterable

from expectations.channel import Channel, ChannelError
from expectations.errors import teach
from expectations.found import declared_in


def one_channel_each(channels: Iterable[Channel]) -> dict[str, Channel]:
    """Return the channels by name, in alphabetical order. ChannelError when two have one name, or `part_of` is none."""
    ordered = sorted(channels, key=lambda channel: channel.name)
    names = [channel.name for channel in ordered]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ChannelError(teach("Channels", [f"two have the name {name}" for name in twice], "rename one in expectations/channels/."))
    parts = [
        f"{one.name} is part of {one.part_of}, which is no other channel"
        for one in ordered
        if one.part_of and one.part_of not in {*names} - {one.name}
    ]
    if parts:
        raise ChannelError(teach("Channels", parts, "name the channel that customers come to."))
    return {channel.name: channel for channel in ordered}


CHANNELS = one_channel_each(declared_in(__name__, __path__, Channel))
