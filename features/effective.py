"""Effective-dated reference rows: the rows in force from several deliveries, and the row that is valid on a day (S11)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from expectations.checks import literal

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame


@dataclass(frozen=True)
class Delivery:
    """A delivery of a catalogue, and the codes of its rows in quarantine. None among them is a row whose code cannot be read."""

    day: date
    known_on: date
    quarantined: frozenset[str | None] = frozenset()


# Identifies a row: its code and valid_from.
Validity = tuple[str, date]


def in_force(rows: "DataFrame", code: str, deliveries: Sequence[Delivery]) -> "DataFrame":
    """Return the rows of the newest delivery, and the last good version of those that it has only in quarantine.

    `rows` has the rows of all these deliveries, `deliveries` are oldest first. If nothing is in quarantine, only the newest delivery
    counts.
    """
    newest = deliveries[-1]
    of_newest = f"day = DATE'{newest.day}' AND known_on = DATE'{newest.known_on}'"
    if not newest.quarantined:
        return rows.where(of_newest)
    came: dict[tuple[date, date], set[Validity]] = {}
    for row in rows.select("day", "known_on", code, "valid_from").collect():
        came.setdefault((row["day"], row.known_on), set()).add((row[code], row.valid_from))
    held = kept_rows((delivery, came.get((delivery.day, delivery.known_on), set())) for delivery in deliveries)
    kept = [
        f"day = DATE'{of.day}' AND known_on = DATE'{of.known_on}' AND {code} = {literal(value)} AND valid_from = DATE'{since}'"
        for (value, since), of in sorted(held.items(), key=lambda row: row[0])
    ]
    return rows.where(" OR ".join(f"({condition})" for condition in (of_newest, *kept)))


def kept_rows(came: Iterable[tuple[Delivery, set[Validity]]]) -> dict[Validity, Delivery]:
    """Return rows in force that the newest delivery does not have, with the delivery that last had them; `came` is oldest first."""
    source: dict[Validity, Delivery] = {}
    newest = None
    for newest, rows in came:
        lacking = {of: delivery for of, delivery in source.items() if newest.quarantined & {of[0], None}}
        source = lacking | dict.fromkeys(rows, newest)
    return {of: delivery for of, delivery in source.items() if delivery is not newest}


def newest_on(reference: "DataFrame", key: str, on: "date | Column", per: Sequence[str] = ()) -> "DataFrame":
    """Return one row per key: the newest that had begun by `on`. `per` tells the nights of a frame apart (Moment.per).

    It may be expired, because subscribers hold products that are withdrawn.
    """
    from pyspark.sql import functions as F

    return _newest(reference.where(F.col("valid_from") <= F.lit(on)), key, per)


def effective_on(reference: "DataFrame", key: str, on: date) -> "DataFrame":
    """Return one row per key: the newest of those valid on `on` (valid_from <= on < valid_to; null means no end).

    Many operators never close a row that a newer one replaces.
    """
    return _newest(reference.where(f"valid_from <= DATE'{on}' AND (valid_to IS NULL OR valid_to > DATE'{on}')"), key)


def _newest(rows: "DataFrame", key: str, per: Sequence[str] = ()) -> "DataFrame":
    from pyspark.sql import functions as F

    # Two feeds or scopes may deliver a code with the same validity. The newer delivery counts, and of equal ones the greater row.
    order = F.struct("valid_from", "day", "known_on", *rows.columns)
    return rows.groupBy(key, *per).agg(F.max_by(F.struct(*rows.columns), order).alias("row")).select("row.*")
