"""How a job may read a table: each kind says which partitions the night of D sees."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from expectations.contract import Table

Dates = Callable[[date], Iterable[date] | None]


@dataclass(frozen=True)
class Read:
    """A table that a job reads; the subclasses say which rows."""

    table: Table


@dataclass(frozen=True)
class Arrived(Read):
    """A fact: rows of the loads first seen on the night (in a bulk load: on any night of the range), newest load per event date."""


@dataclass(frozen=True)
class Known(Read):
    """A fact as known on D: per event date <= D the newest load known by D. `dates` limits the event dates; None in it means all."""

    dates: Dates = lambda _: None


@dataclass(frozen=True)
class Latest(Read):
    """A full extract as known on D: the newest event date <= D alone."""


@dataclass(frozen=True)
class InForce(Latest):
    """A catalogue (S11) as known on D: the newest full extract, and the rows it lacks only because they are in quarantine.

    Rows that it lacks are taken from the deliveries before it, of which at most DELIVERIES_BACK are looked at.
    """


DELIVERIES_BACK = 30


@dataclass(frozen=True)
class Snapshot(Read):
    """A snapshot: the partition of D itself."""


@dataclass(frozen=True)
class Earlier(Read):
    """A snapshot's partitions from `since(D)` up to the night before D: history, which tonight cannot change."""

    since: Callable[[date], date]


@dataclass(frozen=True)
class Ahead(Read):
    """A snapshot's partitions after D up to `upto(D)`: none, unless D is run after a night that follows it; then what that one has done."""

    upto: Callable[[date], date]
