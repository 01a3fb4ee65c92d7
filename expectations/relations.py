"""`Covers`: a relation of a delivery to the rows of another table."""

from dataclasses import dataclass
from typing import Literal

from expectations.contract import Table
from expectations.errors import FeedError, teach
from expectations.typed import type_faults


@dataclass(frozen=True)
class Covers:
    """Of the other table's keys at least so many per mille have a row in the delivery.

    Keys are compared by the columns `by`, which both tables have. The other table is read as the night before knew it, so that the result
    does not depend on which of two feeds is received first. A delivery that covers less is held until somebody releases it, or, with
    `otherwise="warn"`, loaded with a warning.
    """

    table: Table
    by: tuple[str, ...]
    at_least_per_mille: int
    otherwise: Literal["hold", "warn"] = "hold"

    def __post_init__(self) -> None:
        faults = type_faults(self)
        if not faults:
            names = {column.name for column in self.table.columns}
            faults = [f"table {self.table.name} has no column {name}" for name in self.by if name not in names]
            faults += [] if self.by else ["by is empty, expected the columns of the key"]
            faults += [] if self.table.kind == "fact" else [f"table {self.table.name} is filled by no feed"]
            share = self.at_least_per_mille
            faults += [] if 1 <= share <= 1000 else [f"at_least_per_mille is {share}, expected 1 to 1000"]
        if faults:
            raise FeedError(teach("Covers", faults, 'write it like Covers(ODS_SUBSCRIBER, ("subscriber_id",), at_least_per_mille=900)'))
