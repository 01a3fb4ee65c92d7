"""Reads the lists of a channel: a reference for the channel's engineer. It needs Python 3.11 alone; take this one file.

    python list_reader.py outbox/sms/c10_data_without_plan/wave1/2026-03-04

prints one JSON object per row. `read_list` does so in a program. Nothing is returned before every file was found whole.
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

MANIFEST, OK = "manifest.json", ".ok"
SCHEMA_VERSIONS = (1, 2)


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
    if not (folder / OK).exists():
        raise ListError(f"{folder} has no {OK}. Wait until it has.")
    told = (folder / MANIFEST).read_bytes()
    manifest = json.loads(told)
    if manifest["schema_version"] not in SCHEMA_VERSIONS:
        raise ListError(f"{folder}: schema version {manifest['schema_version']} is newer than this reader. Take the new one.")
    contents = {entry["file"]: _whole(folder, entry) for entry in manifest["files"] if entry["file"]}
    # A night that runs again removes .ok before it changes a file.
    if not (folder / OK).exists() or (folder / MANIFEST).read_bytes() != told:
        raise ListError(f"{folder} was written again meanwhile. Read it again when it has {OK}.")
    rows = {name: list(_rows(content, manifest)) for name, content in contents.items()}
    for entry in manifest["files"]:
        if entry["file"] and len(rows[entry["file"]]) != entry["rows"]:
            raise ListError(f"{folder / entry['file']}: {entry['rows']} rows by the manifest, got {len(rows[entry['file']])}.")
    for found in rows.values():
        yield from found


def _whole(folder: Path, entry: dict[str, object]) -> bytes:
    """Return the bytes of a file. ListError when its size or hash differs."""
    path = folder / str(entry["file"])
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ListError(f"{path} cannot be read: {error.strerror}.") from None
    if (len(content), hashlib.sha256(content).hexdigest()) != (entry["bytes"], entry["sha256"]):
        raise ListError(f"{path} differs from the manifest: it was cut off or changed.")
    return content


def _rows(content: bytes, manifest: dict[str, object]) -> Iterator[dict[str, str]]:
    plain = gzip.decompress(content) if manifest["compression"] == "gz" else content
    lines = csv.reader(io.StringIO(plain.decode(str(manifest["encoding"])), newline=""), delimiter=str(manifest["delimiter"]))
    columns = manifest["columns"]
    if not isinstance(columns, list):
        raise ListError("The manifest has no columns.")
    for number, cells in enumerate(lines):
        if number or not manifest["header"]:
            yield dict(zip(columns, cells, strict=True))


def main() -> int:
    """Print the rows of a list; return 1 and say why when it must not be used."""
    parser = argparse.ArgumentParser(description="Print the rows of a complete list as JSON, one per line.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--wait", type=float, default=0.0, metavar="SECONDS", help="wait so long for .ok")
    asked = parser.parse_args()
    try:
        wait_for(asked.folder, asked.wait)
        for row in read_list(asked.folder):
            sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
    except ListError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
