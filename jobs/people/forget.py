"""Forgets a person: deletes what leads to them, makes their token unlinkable, and keeps later extracts from bringing them back."""

import csv
import gzip
import io
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from expectations.channel import MANIFEST, UNKNOWN_ENTRANTS, ListForm
from expectations.checks import literal
from expectations.errors import ChudianError, teach
from expectations.feeds import FEEDS
from expectations.tables.vault import VAULT_FORGOTTEN, VAULT_IDENTITY, VAULT_NUMBER, VAULT_PERSON, VAULT_QUARANTINE
from jobs.people.begun import Begun
from jobs.people.customer import refuse_if_closed
from jobs.people.landing import forget_in_landing
from jobs.people.person import Person, person_with
from jobs.people.rotate import rotate
from jobs.people.search import Found, search
from jobs.publish.list_files import ListFile
from jobs.publish.outbox import Part, place
from jobs.receive.releases import keep_released
from jobs.runtime.forgotten import forgotten_key
from jobs.runtime.lake import Lake
from jobs.runtime.place import remove
from jobs.runtime.purge import purge
from jobs.runtime.vault import token


@dataclass(frozen=True)
class Proof:
    """Hits of the person's identifiers by folder of the home, before and after, what was deleted, by kind, and what was not searched."""

    before: Counter[str]
    after: Counter[str]
    deleted: dict[str, int]
    unreadable: tuple[Path, ...] = ()
    elsewhere: tuple[str, ...] = ()


class ForgetError(ChudianError):
    """Somebody cannot be forgotten yet. Nothing was deleted."""


def to_forget(lake: Lake, number: str, on: date | None = None) -> Person:
    """Return whom `forget` would forget: the holder of the number, or of a killed run its person. Errors as there."""
    refuse_if_closed(lake)
    begun = Begun.of(lake.settings.vault, number)
    return begun.person if begun else person_with(lake, number, on)


def forget(lake: Lake, number: str, on: date | None = None) -> Proof:
    """Forget the holder of the number, now or on that day. The home must be locked. CustomerError when nobody or more than one held it.

    If it is killed, run it again with the same number. RotationError, VaultError, or ForgetError for a damaged file, before anything is
    deleted; BegunError when another number has to be run again first.
    """
    home, outside = lake.settings.home, [Path(lake.settings.lake)] if Path(lake.settings.lake).exists() else []
    extra = [path for path in outside if not path.is_relative_to(home)]
    begun, person = Begun.of(lake.settings.vault, number), to_forget(lake, number, on)
    before = search(home, extra, person.secrets)
    _refuse_damaged(lake, before)
    begun = begun or Begun.begin(lake.settings.vault, number, person)
    if not begun.is_rotated:
        _rotate(lake, begun)
    _remember_hashes(lake, person)
    vault, theirs = lake.settings.vault, _any("subscriber_id", person.tokens)
    deleted = {"lines of the landing": forget_in_landing(lake.settings.landing, person)}
    keep_released(lake)
    deleted["rows of lists"] = forget_in_outbox(lake.settings.outbox, person)
    deleted["errors"] = _forget_in_errors(vault / "errors", person)
    remove(f"{vault}/stage")
    deleted["quarantined rows"] = purge(lake, VAULT_QUARANTINE, _of_quarantine(lake, person))
    deleted["rows of vault.person"] = purge(lake, VAULT_PERSON, theirs)
    deleted["rows of vault.identity"] = purge(lake, VAULT_IDENTITY, _any("token", person.identities))
    deleted["rows of vault.number"] = purge(lake, VAULT_NUMBER, theirs)
    begun.end()
    after = search(home, extra, person.secrets)
    places = (lake.settings.lake, lake.settings.mlflow_uri)
    elsewhere = tuple(place for place in places if "://" in place and not place.startswith("sqlite://"))
    return Proof(before.hits, after.hits, deleted, after.unreadable, elsewhere)


def _rotate(lake: Lake, begun: Begun) -> None:
    """Replace the key. If it is refused, nothing has begun."""
    try:
        rotate(lake)
    except ChudianError:
        if not begun.is_rotated:
            begun.end()
        raise


