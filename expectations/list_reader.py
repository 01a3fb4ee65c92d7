"""Reads the lists of a channel: a reference for the channel's engineer. It needs Python 3.11 alone; take this one file.

    python list_reader.py outbox/sms/c10_data_without_plan/wave1/2026-03-04

prints one JSON object per row, with --unknown-entrants one per offer to customers who are in no list yet. In a program use `read_list` and
`read_unknown_entrants`. Nothing is returned before every file was found whole.
"""

import argparse
import csv
import gzip
import hashlib
import io
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MANIFEST, OK = "manifest.json", ".ok"
SCHEMA_VERSIONS = (1, 2)
# That file is written in the same way for all channels; its first line has the names of its columns.
UNKNOWN_ENTRANTS_FORM: dict[str, Any] = {"columns": None, "header": True, "delimiter": ",", "encoding": "utf-8", "compression": None}


class ListError(Exception):
    """The list is not complete, or not what its manifest says. Do not use any of its rows."""


def wait_for(folder: Path, seconds: float, every: float = 60.0) -> None:
    """Wait until the folder has .ok. ListError when it has none after so many seconds."""
    until = time.monotonic() + seconds
    while not (folder / OK).exists():
        if time.monotonic() >= until:
            raise ListError(f"{folder} has no {OK}. The list is not there yet; there may be none tonight.")
        time.sleep(min(every, max(0.0, until - time.monotonic())))


def read_list(folder: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a complete list by column name, in the order of the files. Every cell is text; an empty one is null.

    ListError when .ok is missing, a file differs from the manifest, or the list was written again meanwhile: then read it again.
    """
    manifest, contents = _complete(folder)
    found = [_rows(folder, entry, contents, manifest) for entry in manifest["files"] if entry["file"]]
    for rows in found:
        yield from rows


def read_unknown_entrants(folder: Path) -> Iterator[dict[str, str]]:
    """Yield the offers to customers who are in no list because they joined after `entered_after`: one per county; none for most lists.

    ListError as for `read_list`.
    """
    manifest, contents = _complete(folder)
    if entry := manifest.get("unknown_entrants"):
        yield from _rows(folder, entry, contents, UNKNOWN_ENTRANTS_FORM)


def _complete(folder: Path) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return the manifest, and the contents of all files that it names. ListError as for `read_list`."""
    if not (folder / OK).exists():
        raise ListError(f"{folder} has no {OK}. Wait until it has.")
    told = (folder / MANIFEST).read_bytes()
    manifest = json.loads(told)
    if manifest["schema_version"] not in SCHEMA_VERSIONS:
        raise ListError(f"{folder}: schema version {manifest['schema_version']} is newer than this reader. Take the new one.")
    entries = [*manifest["files"], manifest.get("unknown_entrants")]
    contents = {entry["file"]: _whole(folder, entry) for entry in entries if entry and entry["file"]}
    # A night that runs again removes .ok before it changes a file.
    if not (folder / OK).exists() or (folder / MANIFEST).read_bytes() != told:
        raise ListError(f"{folder} was written again meanwhile. Read it again when it has {OK}.")
    return manifest, contents


def _whole(folder: Path, entry: dict[str, Any]) -> bytes:
    """Return the bytes of a file. ListError when its size or hash differs."""
    path = folder / str(entry["file"])
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ListError(f"{path} cannot be read: {error.strerror}.") from None
    if (len(content), hashlib.sha256(content).hexdigest()) != (entry["bytes"], entry["sha256"]):
        raise ListError(f"{path} differs from the manifest: it was cut off or changed.")
    return content


def _rows(folder: Path, entry: dict[str, Any], contents: dict[str, bytes], form: dict[str, Any]) -> list[dict[str, str]]:
    """Return the rows of a file. ListError when they are not as many as the manifest says."""
    content = contents[entry["file"]]
    plain = gzip.decompress(content) if form["compression"] == "gz" else content
    lines = list(csv.reader(io.StringIO(plain.decode(form["encoding"]), newline=""), delimiter=form["delimiter"]))
    columns = form["columns"] or lines[0]
    rows = [dict(zip(columns, cells, strict=True)) for cells in (lines[1:] if form["header"] else lines)]
    if len(rows) != entry["rows"]:
        raise ListError(f"{folder / entry['file']}: {entry['rows']} rows by the manifest, got {len(rows)}.")
    return rows


def main() -> int:
    """Print the rows of a list; return 1 and say why when it must not be used."""
    parser = argparse.ArgumentParser(description="Print the rows of a complete list as JSON, one per line.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--wait", type=float, default=0.0, metavar="SECONDS", help="wait so long for .ok")
    parser.add_argument("--unknown-entrants", action="store_true", help="print the offers to customers who are in no list yet")
    asked = parser.parse_args()
    try:
        wait_for(asked.folder, asked.wait)
        for row in (read_unknown_entrants if asked.unknown_entrants else read_list)(asked.folder):
            sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
    except ListError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
