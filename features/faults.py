"""Checks a family and its tag declarations; one sentence for each fault."""

import inspect
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import get_args

from expectations.columns import SUBSCRIBER_ID
from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from features.aggregates import AGGREGATES, MOST_DAYS, Way
from features.reads import Lookup, Read, Rows, Yesterday
from features.tag import EACH, TYPES, Quantity, parameters, takes_any
from features.windows import Window

_NAME = re.compile("[a-z][a-z0-9_]{0,63}")
# Names that compute uses itself.
RESERVED = ("on", "subscribers", "absent", "moment", "sums")


def of_reads(reads: Mapping[str, Read]) -> Iterator[str]:
    """Yield faults of a family's reads."""
    for name, read in reads.items():
        if name in RESERVED:
            yield f"a read is called {name}, a name that compute uses itself: choose another"
        if isinstance(read, Rows | Lookup) and read.table.name == DWD_SUBSCRIBER.name:
            yield f"read {name} is the spine, which every family has: use derived or carry"
        if isinstance(read, Rows) and read.keeps_sums and (read.table.event_date is None or read.is_monthly):
            yield f"read {name} keeps sums, and {read.table.name} is no daily fact"
        if isinstance(read, Lookup) and read.table.event_date is None:
            yield f"read {name} is a lookup in {read.table.name}, which is no full extract"
    if sum(isinstance(read, Yesterday) for read in reads.values()) > 1:
        yield "it reads its own yesterday twice"


def of_family(name: str, reads: Mapping[str, Read]) -> Iterator[str]:
    """Faults of a family's name and reads."""
    if not _NAME.fullmatch(name):
        yield f"name {name!r} is that of a table; use small letters, digits and _"
    for called, read in reads.items():
        if not isinstance(read, get_args(Read)):
            yield f"read {called} is a {type(read).__name__}; expected one of {', '.join(of.__name__ for of in get_args(Read))}"
            return
        if not _NAME.fullmatch(called):
            yield f"a read is called {called!r}, which no function can take; use small letters, digits and _"
    yield from of_reads(reads)


def of_per(per: Mapping[str, str]) -> Iterator[str]:
    """Faults of the categories of a tag per category."""
    if not isinstance(per, Mapping):
        yield f"per is {per!r}; expected categories with their Chinese names, as {{'video': '视频'}}"
        return
    for key, chinese in per.items():
        if not isinstance(key, str) or not _NAME.fullmatch(key):
            yield f"category {key!r} begins a tag's name; use small letters, digits and _"
        if not isinstance(chinese, str) or not chinese.strip():
            yield f"category {key!r} has no Chinese name"
    labels = Counter(str(chinese) for chinese in per.values())
    yield from (f"{times} categories have the Chinese name {chinese}" for chinese, times in labels.items() if times > 1)


def of_words(function: Quantity, label: str, unit: str, type: str | None, per: Mapping[str, str]) -> Iterator[str]:
    """Yield faults of the texts that people read: docstring, label, unit, type."""
    meaning = inspect.getdoc(function)
    if not meaning:
        yield "the function has no docstring; its first line is the description that people read"
    if not label:
        yield "the Chinese label is empty"
    if type in ("int", "bigint") and not unit:
        yield "a figure needs a unit, for example unit='messages'"
    if type not in TYPES:
        yield f"type {type} is not one of {', '.join(TYPES)}"
    if per and not (EACH in label and EACH in (meaning or "").split("\n")[0]):
        yield f"tags per category need {EACH} in the label and in the docstring's first line, as the place of the category"


def of_names(names: Sequence[str], declared: Collection[str], is_carried: bool) -> Iterator[str]:
    """Yield faults of the names of the new tags."""
    for name, times in Counter(names).items():
        if times > 1 or name in declared:
            yield f"tag {name} is declared twice"
        if not is_carried and name in {column.name for column in DWD_SUBSCRIBER.columns}:
            yield f"tag {name} has the name of a column of {DWD_SUBSCRIBER.name}; use carry for that column, or choose another name"


