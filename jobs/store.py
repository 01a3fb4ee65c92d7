"""The door for notebooks: tags as Spark frames, by night, without knowing where tables are stored."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from expectations.errors import ChudianError, teach, unknown
from features.dictionary import dictionary_rows
from features.library import CAR
from jobs.runtime.lake import Lake
from jobs.runtime.settings import Settings, settings

if TYPE_CHECKING:
    import pandas as pd
    from pyspark.sql import DataFrame


class StoreError(ChudianError):
    """A night or a column that the store does not have."""


class Store:
    """What nights published, read only. Columns of personal data are not here: numbers stay in the vault."""

    def __init__(self, chosen: Settings | None = None) -> None:
        """Open the home that CHUDIAN_HOME names. Spark starts with the first frame."""
        self._lake = Lake(chosen or settings())

    def nights(self) -> list[date]:
        """The business dates that have a customer record, oldest first."""
        made = self._lake.publications.of(CAR)
        return sorted(publication.business_date for publication in made.values() if publication.rows)

    def car(self, columns: Sequence[str] = (), on: date | None = None) -> "DataFrame":
        """Return the customer record (dws.car) of a night, the newest unless `on` names one: one row per subscriber.

        `columns` limits it to these beside subscriber_id. StoreError names the nights or columns there are when one is unknown.
        """
        nights = self.nights()
        if not nights or on not in (None, *nights):
            known = ", ".join(map(str, nights[-5:])) or "none"
            cure = "run `chudian night` for it, or ask for one of those."
            raise StoreError(teach("Customer record", [f"no night of {on or 'any date'}; there are {known}"], cure))
        known_columns = [column.name for column in CAR.columns]
        for name in columns:
            if name not in known_columns:
                raise StoreError(unknown("column", name, known_columns))
        rows = self._lake.whole(CAR, business_date=on or nights[-1])
        return rows.select("subscriber_id", *(name for name in columns if name != "subscriber_id")) if columns else rows

    def dictionary(self) -> "pd.DataFrame":
        """Return the tag dictionary, one row per tag: label, family, type, unit, meaning, what null means."""
        import pandas as pd

        return pd.DataFrame(dictionary_rows()).set_index("tag")
