"""What a tag is made of: the columns that its function names, read from the text of the Column that it returns."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple, cast

from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from features.family import Family
from features.library import FAMILIES
from features.reads import Lookup, Rows, TagsOf, Yesterday
from features.tag import Aggregated, Derived, NotArrived, Tags, parameters
from jobs.runtime.session import columns_without_spark

AnyTag = Aggregated | Derived | NotArrived
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Named(NamedTuple):
    """A column of a table that a tag's function names. The table of a tag is that of its family."""

    table: str
    column: str


class MadeOf(NamedTuple):
    """The text of a tag's Column, and the columns that it names; of a tag that counts missing days, a table alone."""

    text: str
    columns: tuple[Named, ...]


@lru_cache(maxsize=1)
def made_of() -> dict[str, MadeOf]:
    """Return what each tag is made of, by the tag's name. It takes a second and needs no Spark."""
    with columns_without_spark():
        return {tag.column.name: _made_of(family, tag) for family in FAMILIES for tag in family.tags}


def _made_of(family: Family, tag: AnyTag) -> MadeOf:
    if isinstance(tag, NotArrived):
        return MadeOf("", (Named(cast(Rows, family.reads[tag.of]).table.name, ""),))
    text = _text(family, tag)
    named = set(_WORD.findall(text))
    if isinstance(tag, Aggregated):
        table = cast(Rows, family.reads[tag.of]).table
        named |= {tag.way.by} if tag.way.by else set()
        found = [Named(table.name, column.name) for column in table.columns if column.name in named]
        # A count of all rows names no column.
        return MadeOf(text, tuple(found) or (Named(table.name, ""),))
    # A tag may take the same tag of tonight and of the night before.
    return MadeOf(text, tuple(dict.fromkeys(_of_the_row(family, tag, named))))


def _text(family: Family, tag: Aggregated | Derived) -> str:
    """Return the Column as text. Tags of other families are named `_<read>_<tag>` there."""
    from pyspark.sql import functions as F

    given: dict[str, Any] = {"on": F.col("D")}
    for name, read in family.reads.items():
        if isinstance(read, TagsOf | Yesterday):
            table = read.family.table if isinstance(read, TagsOf) else family.table
            # The frame is never read; it only says that there is one.
            given[name] = Tags(name, table, cast(Any, table))
    asked = tag.given if isinstance(tag, Derived) else parameters(tag.function)
    column = tag.function(**{name: given[name] for name in asked})
    return str(column).removeprefix("Column<'").removesuffix("'>")


def _of_the_row(family: Family, tag: Derived, named: set[str]) -> Iterator[Named]:
    own = {one.column.name: one for one in family.declared if one is not tag}
    for name in sorted(named & own.keys()):
        # What is no tag itself shows as what it is made of.
        is_tag = own[name] in family.tags
        yield from (Named(family.table.name, name),) if is_tag else _made_of(family, own[name]).columns
    for name, read in family.reads.items():
        if isinstance(read, TagsOf | Yesterday):
            table = read.family.table if isinstance(read, TagsOf) else family.table
            yield from (Named(table.name, column.name) for column in table.columns if f"_{name}_{column.name}" in named)
    seen = set(own)
    for table in (DWD_SUBSCRIBER, *(read.table for read in family.reads.values() if isinstance(read, Lookup))):
        # If both have a column, the spine's counts.
        yield from (Named(table.name, column.name) for column in table.columns if column.name in named - seen)
        seen |= {column.name for column in table.columns}
