"""Lines of text to typed, tokenised rows, each with every reason why it cannot be loaded."""

from pathlib import Path
from typing import TYPE_CHECKING

from expectations.checks import NOT_NULL, literal
from expectations.feed import Feed, Field
from expectations.forms import Form
from jobs.receive.deliveries import Delivery
from jobs.runtime.vault import tokenised

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession

_NO_QUOTE = "\u0000"
# A carriage return or a null inside a cell would go on into names of files and lines of lists; a byte order mark makes another text of one.
_CONTROL = r"[\p{Cc}\u2028\u2029\ufeff]"


def parsed(spark: "SparkSession", feed: Feed, accepted: list[Delivery], key: Path) -> "DataFrame":
    """One row per line: the ods table's columns, where it stood (`file`, `block`, `at`), `reasons` (empty: can be loaded; null: a blank
    line, which is no row), `text` where there are reasons, and the vault's raw column where
    the feed has one."""
    from pyspark.sql import functions as F

    cells = split_cells(feed, lines_of(spark, feed, accepted))
    typed = cells.select("*", *(_filled(field, to, key) for field in feed.fields for to, _ in field.fills))
    kept = [F.col(column.name) for column in feed.table.columns]
    numbers = [F.col(f"raw.`{feed.vault}`").alias("number")] if feed.vault else []
    # A row that repeats a key is found only after staging, so where there is a key every row's text is kept until then.
    text = F.col("text") if feed.table.key else F.when(F.size("reasons") > 0, F.col("text")).alias("text")
    return (
        typed.withColumnRenamed("event_date", feed.table.event_date or "day")
        .withColumn("reasons", _reasons(feed))
        .select(*kept, "file", "block", "at", "reasons", text, *numbers)
    )


def lines_of(spark: "SparkSession", feed: Feed, accepted: list[Delivery]) -> "DataFrame":
    """Decoded lines with the delivery they belong to, and where they stood: `at` grows by one a line within a block of a file."""
    from pyspark.sql import functions as F

    paths = [str(part.file) for delivery in accepted for part in delivery.parts]
    lines = (
        spark.read.option("lineSep", "\n")
        .text(paths)
        .select(
            F.col("_metadata.file_name").alias("file"),
            # A correction may bear the name of the file it corrects, in a later folder: the folder tells them apart.
            F.regexp_extract("_metadata.file_path", "/([0-9]{4}-[0-9]{2}-[0-9]{2})/[^/]+/[^/]+$", 1).cast("date").alias("known_on"),
            F.col("_metadata.file_block_start").alias("block"),
            F.monotonically_increasing_id().alias("at"),
            # Ctrl-Z ends a file that has gone through DOS.
            F.expr(f"rtrim('\\r\\u001a', decode(CAST(value AS BINARY), '{feed.encoding}'))").alias("text"),
        )
    )
    belongs = spark.createDataFrame(
        [(part.file.name, d.load_id, d.data_date, d.known_on) for d in accepted for part in d.parts],
        "file STRING, load_id STRING, event_date DATE, known_on DATE",
    )
    return lines.join(F.broadcast(belongs), ["file", "known_on"])


def split_cells(feed: Feed, lines: "DataFrame") -> "DataFrame":
    """The lines but headers, with `raw`: a struct of the fields' text, and `_corrupt` where a line has not as many."""
    from pyspark.sql import functions as F

    options = {
        "sep": feed.delimiter,
        "quote": feed.quote or _NO_QUOTE,
        "escape": feed.quote or "\\",
        "columnNameOfCorruptRecord": "_corrupt",
    }
    raw_ddl = ", ".join(f"`{field.name}` STRING" for field in feed.fields) + ", `_corrupt` STRING"
    cells = lines.withColumn("raw", F.from_csv("text", raw_ddl, options))
    if not feed.header:
        return cells
    # What the driver has held against the declaration; no row of data reads like it.
    is_header = " AND ".join(f"raw.`{field.name}` = '{field.name}'" for field in feed.fields)
    return cells.where(f"NOT coalesce({is_header}, false)")


def numbered(feed: Feed, rows: "DataFrame", few: "DataFrame") -> "DataFrame":
    """The few rows with `line`, their line number in the file: found afterwards and for them alone, so that small files can be read
    many at a time and large ones in blocks."""
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    of_file = ["known_on", "load_id", "file"]
    blocks = rows.groupBy(*of_file, "block").agg(F.min("at").alias("first"), F.count("*").alias("lines"))
    before = F.coalesce(
        F.sum("lines").over(Window.partitionBy(*of_file).orderBy("block").rowsBetween(Window.unboundedPreceding, -1)), F.lit(0)
    )
    offsets = blocks.select(*of_file, "block", (before - F.col("first") + 1).alias("offset"))
    return few.join(F.broadcast(offsets), [*of_file, "block"]).withColumn("line", F.col("at") + F.col("offset") + int(feed.header))


