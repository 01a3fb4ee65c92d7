"""The systems that get the recognition labels, one file each: `PUSHES` has every `Push` declared in this folder, by name."""

from expectations.channel import ChannelError
from expectations.channels import CHANNELS
from expectations.errors import teach
from expectations.found import declared_in
from expectations.push import Push

PUSHES = {push.name: push for push in sorted(declared_in(__name__, __path__, Push), key=lambda push: push.name)}
if shared := sorted(PUSHES.keys() & CHANNELS.keys()):
    raise ChannelError(teach("Pushes", [f"{name} is a channel too" for name in shared], "rename one: both name a folder of the outbox."))
