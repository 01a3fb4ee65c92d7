"""The night, or the nights, for which tags are computed: one pass serves both."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from pyspark.sql import Column
from pyspark.sql import functions as F

from expectations.columns import SUBSCRIBER_ID
from expectations.contract import BUSINESS_DATE
from features.windows import Window

# Per read, the days that were expected and have not arrived.
Absent = Mapping[str, Collection[date]]


@dataclass(frozen=True)
class Moment:
    """Which nights tags are computed for: each with its days that have not arrived.

    For one night frames have one row per subscriber. For several every frame has the column business_date, the night that a row is seen
    on, and there is a row per subscriber and night.
    """

    nights: Mapping[date, Absent] = field(default_factory=dict)

    @property
    def one(self) -> date | None:
        """The only night; None if there are several."""
        return next(iter(self.nights)) if len(self.nights) == 1 else None

    @property
    def on(self) -> Column:
        """The business date of the row."""
        return F.lit(self.one) if self.one else F.col(BUSINESS_DATE.name)

    @property
    def per(self) -> tuple[str, ...]:
        """The column that tells the nights of a frame apart; none for one night."""
        return () if self.one else (BUSINESS_DATE.name,)

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that identify a row of the tags."""
        return (SUBSCRIBER_ID.name, *self.per)

    def lacks(self, read: str, window: Window) -> Column:
        """Return how many days of the window have not arrived."""
        counts = {on: window.lacks(on, absent.get(read, ())) for on, absent in self.nights.items()}
        if len(set(counts.values())) <= 1:
            return F.lit(next(iter(counts.values()), 0))
        some = [F.lit(of) for on, count in counts.items() if count for of in (on, count)]
        return F.coalesce(F.try_element_at(F.create_map(*some), self.on), F.lit(0))
