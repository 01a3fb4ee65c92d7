"""The outbox: list files appear under their final names whole or not at all, the manifest after them, `.ok` last."""

import csv
import gzip
import hashlib
import io
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from expectations.channel import MANIFEST, ListForm
from expectations.errors import ChudianError

OK = ".ok"
Say = Callable[..., None]


class OutboxError(ChudianError):
    """Something in the outbox was not written by chudian."""


def list_bytes(form: ListForm, rows: Iterable[Sequence[Any]]) -> bytes:
    """A list file's content: header and rows; gzip without time or name, so that the same rows are the same bytes.

    A character that the channel's encoding lacks becomes `?` rather than losing the row.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=form.delimiter, lineterminator="\n")
    if form.header:
        writer.writerow(form.columns)
    writer.writerows(["" if value is None else value for value in row] for row in rows)
    content = text.getvalue().encode(form.encoding, errors="replace")
    return gzip.compress(content, compresslevel=6, mtime=0) if form.compression else content


def place(folder: Path, files: Mapping[str, bytes], manifest: dict[str, Any], say: Say) -> None:
    """Make the folder hold exactly these files, the manifest and `.ok`.

    What is there already with the same bytes is left alone, so a re-run changes nothing and a channel that is reading notices nothing. A
    folder that must change loses its `.ok` first: a channel that finds none waits.
    """
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {**files, MANIFEST: json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True).encode()}
    differing = [name for name, content in wanted.items() if not _holds(folder / name, content)]
    surplus = [path for path in folder.iterdir() if path.name not in wanted and path.name != OK]
    if differing or surplus:
        (folder / OK).unlink(missing_ok=True)
    for path in surplus:
        path.unlink()
    for name in differing:
        _rename_into_place(folder, name, wanted[name])
        say("file renamed", file=f"{folder.name}/{name}")
    say("before ok", folder=str(folder.relative_to(folder.parents[2])))
    if not (folder / OK).exists():
        _rename_into_place(folder, OK, b"")


def withdraw(folder: Path) -> None:
    """Remove a list that the night no longer has, `.ok` first."""
    (folder / OK).unlink(missing_ok=True)
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()


def described(content: bytes, rows: int) -> dict[str, Any]:
    """What a manifest says of a file."""
    return {"rows": rows, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def manifests(outbox: Path, on: date) -> Iterator[tuple[Path, dict[str, Any], bool]]:
    """(folder, manifest, complete) of every list of business date `on`; complete means that `.ok` and every file are there.

    OutboxError when a manifest is not one of ours: somebody else wrote into the outbox.
    """
    for path in sorted(outbox.glob(f"*/*/{on}/{MANIFEST}")):
        try:
            manifest = json.loads(path.read_text("utf-8"))
            files = [path.parent / entry["file"] for entry in manifest["files"] if entry["file"]]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise OutboxError(
                f"{path} is no manifest of chudian's ({type(error).__name__}).\n  To mend it: chudian night {on} --from publish"
            ) from None
        yield path.parent, manifest, (path.parent / OK).exists() and all(file.is_file() for file in files)


def _holds(path: Path, content: bytes) -> bool:
    return path.is_file() and path.stat().st_size == len(content) and path.read_bytes() == content


def _rename_into_place(folder: Path, name: str, content: bytes) -> None:
    """Written and synced under another name, then renamed: the final name never shows a part of the content."""
    written = folder / f".{name}.part"
    with written.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    written.rename(folder / name)
