"""A state that a night advances: state(D) = state(D-1) + rows of the partitions that entered - rows of those that left."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


@dataclass(frozen=True, order=True)
class Partition:
    """One load of a fact: its event date, the night that first saw it, and its id.

    Or one night of a snapshot: its date twice, the run that published it, and the table in `of`.
    """

    event_date: date
    known_on: date
    load_id: str
    of: str = ""


@dataclass(frozen=True)
class Change:
    """The difference between the partitions that two nights see: new days, expired days, late loads and corrections."""

    entered: tuple[Partition, ...]
    left: tuple[Partition, ...]

    @classmethod
    def between(cls, before: Iterable[Partition], now: Iterable[Partition]) -> "Change":
        """Return the change from the partitions of the night before to tonight's."""
        earlier, present = set(before), set(now)
        return cls(tuple(sorted(present - earlier)), tuple(sorted(earlier - present)))

    def only_expired(self, now: Iterable[Partition]) -> bool:
        """Whether everything that left is older than everything in the window now.

        Then no older row can take the place of one that left.
        """
        oldest = min((partition.event_date for partition in now), default=date.max)
        return all(partition.event_date < oldest for partition in self.left)


def fingerprint(partitions: Iterable[Partition], made_by: str = "") -> str:
    """Return a hash of the partitions that a state was made from, in any order, and of its other inputs."""
    lines = [made_by, *(f"{p.event_date} {p.known_on} {p.load_id} {p.of}".rstrip() for p in sorted(partitions))]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:32]


def newest(state: "DataFrame", entered: "DataFrame", key: Sequence[str], told_on: str) -> "DataFrame":
    """Return one row per key, the one with the greatest `told_on`, of the state and the rows that entered; both have the same columns.

    Two feeds or scopes may deliver several rows with the same `told_on`. Then the greatest row counts, so that the same rows always give
    the same state.
    """
    from pyspark.sql import functions as F

    rows = state.unionByName(entered)
    greatest = F.max(F.struct(told_on, *(name for name in rows.columns if name != told_on)))
    return rows.groupBy(*key).agg(greatest.alias("row")).select(*(f"row.{name}" for name in rows.columns))
