"""What a family reads besides the spine (dwd.subscriber), which every family has."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from expectations.contract import Table

if TYPE_CHECKING:
    from features.family import Family


@dataclass(frozen=True)
class Rows:
    """A table with several rows per subscriber. Of a fact the days in the windows are read, of a snapshot the partition of D.

    `newest_by` orders a subscriber's rows for the aggregate `latest`. A family that `keeps_sums` of a daily fact reads, for sums and
    counts, only the days that entered or left a window since the night before. That pays for facts with many rows. The feed of a fact that
    comes `on_change` delivers when there is something, so no day of it is ever missing.
    """

    table: Table
    newest_by: tuple[str, ...] = ()
    keeps_sums: bool = False
    on_change: bool = False

    @property
    def is_monthly(self) -> bool:
        """Whether the fact's event dates are months."""
        return self.table.event_date == "month"


@dataclass(frozen=True)
class Lookup:
    """A small full extract as last delivered, joined to the row `by` its key. Its columns are null if the key is not found."""

    table: Table
    by: str


@dataclass(frozen=True)
class TagsOf:
    """Tonight's tags of another family."""

    family: "Family"


@dataclass(frozen=True)
class Yesterday:
    """The family's own tags of the night before D: the newest of the last `nights` nights that has them.

    They are null on the first night, after a longer gap, and for a new subscriber.
    """

    nights: int = 7


Read = Rows | Lookup | TagsOf | Yesterday
