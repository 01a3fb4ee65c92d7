"""The wide row: all facts about one subscriber in one row, for audiences and models."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from features.library import CAR, FAMILIES
from features.moment import Moment

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame


def named_in(predicate: str) -> set[str]:
    """Return every word of a Spark SQL predicate that may be a column, including keywords."""
    return set(re.findall(r"[a-z_][a-z0-9_]*", predicate))


def car_rows(moment: Moment, subscribers: "DataFrame", families: "Mapping[str, DataFrame | None]") -> "DataFrame":
    """Return the CAR of a night, or of several: the spine's rows with the tags of all families.

    The tags of a family without a table are null.
    """
    from pyspark.sql import functions as F

    key, tags = list(moment.key), {tag.column.name for family in FAMILIES for tag in family.tags}
    own = [column.name for column in CAR.columns if column.name != "business_date"]
    row = subscribers.select(*(name for name in own if name not in tags), *key[1:])
    found: dict[str, Column] = {}
    for family in FAMILIES:
        frame, columns = families[family.name], [tag.column for tag in family.tags]
        if frame is None:
            found |= {column.name: F.lit(None).cast(column.type).alias(column.name) for column in columns}
        else:
            # Each join copies the row so far. A struct is copied as one value, hundreds of columns one by one.
            packed = F.struct(*(column.name for column in columns)).alias(f"_{family.name}")
            row = row.join(frame.select(*key, packed), key, "left")
            found |= {column.name: F.col(f"_{family.name}.{column.name}").alias(column.name) for column in columns}
    return row.select(*(found.get(name, name) for name in own), moment.on.alias("business_date"))
