"""The log of who read personal data of the vault."""

import os
import pwd
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date

from expectations.tables.vault import VAULT_READ
from jobs.runtime.lake import Lake
from jobs.runtime.records import now


@dataclass(frozen=True)
class Reading:
    """One read: the columns of vault.read that the reader knows."""

    command: str
    fields: tuple[str, ...]
    rows: int
    reason: str
    subscriber_id: str | None = None
    business_date: date | None = None
    run_id: str | None = None


def log_reads(lake: Lake, readings: Iterable[Reading]) -> None:
    """Add the reads to vault.read, by this process's user, now."""
    rows = [asdict(reading) | {"fields": [*reading.fields], "read_at": now(), "who": user()} for reading in readings]
    if rows:
        lake.records.append(VAULT_READ, rows)


def user() -> str:
    """Return the name of this process's user, or its number if it has no name."""
    # The environment's user name can be set to any text.
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"{os.getuid()}"
