"""The customer record: the tags of all families in one row, once a night, for all readers."""

from datetime import date
from typing import TYPE_CHECKING, Any

from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from features.library import CAR, FAMILIES
from features.moment import Moment
from features.wide import car_rows
from jobs.runtime.job import table_job
from jobs.runtime.reads import IfMade, Snapshot

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_FAMILIES: dict[str, Any] = {family.name: IfMade(family.table) for family in FAMILIES}


@table_job(writes=CAR, subscribers=Snapshot(DWD_SUBSCRIBER), **_FAMILIES)
def write_car(on: date, subscribers: "DataFrame", **families: "DataFrame | None") -> "DataFrame":
    """Write the customer record. If a family has no table tonight, its columns are null, and scenarios and models that need it wait.

    Correct the family's job and run the night again.
    """
    return car_rows(Moment({on: {}}), subscribers, families)
