"""Rotation of the token key: later tokens are made with a new key, tokens that exist stay."""

from datetime import date
from typing import TYPE_CHECKING

from expectations.errors import ChudianError, teach
from expectations.feed import Feed
from expectations.feeds import FEEDS
from expectations.tables.vault import VAULT_FORGOTTEN, VAULT_IDENTITY
from jobs.runtime.lake import Lake
from jobs.runtime.loads import place_in
from jobs.runtime.vault import key_path, rotate_key, take_new_variable
from jobs.runtime.writing import parquet_rows

if TYPE_CHECKING:
    import pyarrow as pa


class RotationError(ChudianError):
    """A rotation would give subscribers other tokens."""


def rotate(lake: Lake) -> int:
    """Replace the key and return the number of identifiers whose tokens are stored. The home must be locked.

    RotationError when a subscriber of the newest extract is not in vault.identity: they would get another token. VaultError as for
    key_path.
    """
    if not lake.settings.key_variable:
        key_path(lake.settings.vault)
    stored = lake.at(VAULT_IDENTITY)
    tokens = parquet_rows(stored.location, ["token"], [file.path for file in stored.present()]) if stored.present() else None
    # The lake still has the rows of people who were forgotten.
    gone = {row["token"] for row in lake.records.rows(VAULT_FORGOTTEN)} - {None}
    faults = [fault for feed in FEEDS.values() if feed.introduces for fault in _not_stored(lake, feed, tokens, gone)]
    if faults:
        cure = "run a night that receives the feed, then rotate: `chudian night` stores each identifier beside its token."
        raise RotationError(teach("The token key is not rotated", faults, cure))
    if lake.settings.key_variable:
        take_new_variable(lake.settings)
    else:
        rotate_key(lake.settings.vault)
    return 0 if tokens is None else tokens.num_rows


def _not_stored(lake: Lake, feed: Feed, tokens: "pa.Table | None", gone: set[str]) -> list[str]:
    """Return, for each column with tokens that the feed introduces, how many of its newest extract's tokens are not stored.

    Rows with a token in `gone` are left out.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    places = {load.place for load in lake.latest(feed.table, date.max) if load.feed == feed.name}
    files = [file.path for file in lake.at(feed.table).present() if place_in(feed.table, file.partition) in places]
    columns = [to for field in feed.fields for to, form in field.fills if form.identity in feed.introduces]
    if not files:
        return []
    rows = parquet_rows(lake.location(feed.table), columns, files)
    for name in columns:
        rows = rows.filter(pc.invert(pc.is_in(rows.column(name), value_set=pa.array(sorted(gone), pa.string()))))
    missing = {}
    for name in columns:
        came = pc.unique(rows.column(name).drop_null())
        known = pc.is_in(came, value_set=tokens.column("token").cast(pa.string())) if tokens is not None else None
        missing[name] = len(came) - (pc.sum(known).as_py() or 0 if known is not None else 0)
    return [f"{count} {name} of {feed.table.name} not in {VAULT_IDENTITY.name}" for name, count in missing.items() if count]
