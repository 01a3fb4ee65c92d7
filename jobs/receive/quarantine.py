"""Stores the rows of a night that cannot be loaded: their reasons in the lake, their text in the vault."""

from typing import TYPE_CHECKING

from expectations.checks import is_code
from expectations.feed import Feed
from expectations.tables.ops import OPS_QUARANTINE
from expectations.tables.vault import VAULT_QUARANTINE
from jobs.runtime.job_run import JobRun

if TYPE_CHECKING:
    import pyarrow as pa


def quarantine(run: JobRun, feed: Feed, broken: "pa.Table | None") -> None:
    """Store the rows with their reasons, and their text in the vault; they replace those of an earlier run of the night."""
    import pyarrow as pa

    kept_back: pa.Table | None = None
    if broken is not None:
        # A catalogue's code is not personal. Readers use the last good row of a quarantined code.
        codes = broken.column(feed.code).to_pylist() if feed.code else [None] * len(broken)
        shown = pa.array([code if is_code(code) else None for code in codes], pa.string())
        named = pa.repeat(pa.scalar(feed.name), len(broken))
        kept_back = broken.select([name for name in broken.column_names if name not in ("feed", "code")])
        kept_back = kept_back.append_column("feed", named).append_column("code", shown)
    for table in (VAULT_QUARANTINE, OPS_QUARANTINE):
        names = [column.name for column in table.columns]
        run.lake.records.replace(table, kept_back.select(names) if kept_back is not None else [], of_feed(feed, run))


def has_quarantined(run: JobRun, feed: Feed) -> bool:
    """Whether an earlier run of the same night quarantined rows of the feed."""
    files = [file for table in (OPS_QUARANTINE, VAULT_QUARANTINE) for file in run.lake.at(table).present()]
    return any(file.partition["feed"] == feed.name and run.since <= file.partition["known_on"] <= run.on for file in files)


def of_feed(feed: Feed, run: JobRun) -> str:
    """SQL for the feed's own rows of the night (or range) in a log that all feeds share."""
    return f"feed = '{feed.name}' AND known_on >= DATE '{run.since}' AND known_on <= DATE '{run.on}'"
