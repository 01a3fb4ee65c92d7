"""The wide row: the families' tags of one subscriber side by side, as audiences and models see it."""

import re
from collections.abc import Iterable
from functools import reduce
from typing import TYPE_CHECKING

from features.library import FAMILIES

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from features.family import Family


def named_in(predicate: str) -> set[str]:
    """Every word of a Spark SQL predicate that may be a column, keywords among them."""
    return set(re.findall(r"[a-z_][a-z0-9_]*", predicate))


def families_with(columns: Iterable[str]) -> "tuple[Family, ...]":
    """The families that hold any of these columns: what a reader has to wait for, and no more."""
    wanted = set(columns)
    return tuple(family for family in FAMILIES if wanted & {tag.column.name for tag in family.tags})


def wide_rows(spine: "DataFrame", tags: "Iterable[DataFrame]") -> "DataFrame":
    """The spine's rows with the tags of each frame, all of one business date; a column that is there already is not taken again."""

    def beside(row: "DataFrame", frame: "DataFrame") -> "DataFrame":
        taken = (set(frame.columns) & set(row.columns)) - {"subscriber_id"}
        return row.join(frame.drop("business_date", *taken), "subscriber_id", "left")

    return reduce(beside, tags, spine)
