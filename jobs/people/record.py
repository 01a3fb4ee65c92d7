"""A record of a view on the screen: its figures in one table, and each part with several rows in a table of its own."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.table import Table as Grid

from expectations.contract import Table
from jobs.screen import grid_of

HERE = ZoneInfo("Asia/Shanghai")


def as_grids(record: Mapping[str, Any], table: Table, personal: Sequence[str] = ()) -> Iterator[tuple[str, Grid]]:
    """Yield the record as headed tables. `personal` are fields that come from the vault.

    A part without rows says none, one that was not made says so with the contract's words for null.
    """
    columns = {column.name: column for column in table.columns}
    parts = [name for name in columns if columns[name].type.startswith("array<struct")]
    if personal:
        person = grid_of("field", "value")
        for name in personal:
            person.add_row(name, shown(record.get(name)))
        yield "Person", person
    figures = grid_of("field", "label", "value", "unit")
    for name in (name for name in columns if name not in parts):
        figures.add_row(name, columns[name].label, shown(record.get(name)), columns[name].unit)
    yield f"As of {record.get('business_date') or 'no night'}", figures
    for name in parts:
        heading = " ".join(filter(None, (name.replace("_", " "), columns[name].label)))
        rows = record.get(name)
        if rows:
            yield heading, _rows(rows)
        else:
            yield f"{heading}: {'none' if rows is not None else columns[name].null_means or 'no view'}", Grid(box=None)


def _rows(rows: Sequence[Mapping[str, Any]]) -> Grid:
    """Return the rows as a table, without columns that are empty in all of them, and without the tokens of people with numbers."""
    names = [name for name in rows[0] if any(row[name] not in (None, []) for row in rows)]
    names = [name for name in names if name != "subscriber_id" or "number" not in names]
    grid = grid_of(*names)
    for row in rows:
        grid.add_row(*(shown(row[name]) for name in names))
    return grid


def shown(value: Any) -> str:
    """Return a value as a person reads it: nothing for null, times of the province, several values with ; between."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value.astimezone(HERE) if value.tzinfo else value:%Y-%m-%d %H:%M}"
    if isinstance(value, list):
        return "; ".join(map(shown, value))
    return f"{value:,}" if isinstance(value, int) else str(value)
