"""MLflow's own files below the home: its database and its artifacts, which move together."""

import sqlite3
from contextlib import closing
from pathlib import Path

EXPERIMENT = "chudian"
# The places where MLflow stores absolute addresses of artifacts.
ADDRESSES = (
    ("experiments", "artifact_location"),
    ("runs", "artifact_uri"),
    ("logged_models", "artifact_location"),
    ("model_versions", "storage_location"),
    ("model_versions", "source"),
)


def database(home: Path) -> Path:
    """Return the path of the database of runs and registered models."""
    return home / "mlflow" / "mlflow.db"


def artifacts(home: Path) -> Path:
    """Return the folder of models, cards and pictures."""
    return home / "mlflow" / "artifacts"


def follow_the_home(home: Path) -> None:
    """Make the database point to the artifacts beside it if the home was moved or copied, in one transaction."""
    file = database(home)
    if not file.exists():
        return
    with closing(sqlite3.connect(file, timeout=60, isolation_level=None)) as records:
        if _recorded(records) in (None, artifacts(home).as_uri()):
            return
        records.execute("BEGIN IMMEDIATE")
        # Checked again inside the transaction: another process may have changed the addresses meanwhile.
        if recorded := _recorded(records):
            for table, column in ADDRESSES:
                _move(records, table, column, recorded, artifacts(home).as_uri())
        records.execute("COMMIT")


def _move(records: sqlite3.Connection, table: str, column: str, old: str, new: str) -> None:
    """Replace the old address, and every address below it, by the new one."""
    is_below = f"{column} = ? OR substr({column}, 1, ?) = ?"
    moved = (new, len(old) + 1, old, len(old) + 1, f"{old}/")
    records.execute(f"UPDATE {table} SET {column} = ? || substr({column}, ?) WHERE {is_below}", moved)


def _recorded(records: sqlite3.Connection) -> str | None:
    """Return where the artifacts were when they were recorded; None before the first model."""
    if not records.execute("SELECT 1 FROM sqlite_master WHERE name = 'experiments'").fetchone():
        return None
    row = records.execute("SELECT artifact_location FROM experiments WHERE name = ?", (EXPERIMENT,)).fetchone()
    return str(row[0]) if row and row[0] else None