def of_parameters(function: Quantity, per: Mapping[str, str], allowed: Collection[str], form: str) -> Iterator[str]:
    """Yield faults of the function's parameters. With `per` the first is the category; the form decides which others are allowed."""
    asked = parameters(function)
    if per:
        if not asked or asked[0] in ("on", *allowed):
            yield "a tag per category needs a function whose first parameter is the category"
            return
        asked = asked[1:]
    if form == "windowed" and asked:
        yield f"the function of a windowed tag takes no parameter, and this one takes {', '.join(asked)}"
        return
    for name in asked:
        if name not in allowed:
            yield f"the function takes {name}; {form} tags may take {', '.join(sorted(allowed))}"


def of_takes(function: Quantity, per: Mapping[str, str], takes: Mapping[str, Sequence[str]], beside: Collection[str]) -> Iterator[str]:
    """Yield faults of the reads that a function takes for each category."""
    if takes_any(function) != bool(takes):
        yield "a function takes **of, other reads for each category, if and only if takes= lists them"
    if takes and takes.keys() != per.keys():
        yield f"takes has the categories {', '.join(takes)}; expected those of per: {', '.join(per) or 'none'}"
    for key, names in takes.items():
        yield from (f"category {key} takes {name}; expected one of {', '.join(sorted(beside))}" for name in names if name not in beside)


def of_aggregate(aggregate: str, of: str | None, reads: Mapping[str, Read], windows: Sequence[Window], form: str) -> Iterator[str]:
    """Yield faults of the aggregate, its rows and its windows."""
    if aggregate not in AGGREGATES:
        yield f"aggregate {aggregate!r} is not one of {', '.join(AGGREGATES)}"
    if Window("month", 1) in windows:
        yield "the single month 1 is months=(1,)"
    if form == "windowed" and not windows:
        yield "it has no window: give days, months or single_months"
    rows = reads.get(of) if of else None
    if not isinstance(rows, Rows):
        wanted = "a fact" if form == "windowed" else "a snapshot"
        yield f"it is not clear which rows are meant: {form} tags need one read of {wanted}, or of= to name it"
        return
    if form == "windowed" and rows.table.event_date is None:
        yield f"{rows.table.name} is a snapshot: use aggregated"
    if form == "aggregated" and rows.table.event_date is not None:
        yield f"{rows.table.name} is a fact: use windowed"
    if rows.is_monthly and any(window.is_open for window in windows):
        yield f"{rows.table.name} is monthly: use months or single_months"
    if aggregate == "active_days" and rows.table.grain != (SUBSCRIBER_ID.name,):
        yield f"active_days counts rows, and {rows.table.name} may have several a day"
    if aggregate == "days" and any(window.most_days > MOST_DAYS for window in windows):
        yield f"aggregate days counts at most {MOST_DAYS} days, and a window is longer"
    if aggregate == "latest" and not rows.newest_by:
        yield f"aggregate latest needs the newest_by of the rows of {rows.table.name}"


def of_way(aggregate: str, way: Way, rows: Read | None) -> Iterator[str]:
    """Yield faults of what an aggregate needs besides its quantity."""
    kind = AGGREGATES.get(aggregate)
    if kind is None or not isinstance(rows, Rows):
        return
    columns = [column.name for column in rows.table.columns]
    if kind.compares and way.by not in columns:
        yield f"aggregate {aggregate} compares the values of a column: by= names one of {', '.join(columns)}"
    if not kind.compares and way.by is not None:
        yield f"aggregate {aggregate} takes no by="
    if way.k != 1 and (aggregate != "top" or not isinstance(way.k, int) or way.k < 1):
        yield f"k is {way.k!r}: aggregate top takes a number of values from 1 up, others take none"
    if (aggregate == "decayed") != (isinstance(way.half_life, int) and way.half_life > 0):
        yield f"half_life is {way.half_life!r}: aggregate decayed takes a number of days from 1 up, others take none"
