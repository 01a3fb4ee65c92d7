"""From lines of text to typed, tokenised rows, each with every reason why it cannot be loaded."""

from collections.abc import Sequence
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING

from expectations.feed import Feed
from jobs.receive.cells import computed_sql, event_date_sql, field_sql, line_sql, reasons_sql
from jobs.receive.deliveries import Delivery, Part
from jobs.receive.header import BYTE_ORDER_MARK
from jobs.receive.to_vault import personal, text_of_identities, token_of, with_identities
from jobs.receive.web import with_web
from jobs.receive.weighing import FORGOTTEN
from jobs.runtime.forgotten import Forgotten

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession

_NO_QUOTE = "\u0000"
LINES_APART = "file STRING, known_on DATE, at BIGINT, value BINARY"


def parsed(
    spark: "SparkSession",
    feed: Feed,
    accepted: list[Delivery],
    key: Path,
    known: "DataFrame | None" = None,
    forgotten: Forgotten | None = None,
    apart: str | None = None,
) -> "DataFrame":
    """Return one row per line: the ods table's columns, the place of the line (`file`, `block`, `at`), `reasons` and `text`.

    `reasons` is empty for a row that can be loaded and null for a blank line, which is not a row. Personal text for the vault is in columns
    of their own, see jobs/receive/to_vault.py. `known` is vault.identity after the key was rotated: an identifier in it has that token.
    A row of somebody who was `forgotten` has only that reason, and no text. `apart` is a folder with the lines that were set apart
    (jobs/receive/plainly.py): then only these are read.
    """
    from pyspark.sql import functions as F

    layouts: dict[tuple[str, ...], list[tuple[Delivery, Part]]] = {}
    for delivery in accepted:
        for part in delivery.parts:
            layouts.setdefault(part.header.columns if part.header else (), []).append((delivery, part))
    each = [split_cells(feed, lines_of(spark, feed, parts, apart), columns) for columns, parts in layouts.items()]
    cells = with_identities(feed, reduce(lambda one, other: one.unionByName(other), each), known)
    own = [F.expr(event_date_sql(feed)).alias(feed.table.event_date or "day"), F.lit(feed.name).alias("feed")]
    typed = cells.select("*", *own, *(_filled(feed, to, key, known is not None) for field in feed.fields for to, _ in field.fills))
    if feed.web:
        typed = with_web(feed.web, typed)
    if feed.computed:
        typed = typed.select("*", *(F.expr(computed_sql(feed, computed)).alias(computed.to) for computed in feed.computed))
    kept = [F.col(column.name) for column in feed.table.columns]
    # Repeated keys and days that are not loaded are found only after staging, so the text of those rows is stored until then.
    text = F.col("text") if feed.table.key or feed.days > 1 else F.when(F.size("reasons") > 0, F.col("text")).alias("text")
    reasons = F.expr(reasons_sql(feed))
    if forgotten:
        is_theirs = F.col("is_of_forgotten")
        typed = typed.withColumn("is_of_forgotten", forgotten.among(text_of_identities(feed), F.col("data_date")))
        typed = typed.withColumn("text", F.when(~is_theirs, F.col("text")))
        reasons = F.when(is_theirs, F.array(F.lit(FORGOTTEN))).otherwise(reasons)
    return typed.withColumn("reasons", reasons).select(*kept, "file", "block", "at", "reasons", text, *personal(feed))


