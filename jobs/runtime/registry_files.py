"""MLflow's own files below the home: its database and its artifacts, which move together."""

import sqlite3
from contextlib import closing
from pathlib import Path

EXPERIMENT = "chudian"
# MLflow records where artifacts are as absolute addresses, in these places.
ADDRESSES = (
    ("experiments", "artifact_location"),
    ("runs", "artifact_uri"),
    ("logged_models", "artifact_location"),
    ("model_versions", "storage_location"),
    ("model_versions", "source"),
)


def database(home: Path) -> Path:
    """The database of runs and registered models."""
    return home / "mlflow" / "mlflow.db"


def artifacts(home: Path) -> Path:
    """The folder of models, cards and pictures."""
    return home / "mlflow" / "artifacts"


def follow_the_home(home: Path) -> None:
    """Make the database point to the artifacts beside it, if the home was moved or copied since they were recorded; in one transaction."""
    file = database(home)
    if not file.exists():
        return
    with closing(sqlite3.connect(file, timeout=60, isolation_level=None)) as records:
        if _recorded(records) in (None, artifacts(home).as_uri()):
            return
        records.execute("BEGIN IMMEDIATE")
        # Asked again: another process may have done it since.
        if recorded := _recorded(records):
            for table, column in ADDRESSES:
                _move(records, table, column, recorded, artifacts(home).as_uri())
        records.execute("COMMIT")


def _move(records: sqlite3.Connection, table: str, column: str, old: str, new: str) -> None:
    """Write the new address for the old one and for all below it."""
    is_below = f"{column} = ? OR substr({column}, 1, ?) = ?"
    moved = (new, len(old) + 1, old, len(old) + 1, f"{old}/")
    records.execute(f"UPDATE {table} SET {column} = ? || substr({column}, ?) WHERE {is_below}", moved)


def _recorded(records: sqlite3.Connection) -> str | None:
    """Where the artifacts were when they were recorded; None before the first model."""
    if not records.execute("SELECT 1 FROM sqlite_master WHERE name = 'experiments'").fetchone():
        return None
    row = records.execute("SELECT artifact_location FROM experiments WHERE name = ?", (EXPERIMENT,)).fetchone()
    return str(row[0]) if row and row[0] else None
