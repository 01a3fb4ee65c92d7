"""What identifies a list of a night."""

from datetime import date
from pathlib import Path
from typing import NamedTuple


class Key(NamedTuple):
    """What identifies a list."""

    channel: str
    scenario: str
    step: str

    def folder(self, outbox: Path, on: date) -> Path:
        """Where the list is."""
        return outbox / self.channel / self.scenario / self.step / f"{on}"

    def __str__(self) -> str:
        return f"{self.channel}/{self.scenario}/{self.step}"
