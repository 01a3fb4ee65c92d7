"""Sums over windows that a night advances: it adds the days that entered a window and subtracts those that left (house.md 3.5)."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from expectations.checks import NOT_NULL
from expectations.columns import SUBSCRIBER_ID
from expectations.contract import STATE_KEPT_DAYS, Column, Table
from features.aggregates import AGGREGATES
from features.reads import Rows
from features.tag import Aggregated
from features.windows import Window

if TYPE_CHECKING:
    from pyspark.sql import Column as SparkColumn
    from pyspark.sql import DataFrame

    from features.family import Family

ANY = "any"


def entry(window: str) -> str:
    """Return the column of a moved row that says what it does to a window: 1 if it entered, -1 if it left, 0 if neither.

    ANY stands for all windows together.
    """
    return f"_entered_{window}"


@dataclass(frozen=True)
class Sums:
    """The sums that a family keeps of a daily fact: per subscriber, tag and window, and how many rows are in them."""

    family: str
    owner: str
    read: str
    rows: Rows
    tags: tuple[Aggregated, ...]

    @property
    def windows(self) -> tuple[Window, ...]:
        """The windows of the tags, each once."""
        return tuple(dict.fromkeys(tag.window for tag in self.tags if tag.window))

    @property
    def table(self) -> Table:
        """The contract `dws.<family>_sums`, or `dws.<family>_<read>_sums` when the read has another name."""
        name = self.family if self.family == self.read else f"{self.family}_{self.read}"
        columns = []
        for tag in self.tags:
            columns.append(Column(tag.column.name, "bigint", f"What makes {tag.column.name}, as a sum.", (NOT_NULL,)))
            if _counts_rows(tag):
                columns.append(Column(_rows_of(tag), "bigint", f"Rows with a value in {tag.column.name}.", (NOT_NULL,)))
        return Table(
            name=f"dws.{name}_sums",
            kept_days=STATE_KEPT_DAYS,
            owner=self.owner,
            comment=f"Sums over {self.rows.table.name} by window, which a night advances. One row per subscriber with rows in a window.",
            key=("subscriber_id",),
            may_be_empty=True,
            columns=(SUBSCRIBER_ID, *columns, Column("rows", "bigint", "Rows of the fact in the windows.", (NOT_NULL,))),
        )

    def days(self, on: date) -> list[date]:
        """Return every day of the windows, sorted."""
        return sorted({day for window in self.windows for day in window.days(on)})

    def rule(self) -> str:
        """Return a hash of the quantities. Sums made by another rule cannot be advanced."""
        told = "\n".join(f"{tag.column.name} {tag.aggregate} {tag.function()}" for tag in self.tags)
        return hashlib.sha256(told.encode()).hexdigest()[:16]

    def advanced(self, held: "DataFrame", moved: "DataFrame", on: date) -> "DataFrame":
        """Return the sums of D: those held, and the rows that moved. An empty state and all rows entering are sums from scratch.

        `moved` has the fact's columns, and a column `entry(window)` for each window and for ANY.
        """
        from pyspark.sql import functions as F

        added: dict[str, SparkColumn] = {}
        for tag in self.tags:
            sign, quantity = F.col(entry(tag.window.suffix if tag.window else ANY)), tag.function()
            figure = quantity if tag.aggregate == "sum" else F.when(quantity, 1).when(~quantity, 0)
            added[tag.column.name] = F.coalesce(figure.cast("bigint") * sign, F.lit(0))
            if _counts_rows(tag):
                added[_rows_of(tag)] = F.when(figure.isNotNull(), sign).otherwise(0)
        added["rows"] = F.col(entry(ANY))
        # One aggregation for both, so that each subscriber is shuffled once.
        changes = moved.select(SUBSCRIBER_ID.name, *(value.cast("bigint").alias(name) for name, value in added.items()))
        together = held.select(SUBSCRIBER_ID.name, *added).unionByName(changes)
        totals = together.groupBy(SUBSCRIBER_ID.name).agg(*(F.sum(name).alias(name) for name in added))
        return totals.where("rows > 0").select(SUBSCRIBER_ID.name, *added, F.lit(on).alias("business_date"))

    def aggregates(self, sums: "DataFrame") -> "DataFrame":
        """Return the tags' aggregates, as aggregating the rows would give them."""
        return sums.select(SUBSCRIBER_ID.name, *(_aggregate(tag).alias(tag.raw) for tag in self.tags))


def sums_of(family: "Family") -> Mapping[str, Sums]:
    """Return the sums that the family keeps, by the name of the read: those of facts that are declared to keep them."""
    found = {}
    for name, read in family.reads.items():
        tags = tuple(tag for tag in family.declared if isinstance(tag, Aggregated) and tag.of == name and _adds(tag))
        if isinstance(read, Rows) and read.keeps_sums and tags:
            found[name] = Sums(family.name, family.owner, name, read, tags)
    return found


def _adds(tag: Aggregated) -> bool:
    return tag.window is not None and AGGREGATES[tag.aggregate].adds


def _counts_rows(tag: Aggregated) -> bool:
    # If no rows and a sum of zero are the same value, nobody asks for the number of rows.
    return tag.missing is None or bool(tag.missing)


def _rows_of(tag: Aggregated) -> str:
    return f"{tag.column.name}_rows"


def _aggregate(tag: Aggregated) -> "SparkColumn":
    from pyspark.sql import functions as F

    total = F.col(tag.column.name)
    value = total > 0 if tag.aggregate == "any" else total
    return F.when(F.col(_rows_of(tag)) > 0, value) if _counts_rows(tag) else value
