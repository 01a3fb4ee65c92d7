"""Access for notebooks: tags as Spark frames, by night or as known on any date, without knowledge of where tables are stored."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from expectations.contract import Table
from expectations.errors import ChudianError, teach, unknown
from expectations.tables.ops import OPS_LOAD
from features.dictionary import dictionary_rows, record_rows
from features.library import CAR
from jobs.past import Past
from jobs.runtime.gaps import NotPublishedError
from jobs.runtime.lake import Lake
from jobs.runtime.settings import Settings, settings

if TYPE_CHECKING:
    import pandas as pd
    from pyspark.sql import DataFrame


# A label as it came, with all its columns.
_LABEL = "_label"


class StoreError(ChudianError):
    """The night or the column does not exist."""


class Store:
    """What nights published, read only. It has no personal data: numbers stay in the vault.

    A date here is a business date D: what the night of D knew, D's own events included. For examples of an event give the day before it.
    """

    def __init__(self, chosen: Settings | None = None) -> None:
        """Use the home that CHUDIAN_HOME names. Spark starts with the first frame."""
        self._lake = Lake(chosen or settings())

    def nights(self, table: Table = CAR) -> list[date]:
        """Return the business dates that have rows of a snapshot, by default of the customer record, oldest first."""
        made = self._lake.publications.of(table)
        return sorted(publication.business_date for publication in made.values() if publication.rows and not publication.is_dropped)

    def snapshot(self, table: Table, on: date | None = None) -> "DataFrame":
        """Return a night's rows of a snapshot, by default of its newest night. StoreError lists the existing nights if there is none."""
        nights = self.nights(table)
        if not nights or on not in (None, *nights):
            known = ", ".join(map(str, nights[-5:])) or "none"
            cure = "run `chudian night` for it, or ask for one of those."
            raise StoreError(teach(f"Table {table.name}", [f"no night of {on or 'any date'}; there are {known}"], cure))
        return self._lake.whole(table, business_date=on or nights[-1])

    def car(self, columns: Sequence[str] = (), on: date | None = None) -> "DataFrame":
        """Return the customer record (dws.car) of a night, by default the newest: one row per subscriber.

        `columns` selects columns besides subscriber_id. StoreError lists the existing nights or columns if one is unknown.
        """
        _refuse_unknown(columns)
        rows = self.snapshot(CAR, on)
        return rows.select("subscriber_id", *(name for name in columns if name != "subscriber_id")) if columns else rows

    def latest(self, tags: Sequence[str], subscribers: "Iterable[str] | None" = None) -> "DataFrame":
        """Return tags of the newest night, one row per subscriber; of these subscribers (tokens) if they are given.

        A subscriber that the night does not know has no row. StoreError as for `car`.
        """
        rows = self.car(tags)
        return rows if subscribers is None else rows.where(rows["subscriber_id"].isin(list(subscribers)))

    def training_frame(self, labels: "DataFrame | pd.DataFrame", tags: Sequence[str], date: str = "date") -> "DataFrame":
        """Return the labels with each tag as it was known on the label's date.

        `labels` has `subscriber_id`, the date in the column that `date` names, and any other columns; a subscriber may have many dates. The
        result has the same rows and columns, then the tags; they are null if the date did not know the subscriber. An event counts if it
        happened by the date and its delivery was known by then: later corrections and late deliveries are not seen. Dates need no night of
        their own; those without one are made from the facts, all in one pass. StoreError names unknown columns and dates without facts.
        """
        from pyspark.sql import functions as F

        _refuse_unknown(tags)
        rows = labels if hasattr(labels, "sparkSession") else self._lake.spark.createDataFrame(labels)
        _refuse_labels(rows.columns, tags, date)
        dated = rows.select("subscriber_id", F.to_date(F.col(date)).alias("business_date"), F.struct(*rows.columns).alias(_LABEL))
        return self._beside(dated, tags).select(f"{_LABEL}.*", *tags)

    def _beside(self, labels: "DataFrame", tags: Sequence[str]) -> "DataFrame":
        days = labels.select("business_date").where("business_date IS NOT NULL").distinct().collect()
        dates = sorted(row.business_date for row in days)
        newest = max((load["known_on"] for load in self._lake.log(OPS_LOAD)), default=None)
        late = dates[-1] if dates else None
        if late is None or newest is None or late > newest:
            fault = f"labels go up to {late or 'no date'}, and deliveries are known up to {newest or 'no date'}"
            raise StoreError(teach("Training frame", [fault], "leave later labels out, or load the days first."))
        try:
            return Past(self._lake).beside(labels, dates, tags)
        except NotPublishedError as error:
            raise StoreError(f"{error}\n  Or leave the labels of earlier dates out.") from None

    def dictionary(self) -> "pd.DataFrame":
        """Return the dictionary, one row per column of the customer record: label, family, type, unit, meaning, what null means.

        Columns that are no tags have the family `record`.
        """
        import pandas as pd

        return pd.DataFrame([*dictionary_rows(), *record_rows()]).set_index("tag")


def _refuse_unknown(names: Sequence[str]) -> None:
    known = [column.name for column in CAR.columns]
    for name in names:
        if name not in known:
            raise StoreError(unknown("column", name, known))


def _refuse_labels(columns: Sequence[str], tags: Sequence[str], date: str) -> None:
    faults = [f"no column {name}" for name in ("subscriber_id", date) if name not in columns]
    faults += [f"a column has the name of the tag {name}" for name in tags if name in columns]
    if not tags:
        faults.append("no tag is asked for")
    if faults:
        cure = "give labels with subscriber_id and a date, and other names than those of the tags."
        raise StoreError(teach("Training frame", [f"{fault}; the labels have {', '.join(columns)}" for fault in faults], cure))
