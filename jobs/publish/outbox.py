"""The outbox: each list file appears complete under its final name, then the manifest, and `.ok` last."""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from expectations.channel import MANIFEST
from expectations.errors import ChudianError, teach
from jobs.runtime.whole_file import write_whole

OK = ".ok"
# Below the outbox, for files that Spark's tasks are writing, so that a rename into a list's folder stays on one disk. Lists and pushes are
# written by jobs that run at the same time.
WRITING = ".writing"
WRITING_PUSHES = ".writing_pushes"
WRITING_RECALLS = ".writing_recalls"
Say = Callable[..., None]


class OutboxError(ChudianError):
    """Something in the outbox was not written by chudian."""


class PublishError(ChudianError):
    """Lists or pushes could not be written."""


@dataclass(frozen=True)
class Part:
    """A written file that is not yet in a list's folder. `seeds` of its rows are test numbers of the operator."""

    path: Path
    rows: int
    size: int
    sha256: str
    seeds: int = 0

    @property
    def described(self) -> dict[str, Any]:
        """Return the file's entry in the manifest."""
        seeds = {"seeds": self.seeds} if self.seeds else {}
        return {"rows": self.rows, "bytes": self.size, "sha256": self.sha256, **seeds}


def place(folder: Path, files: Mapping[str, Part], manifest: dict[str, Any], say: Say) -> None:
    """Make the folder contain exactly these files, by name, the manifest and `.ok`.

    An existing file with the same bytes is left alone: a re-run changes nothing, and a channel may be reading it. If the folder must
    change, its `.ok` is removed first, so that channels wait.
    """
    folder.mkdir(parents=True, exist_ok=True)
    told = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True).encode()
    differing = [name for name, part in files.items() if not _holds(folder / name, part)]
    is_told = (folder / MANIFEST).is_file() and (folder / MANIFEST).read_bytes() == told
    surplus = [path for path in folder.iterdir() if path.name not in {*files, MANIFEST, OK}]
    if differing or surplus or not is_told:
        unready(folder)
    for path in surplus:
        path.unlink()
    for name in differing:
        files[name].path.replace(folder / name)
        say("file renamed", file=f"{folder.name}/{name}")
    if not is_told:
        write_whole(folder / MANIFEST, told)
        say("file renamed", file=f"{folder.name}/{MANIFEST}")
    say("before ok", folder=str(folder.relative_to(folder.parents[3])))
    if not (folder / OK).exists():
        write_whole(folder / OK, b"")


def unready(folder: Path) -> None:
    """Remove the list's `.ok`: its channel waits until it is back."""
    (folder / OK).unlink(missing_ok=True)


def has_gone_out(folder: Path, run_id: str) -> bool:
    """Whether a channel finds exactly these files in the folder: it has `.ok`, and its manifest has this `run_id`."""
    if not (folder / OK).exists():
        return False
    try:
        return bool(json.loads((folder / MANIFEST).read_text("utf-8"))["run_id"] == run_id)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def withdraw(folder: Path) -> None:
    """Remove a list or a recall that the night no longer has, `.ok` first."""
    unready(folder)
    shutil.rmtree(folder)


def lists_of(outbox: Path, on: date) -> list[Path]:
    """Return the folders of all lists of business date `on`: <channel>/<scenario>/<step>/<on>."""
    return sorted(outbox.glob(f"*/*/*/{on}"))


def manifests(outbox: Path, on: date) -> Iterator[tuple[Path, dict[str, Any], bool]]:
    """Return (folder, manifest, complete) of every list of business date `on`; complete means that `.ok` and every file exist.

    OutboxError when a manifest was not written by chudian.
    """
    for path in (folder / MANIFEST for folder in lists_of(outbox, on)):
        if not path.exists():
            continue
        try:
            manifest = json.loads(path.read_text("utf-8"))
            files = [path.parent / entry["file"] for entry in manifest["files"] if entry["file"]]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise OutboxError(
                f"{path} is no manifest of chudian's ({type(error).__name__}).\n  To mend it: chudian night {on} --from publish"
            ) from None
        yield path.parent, manifest, (path.parent / OK).exists() and all(file.is_file() for file in files)


def _holds(path: Path, part: Part) -> bool:
    if not path.is_file() or path.stat().st_size != part.size:
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == part.sha256


def make_anew(folder: Path, outbox: Path) -> None:
    """Make the folder for tasks, without what a killed run left. PublishError when the outbox cannot be written."""
    try:
        clear(folder.parent)
        folder.mkdir(parents=True)
    except OSError as error:
        fault = f"{error.filename or folder}: {error.strerror}"
        raise PublishError(teach(f"The outbox {outbox}", [fault], "make it a folder that chudian may write, then run again.")) from None


def clear(writing: Path) -> None:
    """Remove files that tasks wrote for no list, including those of a killed run."""
    if writing.exists():
        shutil.rmtree(writing)
