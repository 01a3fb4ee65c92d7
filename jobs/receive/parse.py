"""Lines of text to typed, tokenised rows, each with every reason why it cannot be loaded."""

from pathlib import Path
from typing import TYPE_CHECKING

from expectations.feed import Feed, Field
from jobs.receive.deliveries import Delivery
from jobs.runtime.vault import tokenised

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession

_LINE_MASK = (1 << 33) - 1
_WHOLE_FILE = str(1 << 40)
_NO_QUOTE = "\u0000"


def parsed(spark: "SparkSession", feed: Feed, accepted: list[Delivery], key: Path) -> "DataFrame":
    """One row per line of the deliveries: the ods table's columns, `file`, `line`, `reasons` (empty: can be loaded), `text` where there are
    reasons, and the vault's raw column where the feed has one."""
    from pyspark.sql import functions as F

    lines = _lines(spark, feed, accepted)
    options = {"sep": feed.delimiter, "quote": feed.quote or _NO_QUOTE, "escape": feed.quote or "\\", "columnNameOfCorruptRecord": "_corrupt"}
    raw_ddl = ", ".join(f"`{field.name}` STRING" for field in feed.fields) + ", `_corrupt` STRING"
    cells = lines.withColumn("raw", F.from_csv("text", raw_ddl, options))
    typed = cells.select("*", *(_filled(field, to, key) for field in feed.fields for to, _ in field.fills))
    kept = [F.col(column.name) for column in feed.table.columns]
    numbers = [F.col(f"raw.`{feed.vault}`").alias("number")] if feed.vault else []
    reasons = _reasons(feed)
    return (
        typed.withColumnRenamed("event_date", feed.table.event_date or "day")
        .withColumn("reasons", reasons)
        .select(*kept, "file", "line", "reasons", F.when(F.size("reasons") > 0, F.col("text")).alias("text"), *numbers)
    )


def _lines(spark: "SparkSession", feed: Feed, accepted: list[Delivery]) -> "DataFrame":
    """Decoded lines with file, line number and the delivery they belong to."""
    from pyspark.sql import functions as F

    # One file is one piece, never split nor packed with another: so the row number within a task is the line number within the file.
    spark.conf.set("spark.sql.files.maxPartitionBytes", _WHOLE_FILE)
    spark.conf.set("spark.sql.files.openCostInBytes", _WHOLE_FILE)
    paths = [str(part.file) for delivery in accepted for part in delivery.parts]
    raw = spark.read.option("lineSep", "\n").text(paths).select(
        F.col("_metadata.file_name").alias("file"),
        (F.monotonically_increasing_id().bitwiseAND(_LINE_MASK) + 1).alias("line"),
        F.expr(f"rtrim('\\r', decode(CAST(value AS BINARY), '{feed.encoding}'))").alias("text"),
    )
    belongs = spark.createDataFrame(
        [(part.file.name, d.load_id, d.data_date, d.known_on) for d in accepted for part in d.parts],
        "file STRING, load_id STRING, event_date DATE, known_on DATE",
    )
    data = raw.where("line > 1") if feed.header else raw
    return data.join(F.broadcast(belongs), "file")


def _filled(field: Field, to: str, key: Path) -> "Column":
    from pyspark.sql import functions as F

    form = dict(field.fills)[to]
    if form.identity:
        return tokenised(F.col(f"raw.`{field.name}`"), form.identity, key).alias(to)
    return F.expr(form.sql.format(f"raw.`{field.name}`")).alias(to)


def _reasons(feed: Feed) -> "Column":
    """Every reason as an array of sentences without values; a line with the wrong number of columns is not looked into further."""
    from pyspark.sql import functions as F

    wrong_shape = "raw IS NULL OR raw._corrupt IS NOT NULL"
    came = f"size(split(text, '{_as_pattern(feed.delimiter)}', -1))"
    shape = f"CASE WHEN {wrong_shape} THEN concat('expected {len(feed.fields)} columns, came ', {came}) END"
    broken = f"CASE WHEN contains(text, '\ufffd') THEN 'bytes that are not {feed.encoding}' END"
    rules = [rule for field in feed.fields for rule in _field_rules(feed, field)]
    looked_into = ", ".join(f"CASE WHEN NOT ({wrong_shape}) AND {condition} THEN '{sentence}' END" for condition, sentence in rules)
    return F.expr(f"filter(array({shape}, {broken}, {looked_into}), reason -> reason IS NOT NULL)")


def _field_rules(feed: Feed, field: Field) -> list[tuple[str, str]]:
    """(condition, sentence) for each way a field can be wrong: its form, its event date, the checks of the column it fills."""
    raw = f"raw.`{field.name}`"
    rules = []
    if field.is_event_date:
        wrong_day = f"coalesce(CAST({field.form.sql.format(raw)} AS DATE) != {feed.table.event_date}, true)"
        rules.append((wrong_day, f"{field.name}: expected the data date of the delivery"))
    for to, form in field.fills:
        if not form.identity:
            rules.append((f"{raw} IS NOT NULL AND `{to}` IS NULL", f"{field.name}: expected {_plain(form.says)}"))
        for check in feed.table.column(to).checks:
            if check.severity == "fail":
                absent = f"{raw} IS NULL" if check.kind == "not null" else f"`{to}` IS NOT NULL AND {check.broken(to)}"
                words = "a value" if check.kind == "not null" else check.rule
                rules.append((absent, f"{field.name}: expected {_plain(words)}"))
    return rules


def _plain(words: str) -> str:
    return words.replace("\\", "").replace("'", "")


def _as_pattern(delimiter: str) -> str:
    """The delimiter as a pattern inside a SQL literal."""
    return f"\\\\x{ord(delimiter):02x}"