def _filled(field: Field, to: str, key: Path) -> "Column":
    from pyspark.sql import functions as F

    form = dict(field.fills)[to]
    fitting = F.expr(_value(field, form))
    return (tokenised(fitting, form.identity, key) if form.identity else fitting).alias(to)


def _cell(field: Field) -> str:
    """The field's text without the spaces around it; null when nothing is left: fixed-width exports fill up with spaces."""
    return f"nullif(trim(raw.`{field.name}`), '')"


def _value(field: Field, form: Form) -> str:
    """What the field's text stands for under a form; null for a sentinel and where the text does not fit."""
    # A space beside an identifier is a fault of the file, and told as one.
    fitting = form.sql.format(f"raw.`{field.name}`" if form.identity else _cell(field))
    return f"CASE WHEN {_is_sentinel(field)} THEN NULL ELSE {fitting} END" if field.sentinels else fitting


def _is_sentinel(field: Field) -> str:
    return f"coalesce({_cell(field)} IN ({', '.join(map(literal, field.sentinels))}), false)" if field.sentinels else "false"


def _reasons(feed: Feed) -> "Column":
    """Every reason as an array of sentences without values; a line with the wrong number of columns is not looked into further."""
    from pyspark.sql import functions as F

    wrong_shape = "(raw IS NULL OR raw._corrupt IS NOT NULL)"
    came = f"size(split(text, '{_as_pattern(feed.delimiter)}', -1))"
    rules = [
        (wrong_shape, f"concat('expected {len(feed.fields)} columns, came ', {came})"),
        ("contains(text, '\ufffd')", f"'bytes that are not {feed.encoding}'"),
    ]
    looked_into = [rule for field in feed.fields for rule in _field_rules(feed, field)]
    rules += [(f"(NOT {wrong_shape} AND {condition})", f"'{sentence}'") for condition, sentence in looked_into]
    # Hardly a row is broken, and the array of a fine one would cost more than splitting and typing it. Cells are searched for control
    # characters one by one only where their line has any beside the delimiter.
    beside = rf"[{_CONTROL}&&[^\x{ord(feed.delimiter):02x}]]"
    has_control = f"text RLIKE {literal(beside)}"
    is_broken = " OR ".join([has_control, *(condition for condition, _ in rules)])
    rules += [
        (
            f"(NOT {wrong_shape} AND raw.`{field.name}` RLIKE {literal(_CONTROL)})",
            f"'{field.name}: a control character or a byte order mark in the text'",
        )
        for field in feed.fields
        if field.fills
    ]
    each = ", ".join(f"CASE WHEN {condition} THEN {sentence} END" for condition, sentence in rules)
    none = "CAST(array() AS ARRAY<STRING>)"
    is_blank = "trim(BOTH ' \\r\\u001a' FROM text) = ''"
    found = f"filter(array({each}), reason -> reason IS NOT NULL)"
    return F.expr(f"CASE WHEN {is_blank} THEN NULL WHEN {is_broken} THEN {found} ELSE {none} END")


def _field_rules(feed: Feed, field: Field) -> list[tuple[str, str]]:
    """(condition, sentence) for each way a field can be wrong: its form, its event date, the checks of the column it fills."""
    cell, is_sentinel = _cell(field), _is_sentinel(field)
    rules = []
    if field.is_event_date:
        wrong_day = f"coalesce(CAST({field.form.sql.format(cell)} AS DATE) != {feed.table.event_date}, true)"
        rules.append((wrong_day, f"{field.name}: expected the data date of the delivery"))
    for to, form in field.fills:
        absent, or_sentinel = f"`{to}` IS NULL AND {cell} IS NULL", "".join(f", or {text}" for text in field.sentinels)
        unfit = f"`{to}` IS NULL AND {cell} IS NOT NULL AND NOT {is_sentinel}"
        rules.append((unfit, f"{field.name}: expected {_plain(form.says + or_sentinel)}"))
        if field.sentinels:
            rules.append((absent, f"{field.name}: expected a value{or_sentinel}"))
        for check in feed.table.column(to).checks:
            if check == NOT_NULL:
                rules.append((absent, f"{field.name}: expected a value"))
            elif check.severity == "fail":
                rules.append((check.broken(to), f"{field.name}: expected {_plain(check.rule)}"))
    return rules


def _plain(words: str) -> str:
    return words.replace("\\", "").replace("'", "")


def _as_pattern(delimiter: str) -> str:
    """The delimiter as a pattern inside a SQL literal."""
    return f"\\\\x{ord(delimiter):02x}"
