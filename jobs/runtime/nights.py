"""Rows of a fact as several nights see them, in one frame: each file is opened once, however many nights see it."""

from collections.abc import Collection, Mapping
from datetime import date
from functools import reduce
from typing import TYPE_CHECKING

from expectations.contract import BUSINESS_DATE, Table
from jobs.runtime.lake import Lake
from jobs.runtime.loads import Load, one_each
from jobs.runtime.movements import beside
from jobs.runtime.reads import Entered, InForce, Known, Latest, Read

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def seen(lake: Lake, read: Read, nights: Collection[date]) -> "DataFrame":
    """Return the rows of a read that each night sees, with its `business_date`: a row that several nights see is there for each.

    The read is `Known`, `Latest` or `InForce`. Of `Entered` all rows are there, because no night before has a state. NotPublishedError as
    for `Lake.read`.
    """
    loads = loads_seen(lake, read, nights)
    if isinstance(read, InForce):
        return _in_force(lake, read, nights)
    rows = _of_nights(lake, read.table, loads)
    is_one = all(len(of_night) == 1 for of_night in loads.values())
    return one_each(rows, read.table, (BUSINESS_DATE.name,)) if isinstance(read, Latest) and not is_one and read.table.grain else rows


def loads_seen(lake: Lake, read: Read, nights: Collection[date]) -> dict[date, list[Load]]:
    """Return the loads that each night sees of a read of a fact. NotPublishedError as for `Lake.read`."""
    whole = Known(read.table, read.dates) if isinstance(read, Entered) else read
    return {on: lake.loads_read(whole, on) for on in nights}


def _of_nights(lake: Lake, fact: Table, loads: Mapping[date, list[Load]]) -> "DataFrame":
    every = sorted({load for of_night in loads.values() for load in of_night})
    seen_by = [(load, (night,)) for night, of_night in loads.items() for load in of_night]
    return beside(lake.spark, fact, lake.of_loads(fact, every), seen_by, f"{BUSINESS_DATE.name} date")


def _in_force(lake: Lake, read: InForce, nights: Collection[date]) -> "DataFrame":
    """Return a catalogue's rows: of all nights at once, but one by one of those whose newest delivery has rows in quarantine."""
    from pyspark.sql import functions as F

    plain: dict[date, list[Load]] = {}
    parts: list[DataFrame] = []
    for on in nights:
        of_night = lake.deliveries(read, on)
        if any(deliveries[-1].quarantined for _, deliveries in of_night):
            parts.append(lake.read(read, on).withColumn(BUSINESS_DATE.name, F.lit(on)))
        else:
            plain[on] = [loads[-1] for loads, _ in of_night]
    if plain:
        parts.append(_of_nights(lake, read.table, plain))
    return reduce(lambda one, other: one.unionByName(other), parts)
