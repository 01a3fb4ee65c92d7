"""Deletes rows of a table of the vault so that nothing of them stays on the disk: neither in old files nor in the table's log."""

from pathlib import Path

from expectations.contract import Table
from jobs.runtime.lake import Lake
from jobs.runtime.place import uri_of


def purge(lake: Lake, table: Table, conditions: list[str]) -> int:
    """Delete the rows that match any condition (Delta SQL without personal values, which the log would quote). Return how many.

    All earlier versions of the table are lost. The home must be locked.
    """
    from deltalake import DeltaTable

    files = lake.at(table)
    handle = files.opened()
    if handle is None:
        return 0
    deleted = sum(handle.delete(condition).get("num_deleted_rows", 0) for condition in conditions)
    files.forget()
    handle = DeltaTable(uri_of(files.location))
    # A log before its checkpoint is not read any more. Its bounds of columns may be somebody's number.
    handle.create_checkpoint()
    kept = {Path(files.location) / file.path for file in lake.at(table).present()}
    log, version = Path(files.location) / "_delta_log", handle.version()
    for path in Path(files.location).rglob("*.parquet"):
        if path not in kept and log not in path.parents:
            path.unlink()
    for path in log.iterdir():
        number = path.name.split(".")[0]
        if number.isdigit() and int(number) < version:
            path.unlink()
    return deleted
