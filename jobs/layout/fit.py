"""Whether a file fits a feed: the rules of receive applied to it, without loading it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from expectations.feed import Feed
from expectations.files import USUAL_NAMES, OkFile
from jobs.layout.sample import Sample, sample_of
from jobs.receive.deliveries import Delivery, deliveries
from jobs.receive.parse import numbered, parsed
from jobs.receive.repeats import SUPERSEDED, marked
from jobs.receive.weighing import too_many_bad

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

# Lines named for each reason.
MOST_LINES = 5


@dataclass(frozen=True)
class Misfit:
    """A reason why rows cannot be loaded: which column, how many rows, the first lines. No row's text is in it."""

    place: int | None
    reason: str
    rows: int
    lines: tuple[int, ...]


@dataclass(frozen=True)
class Fit:
    """The result: faults of the file as a whole, the rows that would be loaded, the reasons of the others, and how to declare the file."""

    faults: tuple[str, ...]
    rows: int
    loaded: int
    misfits: tuple[Misfit, ...]
    declare: tuple[str, ...]

    @property
    def is_good(self) -> bool:
        """Whether every row would be loaded, but for older states of a key: nothing is wrong with these."""
        return not self.faults and all(one.reason == SUPERSEDED for one in self.misfits)


def fit(spark: "SparkSession", feed: Feed, file: Path, data_date: date) -> Fit:
    """Read the file as the feed's only part of that data date. FeedError when it is no file that can be read."""
    sample = sample_of(file)
    declare = tuple(_differences(feed, sample))
    with TemporaryDirectory(prefix="chudian-") as folder:
        # Names and check file say nothing of the content. If only the packing differs, the lines can still be read.
        named = replace(feed, files=USUAL_NAMES, check=OkFile(), parts=None, scopes=(), gzip=sample.is_gzip)
        found = _as_delivery(named, file, data_date, Path(folder))
        if found.faults or found.rows is None:
            return Fit(found.faults, found.rows or 0, 0, (), declare)
        key = Path(folder) / "token.key"
        # The tokens are looked at by nobody.
        key.write_bytes(bytes(32))
        read = parsed(spark, feed, [found], key).where("reasons IS NOT NULL").cache()
        try:
            rows = marked(feed, read)
            superseded = f"count_if(array_contains(reasons, '{SUPERSEDED}')) AS superseded"
            counted = rows.selectExpr("count(*) AS rows", "count_if(size(reasons) = 0) AS loaded", superseded).collect()[0]
            misfits = tuple(_misfits(feed, rows)) if counted.loaded < counted.rows else ()
        finally:
            read.unpersist()
    # A wrong file has many broken rows, so the delivery would be refused.
    fault = too_many_bad(feed, counted.rows - counted.loaded - counted.superseded, counted.rows)
    return Fit((f"{fault}: the delivery would be refused whole",) if fault else (), counted.rows, counted.loaded, misfits, declare)


def _as_delivery(feed: Feed, file: Path, data_date: date, folder: Path) -> Delivery:
    """Return the file as a complete delivery of the feed, in a landing of its own."""
    landed = folder / "landing" / f"{data_date}" / feed.name
    landed.mkdir(parents=True)
    (landed / feed.part_name(data_date, 1, 1)).symlink_to(file.resolve())
    (landed / feed.check_name(data_date, 1)).touch()
    return next(deliveries(feed, folder / "landing", data_date, data_date))


def _misfits(feed: Feed, rows: "DataFrame") -> Iterator[Misfit]:
    from pyspark.sql import functions as F

    places = {field.name: place for place, field in enumerate(feed.fields, start=1)}
    few = rows.where(F.size("reasons") > 0)
    each = numbered(feed, rows, few).select("line", F.explode("reasons").alias("reason"))
    first = F.slice(F.sort_array(F.collect_list("line")), 1, MOST_LINES)
    for row in each.groupBy("reason").agg(F.count("*").alias("rows"), first.alias("lines")).orderBy(F.desc("rows"), "reason").collect():
        yield Misfit(places.get(row.reason.partition(":")[0]), row.reason, row.rows, tuple(row.lines))


def _differences(feed: Feed, sample: Sample) -> Iterator[str]:
    """Yield how the feed would be declared for the file, where it is declared otherwise."""
    if sample.is_gzip != feed.gzip:
        yield f"gzip={sample.is_gzip}"
    if sample.encoding != feed.encoding and not (sample.encoding == "utf-8" and _is_ascii(sample)):
        yield f'encoding="{sample.encoding}"'
    if sample.delimiter != feed.delimiter:
        yield f"delimiter={sample.delimiter!r}"
    if sample.quote != feed.quote and sample.quote is not None:
        yield f"quote={sample.quote!r}"
    if (sample.names is not None) != feed.header:
        yield f"header={sample.names is not None}"
    if sample.names is not None:
        yield from _order(feed, sample.names)
    elif sample.width != len(feed.fields):
        yield f"{sample.width} fields; the feed has {len(feed.fields)}"


def _is_ascii(sample: Sample) -> bool:
    return all(cell.isascii() for row in sample.rows for cell in row)


def _order(feed: Feed, names: tuple[str, ...]) -> Iterator[str]:
    known = {field.name: field for field in feed.fields}
    if names == tuple(known):
        return
    fills = {name: known[name].to if name in known else None for name in names}
    lines = [f'Field("{name}", "{to}", ...)' if to else f'Field("{name}", None)' for name, to in fills.items()]
    missing = [name for name in known if name not in names]
    yield "fields in the order of the header: " + ", ".join(lines)
    if missing:
        yield f"the header has none of the fields {', '.join(missing)}"
