"""How a job may read a table. Each kind of read defines which partitions the night of D sees."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

from expectations.contract import Table
from expectations.tables.ops import OPS_TAG_PROFILE
from features.sums import Sums

Dates = Callable[[date], Iterable[date] | None]


@dataclass(frozen=True)
class Read:
    """A table that a job reads; subclasses define which rows."""

    table: Table

    @property
    def tables(self) -> tuple[Table, ...]:
        """The tables that the job waits for."""
        return (self.table,)

    @property
    def is_of_tonight(self) -> bool:
        """Whether the job has to wait for the jobs that write the tables tonight."""
        return True

    @property
    def holds_back(self) -> bool:
        """Whether the job cannot run if the job that writes the table failed tonight."""
        return self.is_of_tonight


@dataclass(frozen=True)
class Arrived(Read):
    """A fact: rows of the loads first seen on the night (in a bulk load: on any night of the range).

    Several loads of a night for one (feed, scope, event date): the newest is read.
    """


@dataclass(frozen=True)
class Known(Read):
    """A fact as known on D: the newest load known by D of each (feed, scope, event date <= D), over all feeds that fill it.

    `dates` limits the event dates; None means all. A job that can do without tonight's rows (not `is_needed`) runs even if the job that
    writes them failed, with what is known from earlier nights.
    """

    dates: Dates = lambda _: None
    is_needed: bool = True

    @property
    def holds_back(self) -> bool:
        """Whether the rows are needed."""
        return self.is_needed


@dataclass(frozen=True)
class NotArrived(Known):
    """Days, not rows: the event dates of a daily fact that were expected by D and have no delivery, as a frozenset instead of a frame.

    Days before the feed's first one are not expected, nor are months: a month that is not settled has no rows yet.
    """


@dataclass(frozen=True)
class Latest(Read):
    """A full extract as known on D: only the newest event date <= D of each feed and scope, one row per key."""


@dataclass(frozen=True)
class InForce(Latest):
    """A catalogue (S11) as known on D: the newest full extract of each feed and scope, plus the rows it has in quarantine.

    For a row in quarantine, the newest good version from at most DELIVERIES_BACK earlier deliveries is read. A job that can do without the
    catalogue (not `is_needed`) runs even if it was never delivered, with no rows, or if the job that receives it failed tonight.
    """

    is_needed: bool = True

    @property
    def holds_back(self) -> bool:
        """Whether the rows are needed."""
        return self.is_needed


@dataclass(frozen=True)
class Snapshot(Read):
    """A snapshot: the partition of D."""


@dataclass(frozen=True)
class Between(Read):
    """A snapshot's partitions from `first(D)` to `last(D)`, without D: what other nights published."""

    first: Callable[[date], date]
    last: Callable[[date], date]

    @property
    def is_of_tonight(self) -> bool:
        """False: other nights make no job wait."""
        return False


@dataclass(frozen=True)
class Entered(Read):
    """A fact: rows of the partitions that entered since the state of the night before was made.

    The state is the job's own snapshot, `into`. If it cannot be advanced (see `State`), these are all rows that `Known` would give. Raise
    `version` when the job's rule changes: then a state made by the old rule is made again from scratch. `beside` are snapshots whose
    nights before D make the same state (`Also`); a night that ran again is a correction.
    """

    into: Table
    dates: Dates = lambda _: None
    version: int = 1
    beside: tuple[Table, ...] = ()

    @property
    def made_by(self) -> str:
        """What a state depends on besides its loads: the columns of its table and the version of the rule."""
        return f"{self.into.ddl} {self.version}"

    @property
    def subtracts(self) -> bool:
        """Whether rows that left can be taken out of the state, so that it advances whatever left."""
        return False


@dataclass(frozen=True)
class Also(Read):
    """A snapshot beside a fact: the nights before D that entered since the state of the night before was made, or all in the window."""

    of: Entered

    @property
    def is_of_tonight(self) -> bool:
        """False: other nights make no job wait."""
        return False


@dataclass(frozen=True)
class Moved(Entered):
    """A fact: rows of the partitions that entered or left a window of `sums` since the night before.

    Each row says by a column per window whether it entered or left (`features.sums.entry`). If the sums of the night before cannot be
    advanced, these are all rows of the windows, and all enter.
    """

    sums: Sums = field(kw_only=True)

    @property
    def made_by(self) -> str:
        """What the sums depend on besides their loads: the columns and the quantities."""
        return f"{self.into.ddl} {self.sums.rule()}"

    @property
    def subtracts(self) -> bool:
        """True: sums can be taken back."""
        return True


def moved(sums: Sums) -> Moved:
    """Return the read of the rows that advance these sums."""
    return Moved(sums.rows.table, into=sums.table, dates=sums.days, sums=sums)


@dataclass(frozen=True)
class State(Read):
    """The job's own snapshot of the night before, without rows of partitions that left the window. `Entered` is added to it.

    `told_on` names the column with the event date of a row's state; sums have none. The frame is empty, and the state is made from
    scratch by the same code, when there is no snapshot of the night before, when it was made from other loads than the ones known that
    night, or when a partition was corrected or taken back; sums advance even then.
    """

    of: Entered
    told_on: str = ""

    @property
    def is_of_tonight(self) -> bool:
        """False: the night before makes no job wait."""
        return False


@dataclass(frozen=True)
class IfMade(Read):
    """A snapshot: the partition of D, or None if it was not made; the job then goes on without it.

    The job waits until the job that writes the table has ended, well or not. If an earlier run of the same night published the partition
    and a later run failed, the earlier partition is read (law 5).
    """

    @property
    def holds_back(self) -> bool:
        """False: the job goes on without the table."""
        return False


@dataclass(frozen=True)
class Lacking(Read):
    """What the snapshot of D lacks: a sentence by column that cannot be used tonight, as a mapping instead of a frame.

    These are the columns of families that were missing and, in the customer record, tags that are bad tonight.
    """

    @property
    def tables(self) -> tuple[Table, ...]:
        """The snapshot, and the profiles that say which of its columns are bad."""
        return (self.table, OPS_TAG_PROFILE)


@dataclass(frozen=True)
class Waiting(Read):
    """Scenarios that wait until somebody approves their present version: a sentence by name, as a mapping instead of a frame."""

    @property
    def is_of_tonight(self) -> bool:
        """False: people approve, not jobs."""
        return False


@dataclass(frozen=True)
class NightBefore(Read):
    """A snapshot: the newest partition in the `nights` before D, or None if there is none."""

    nights: int

    @property
    def is_of_tonight(self) -> bool:
        """False: other nights make no job wait."""
        return False
