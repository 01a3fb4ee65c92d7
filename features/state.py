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
    """One load of a fact: the event date it is about, the night that first saw it, and which it is."""

    event_date: date
    known_on: date
    load_id: str


@dataclass(frozen=True)
class Change:
    """What differs between the partitions that two nights see. A new day, an expired one, a late load and a correction are all this."""

    entered: tuple[Partition, ...]
    left: tuple[Partition, ...]

    @classmethod
    def between(cls, before: Iterable[Partition], now: Iterable[Partition]) -> "Change":
        """From the partitions of the night before to tonight's."""
        earlier, present = set(before), set(now)
        return cls(tuple(sorted(present - earlier)), tuple(sorted(earlier - present)))

    def only_expired(self, now: Iterable[Partition]) -> bool:
        """Whether all that left is older than all that is seen now: no older row can take the place of one that left."""
        oldest = min((partition.event_date for partition in now), default=date.max)
        return all(partition.event_date < oldest for partition in self.left)


def fingerprint(partitions: Iterable[Partition], made_by: str = "") -> str:
    """A hash of the partitions that a state was made from, in any order, and of what it was made by."""
    lines = [made_by, *(f"{p.event_date} {p.known_on} {p.load_id}" for p in sorted(partitions))]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:32]


def newest(state: "DataFrame", entered: "DataFrame", key: Sequence[str], told_on: str) -> "DataFrame":
    """One row per key, the one with the greatest `told_on`, out of the state and what entered; both have the same columns.

    Of several with the same `told_on`, which two feeds or scopes may bring, the greatest row: the same rows always give the same state.
    """
    from pyspark.sql import functions as F

    rows = state.unionByName(entered)
    greatest = F.max(F.struct(told_on, *(name for name in rows.columns if name != told_on)))
    return rows.groupBy(*key).agg(greatest.alias("row")).select(*(f"row.{name}" for name in rows.columns))


def summed(state: "DataFrame", entered: "DataFrame", left: "DataFrame", key: Sequence[str], sums: Sequence[str]) -> "DataFrame":
    """Per key the sums of whole numbers: the state's, plus the rows that entered, less those that left.

    All three have the columns `key` and `sums`; a state has one row per key and `rows`, the number of rows in its sums, at the end. A key
    without rows is not in the result.
    """
    from pyspark.sql import functions as F

    held = state.select(*key, *sums, "rows")
    plus = entered.select(*key, *sums, F.lit(1).cast("bigint").alias("rows"))
    minus = left.select(*key, *((-F.col(name)).alias(name) for name in sums), F.lit(-1).cast("bigint").alias("rows"))
    together = held.unionByName(plus).unionByName(minus)
    totals = together.groupBy(*key).agg(*(F.sum(name).alias(name) for name in (*sums, "rows")))
    return totals.where("rows > 0")