def lines_of(spark: "SparkSession", feed: Feed, accepted: list[tuple[Delivery, Part]], apart: str | None = None) -> "DataFrame":
    """Return decoded lines with their delivery and their place: `at` grows by one per line within a block of a file.

    Of lines that were set `apart`, `at` is the line number.
    """
    from pyspark.sql import functions as F

    # Ctrl-Z ends a file that was on a DOS system.
    text = F.expr(f"rtrim('\\r\\u001a', decode(CAST(value AS BINARY), '{feed.encoding}'))").alias("text")
    if apart:
        lines = spark.read.schema(LINES_APART).parquet(apart).select("file", "known_on", F.lit(0).alias("block"), "at", text)
    else:
        lines = (
            spark.read.option("lineSep", "\n")
            .text([str(part.file) for _, part in accepted])
            .select(
                F.col("_metadata.file_name").alias("file"),
                # A correction in a later folder may have the same file name.
                F.regexp_extract("_metadata.file_path", "/([0-9]{4}-[0-9]{2}-[0-9]{2})/[^/]+/[^/]+$", 1).cast("date").alias("known_on"),
                F.col("_metadata.file_block_start").alias("block"),
                F.monotonically_increasing_id().alias("at"),
                text,
            )
        )
    belongs = spark.createDataFrame(
        [(part.file.name, d.load_id, d.data_date, d.known_on, part.header.text if part.header else None) for d, part in accepted],
        "file STRING, load_id STRING, data_date DATE, known_on DATE, header STRING",
    )
    return lines.join(F.broadcast(belongs), ["file", "known_on"])


def split_cells(feed: Feed, lines: "DataFrame", columns: Sequence[str] = ()) -> "DataFrame":
    """Return the lines without headers. `raw` is a struct of the fields' text, with `_corrupt` if a line has another number of columns.

    `columns` are the names in the file's header, by default those that are declared. `width` is their number. A declared column that the
    file does not have is null.
    """
    from pyspark.sql import functions as F

    options = {
        "sep": feed.delimiter,
        "quote": feed.quote or _NO_QUOTE,
        "escape": (feed.escape if feed.quote else None) or feed.quote or "\\",
        "columnNameOfCorruptRecord": "_corrupt",
    }
    declared = [field.name for field in feed.fields]
    columns = columns or declared
    # Names that are not declared may have any characters.
    named = [name if name in declared else f"_ignored_{place}" for place, name in enumerate(columns)]
    raw_ddl = ", ".join(f"`{name}` STRING" for name in named) + ", `_corrupt` STRING"
    rows = (
        lines.where(f"header IS NULL OR ltrim('{BYTE_ORDER_MARK}', text) != header").drop("header") if feed.header else lines.drop("header")
    )
    cells = rows.withColumns({"raw": F.from_csv(F.expr(line_sql(feed)), raw_ddl, options), "width": F.lit(len(columns))})
    if list(columns) == declared:
        return cells
    by_name = [f"raw.`{name}`" if name in named else f"CAST(NULL AS STRING) AS `{name}`" for name in declared]
    whole = F.expr(f"CASE WHEN raw IS NOT NULL THEN struct({', '.join([*by_name, 'raw._corrupt'])}) END")
    return cells.withColumn("raw", whole)


def numbered(feed: Feed, rows: "DataFrame", few: "DataFrame") -> "DataFrame":
    """Return the few rows with `line`, their line number in the file.

    It is computed afterwards and only for them, so that small files can be read many at a time and large ones in blocks.
    """
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    of_file = ["known_on", "file"]
    blocks = rows.groupBy(*of_file, "block").agg(F.min("at").alias("first"), F.count("*").alias("lines"))
    before = F.coalesce(
        F.sum("lines").over(Window.partitionBy(*of_file).orderBy("block").rowsBetween(Window.unboundedPreceding, -1)), F.lit(0)
    )
    offsets = blocks.select(*of_file, "block", (before - F.col("first") + 1).alias("offset"))
    return few.join(F.broadcast(offsets), [*of_file, "block"]).withColumn("line", F.col("at") + F.col("offset") + int(feed.header))


def _filled(feed: Feed, to: str, key: Path, some_known: bool) -> "Column":
    from pyspark.sql import functions as F

    form = next(form for field in feed.fields for name, form in field.fills if name == to)
    if form.identity:
        return token_of(to, form.identity, key, some_known).alias(to)
    return F.expr(field_sql(feed, next(field for field in feed.fields if to in dict(field.fills)), to)).alias(to)