def _refuse_damaged(lake: Lake, found: Found) -> None:
    """ForgetError when a file from which lines have to be deleted cannot be read to its end."""
    folders = (lake.settings.landing, lake.settings.outbox, lake.settings.vault)
    faults = [f"{path} cannot be read to its end" for path in found.unreadable if any(map(path.is_relative_to, folders))]
    if faults:
        cure = "replace each by a whole file, or remove it; then forget again. A load that has succeeded does not need its file any more."
        raise ForgetError(teach("Nobody is forgotten: the person may be in a damaged file", faults, cure))


def _remember_hashes(lake: Lake, person: Person) -> None:
    """Add the hashes by which receive drops the person."""
    key = forgotten_key(lake.settings.vault).read_bytes()
    stored = {row["hash"] for row in lake.records.rows(VAULT_FORGOTTEN)}
    ids = [("user", one) for one in sorted(person.users)] + [("number", one) for one in sorted(person.last_held())]
    (own,) = person.tokens
    rows = [
        {"identity": identity, "hash": token(key, identity, raw), "length": len(raw), "token": own, "ended_on": None, "known_on": None}
        for identity, raw in ids
        if token(key, identity, raw) not in stored
    ]
    if rows:
        lake.records.append(VAULT_FORGOTTEN, rows)


def _any(column: str, values: frozenset[str]) -> list[str]:
    """Return one condition for tokens, which may be in a log."""
    return [f"{column} IN ({', '.join(map(literal, sorted(values)))})"] if values else []


def _of_quarantine(lake: Lake, person: Person) -> list[str]:
    """Return a condition for each quarantined row of the person, by load, file and line."""
    rows = lake.records.rows(VAULT_QUARANTINE)
    theirs = [row for row in rows if row["text"] and person.is_line_of(row["text"], FEEDS.get(row["feed"]), row["known_on"])]
    return [f"load_id = '{row['load_id']}' AND file = '{row['file']}' AND line = {row['line']}" for row in theirs]


def _forget_in_errors(folder: Path, person: Person) -> int:
    """Remove stored errors that quote the person."""
    quoting = [path for path in folder.glob("*.txt") if person.is_in(path.read_text("utf-8", "replace"), date.max)]
    for path in quoting:
        path.unlink()
    return len(quoting)


def forget_in_outbox(outbox: Path, person: Person) -> int:
    """Remove the person's rows from every list and push. A folder that changes loses its `.ok` meanwhile, and its manifest is made true."""
    removed = 0
    for path in sorted(outbox.rglob(MANIFEST)):
        told = json.loads(path.read_text("utf-8"))
        default = told.get("unknown_entrants")
        files = {UNKNOWN_ENTRANTS: _as_it_is(path.parent, default)} if default else {}
        count = 0
        for entry in told["files"]:
            if entry["file"]:
                part, dropped = _without(path.parent / entry["file"], told, entry, person)
                files[entry["file"]] = part
                entry |= part.described
                count += dropped
        if count:
            place(path.parent, files, told, lambda *_, **__: None)
        removed += count
    return removed


def _as_it_is(folder: Path, entry: dict[str, Any]) -> Part:
    return Part(folder / entry["file"], entry["rows"], entry["bytes"], entry["sha256"])


def _without(path: Path, told: dict[str, Any], entry: dict[str, Any], person: Person) -> tuple[Part, int]:
    """Write a list's file without the person's rows beside the list. Return it, and the number of rows left out."""
    day = date.fromisoformat(told["business_date"])
    columns = tuple(told["columns"])
    of_number = columns.index("number") if "number" in columns else None
    rows = list(_rows(path, told))
    kept = [row for row in rows if of_number is None or not person.is_in(row[of_number], day)]
    if len(kept) == len(rows):
        return _as_it_is(path.parent, entry), 0
    form = ListForm(
        columns=columns,
        **{name: told[name] for name in ("header", "delimiter", "encoding", "compression")},
        # Lists of former releases have no such key.
        for_people=told.get("for_people", False),
    )
    file = ListFile(path.parent.with_name(f"{path.parent.name}-{path.name}"), form)
    for row in kept:
        file.add(dict(zip(columns, row, strict=True)))
    file.close()
    return Part(file.path, file.rows, file.size, file.sha256), len(rows) - len(kept)


def _rows(path: Path, told: dict[str, Any]) -> Iterator[list[str]]:
    content = path.read_bytes()
    text = (gzip.decompress(content) if told["compression"] else content).decode(told["encoding"])
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=told["delimiter"])
    if told["header"]:
        next(rows, None)
    yield from rows
