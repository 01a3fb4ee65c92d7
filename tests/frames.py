"""Frames as text tables, so that a test shows its rows.

    frame(spark, ODS_BILL, \"\"\"
        subscriber_id | month      | bill_fen
        loyal         | 2026-02-01 | 5800
        joined        | 2026-03-01 |
    \"\"\")

Types come from the contract, columns that are left out are null, and so is an empty cell. In a column that holds tokens a role name
(`loyal`, at most 16 letters) stands for the token made of its letters' hex codes, filled up with zeros to 32 digits; `rows` turns it
back. Codes of a set are divided by `;`, and so are the entries
of a map: `saving_fen:740;fee_fen:1000`.
"""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from pyspark.sql import DataFrame, SparkSession

from expectations.checks import IS_TOKEN
from expectations.contract import Table
from features.library import wide_columns

# The row that audiences and models see, as a table of its own for the tests.
WIDE = Table(name="tag.wide", owner="tests", comment="All tags in one row.", key=("subscriber_id",), columns=wide_columns())
READ: dict[str, Callable[[str], Any]] = {
    "string": str,
    "int": int,
    "bigint": int,
    "double": float,
    "boolean": lambda text: {"true": True, "false": False}[text],
    "date": date.fromisoformat,
    # Without a zone Spark would take the machine's, not the business's.
    "timestamp": lambda text: datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai")),
    "array<string>": lambda text: text.split(";"),
    "map<string,bigint>": lambda text: {name: int(value) for name, value in (pair.split(":") for pair in text.split(";"))},
}
TOKEN = re.compile("[0-9a-f]{32}")


def token(role: str) -> str:
    """The token of a role: its letters in hex, zeros up to 32 digits; a token stays what it is."""
    if TOKEN.fullmatch(role):
        return role
    digits = role.encode().hex()
    if len(digits) > 32:
        raise ValueError(f"role name {role!r} is longer than 16 letters")
    return digits.ljust(32, "0")


def role(value: Any) -> Any:
    """The role a token stands for; anything else as it is."""
    if not isinstance(value, str) or not TOKEN.fullmatch(value):
        return value
    letters = bytes.fromhex(value).rstrip(b"\0")
    return letters.decode() if letters.isascii() and letters.decode().isprintable() else value


def frame(spark: SparkSession, table: Table, text: str = "") -> DataFrame:
    """The text as a frame of this table; ContractError when it names a column that the table does not have."""
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    named = lines[0] if lines else []
    for name in named:
        table.column(name)
    given = [dict(zip(named, line, strict=True)) for line in lines[1:]]
    values = [tuple(_value(table, column.name, line.get(column.name, "")) for column in table.columns) for line in given]
    return spark.createDataFrame(values, table.ddl)


def _value(table: Table, name: str, text: str) -> Any:
    column = table.column(name)
    if not text:
        return None
    return token(text) if IS_TOKEN in column.checks else READ[column.type](text)


def rows(frame: DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    """The rows (of these columns, or all), tokens as roles, sorted with nulls last."""
    chosen = frame.select(*columns) if columns else frame
    found = [tuple(role(value) for value in row) for row in chosen.collect()]
    return sorted(found, key=lambda row: [(value is None, str(value)) for value in row])


def by_role(frame: DataFrame, *columns: str) -> dict[str, Any]:
    """Role -> the one column's value, or a tuple of several."""
    found = {row[0]: row[1:] for row in rows(frame, "subscriber_id", *columns)}
    return {who: values[0] if len(columns) == 1 else values for who, values in found.items()}
