"""Which loads entered or left which window since the night before, and their rows."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from features.sums import ANY, entry
from features.windows import Window
from jobs.runtime.loads import Load
from jobs.runtime.reads import Moved

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

ONE_DAY = timedelta(days=1)
# By load: what it does to each window, and to all of them together: 1 enters, -1 leaves, 0 neither.
Signs = dict[Load, dict[str, int]]


def movements(read: Moved, on: date, before: list[Load], now: list[Load]) -> Signs:
    """Return the loads that move, with their signs. `before` are the loads known on D-1, or none if all enter; `now` those known on D.

    A day that enters, a day that expires, a late load and a correction are all the same: a difference of two lists.
    """
    windows, earlier, present = read.sums.windows, set(before), set(now)
    signs: Signs = {}
    for load in sorted(earlier | present):
        was, is_ = load in earlier, load in present
        moves = {
            window.suffix: (is_ and _has(window, on, load.event_date)) - (was and _has(window, on - ONE_DAY, load.event_date))
            for window in windows
        } | {ANY: is_ - was}
        if any(moves.values()):
            signs[load] = moves
    return signs


def _has(window: Window, on: date, day: date) -> bool:
    first, last = window.span(on)
    return first <= day <= last


def signed(spark: "SparkSession", read: Moved, rows: "DataFrame", signs: Signs) -> "DataFrame":
    """Return the rows of the loads that move, each with its signs."""
    from pyspark.sql import functions as F

    names = [*(window.suffix for window in read.sums.windows), ANY]
    place = {"day": str(read.table.event_date), "known_on": "known_on", "load_id": "load_id", "feed": "feed"}
    told = {(load.event_date, load.known_on, load.load_id, load.feed): moves for load, moves in signs.items()}
    ddl = "_day date, _known_on date, _load_id string, _feed string, " + ", ".join(f"{entry(name)} int" for name in names)
    table = spark.createDataFrame([(*of, *(moves[name] for name in names)) for of, moves in told.items()], ddl)
    same = [F.col(column) == F.col(f"_{name}") for name, column in place.items()]
    return rows.join(F.broadcast(table), same).drop(*(f"_{name}" for name in place))
