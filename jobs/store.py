"""Access for notebooks: tags as Spark frames, by night, without knowledge of where tables are stored."""

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
    """The night or the column does not exist."""


class Store:
    """What nights published, read only. It has no personal data: numbers stay in the vault."""

    def __init__(self, chosen: Settings | None = None) -> None:
        """Use the home that CHUDIAN_HOME names. Spark starts with the first frame."""
        self._lake = Lake(chosen or settings())

    def nights(self) -> list[date]:
        """Return the business dates that have a customer record, oldest first."""
        made = self._lake.publications.of(CAR)
        return sorted(publication.business_date for publication in made.values() if publication.rows)

    def car(self, columns: Sequence[str] = (), on: date | None = None) -> "DataFrame":
        """Return the customer record (dws.car) of a night, by default the newest: one row per subscriber.

        `columns` selects columns besides subscriber_id. StoreError lists the existing nights or columns if one is unknown.
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
