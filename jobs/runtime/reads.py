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

    @property
    def is_of_tonight(self) -> bool:
        """Whether the job has to wait for whoever writes the table tonight."""
        return True

    @property
    def holds_back(self) -> bool:
        """Whether the job cannot run when the one that writes the table tonight did not end well."""
        return self.is_of_tonight


@dataclass(frozen=True)
class Arrived(Read):
    """A fact: rows of the loads first seen on the night (in a bulk load: on any night of the range).

    Of each (feed, scope, event date) the newest load of the night.
    """


@dataclass(frozen=True)
class Known(Read):
    """A fact as known on D: of each (feed, scope, event date <= D) the newest load known by D, over all feeds that fill it.

    `dates` limits the event dates; None means all.
    """

    dates: Dates = lambda _: None


@dataclass(frozen=True)
class Latest(Read):
    """A full extract as known on D: only the newest event date <= D of each feed and scope, one row per key."""


@dataclass(frozen=True)
class InForce(Latest):
    """A catalogue (S11) as known on D: the newest full extract of each feed and scope, and the rows that it has in quarantine.

    A row in quarantine is read from the newest earlier delivery that has it, of at most DELIVERIES_BACK.
    """


DELIVERIES_BACK = 30


@dataclass(frozen=True)
class Snapshot(Read):
    """A snapshot: the partition of D itself."""


@dataclass(frozen=True)
class Between(Read):
    """A snapshot's partitions from `first(D)` to `last(D)`, D itself left out: what other nights have published."""

    first: Callable[[date], date]
    last: Callable[[date], date]

    @property
    def is_of_tonight(self) -> bool:
        """Other nights make no job wait."""
        return False


@dataclass(frozen=True)
class Entered(Read):
    """A fact: rows of the partitions that entered since the state of the night before was made.

    The state is the job's own snapshot, `into`. When it cannot be advanced (see `State`) these are all rows that `Known` would give.
    Raise `version` when the job's rule changes: a state made by another rule is made again from scratch.
    """

    into: Table
    dates: Dates = lambda _: None
    version: int = 1

    @property
    def made_by(self) -> str:
        """What a state is made by beside its loads: the columns of its table and the version of the rule."""
        return f"{self.into.ddl} {self.version}"


@dataclass(frozen=True)
class State(Read):
    """The job's own snapshot of the night before, without the rows of partitions that left the window: what `Entered` is added to.

    `told_on` names the column with the event date that a row's state comes from. Empty when there is no snapshot of the night before, when
    it was made from other loads than the ones known that night, or when a partition was corrected or taken back: then the state is made
    from scratch, by the same code.
    """

    of: Entered
    told_on: str

    @property
    def is_of_tonight(self) -> bool:
        """The night before makes no job wait."""
        return False


@dataclass(frozen=True)
class IfMade(Read):
    """A snapshot: the partition of D; None when D has none, and the job goes on without it.

    The job waits for the one that writes the table, however that ends. What an earlier run of the same night published stays good when a
    later run fails (law 5), and is read.
    """

    @property
    def holds_back(self) -> bool:
        """The job goes on without the table."""
        return False


@dataclass(frozen=True)
class Lacking(Read):
    """The reads that the snapshot of D was made without, by name: a frozenset instead of a frame."""


@dataclass(frozen=True)
class NightBefore(Read):
    """A snapshot: the newest partition of the `nights` before D; None when no such night made one."""

    nights: int

    @property
    def is_of_tonight(self) -> bool:
        """Other nights make no job wait."""
        return False
