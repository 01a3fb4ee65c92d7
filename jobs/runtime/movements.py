"""Which loads entered or left which window since the night before, and their rows."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from expectations.contract import Table
from features.sums import ANY, entry
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
            window.suffix: (is_ and window.has(on, load.event_date)) - (was and window.has(on - ONE_DAY, load.event_date))
            for window in windows
        } | {ANY: is_ - was}
        if any(moves.values()):
            signs[load] = moves
    return signs


def signed(spark: "SparkSession", read: Moved, rows: "DataFrame", signs: Signs) -> "DataFrame":
    """Return the rows of the loads that move, each with its signs."""
    names = [*(window.suffix for window in read.sums.windows), ANY]
    told = [(load, tuple(moves[name] for name in names)) for load, moves in signs.items()]
    return beside(spark, read.table, rows, told, ", ".join(f"{entry(name)} int" for name in names))


def beside(spark: "SparkSession", fact: Table, rows: "DataFrame", told: Iterable[tuple[Load, tuple[Any, ...]]], ddl: str) -> "DataFrame":
    """Return the rows of a fact with what is told of their load; once for each time that something is told of it.

    `ddl` names the columns of what is told.
    """
    from pyspark.sql import functions as F

    place = {"day": str(fact.event_date), "known_on": "known_on", "load_id": "load_id", "feed": "feed"}
    # Two scopes may deliver the same bytes. Their rows cannot be told apart, so they are told of once.
    each = {(load.event_date, load.known_on, load.load_id, load.feed, *of) for load, of in told}
    table = spark.createDataFrame(sorted(each), f"_day date, _known_on date, _load_id string, _feed string, {ddl}")
    same = [F.col(column) == F.col(f"_{name}") for name, column in place.items()]
    return rows.join(F.broadcast(table), same).drop(*(f"_{name}" for name in place))
