"""The only way to write a small file, or a folder of them, that another process may be reading."""

import os
import shutil
import uuid
from collections.abc import Iterable
from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: it is written and synced under another name in the same folder, then renamed."""
    # A unique name each time: several threads or processes may write the same file.
    part = path.with_name(f".{path.name}.{uuid.uuid4().hex}.part")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def write_whole_folder(folder: Path, files: Iterable[tuple[str, str]]) -> None:
    """Write text files (path below the folder, text) and put them in the place of the folder when all are written."""
    new = folder.with_name(f"{folder.name}.new")
    # An earlier run may have been killed while it wrote.
    shutil.rmtree(new, ignore_errors=True)
    for path, text in files:
        file = new / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    new.replace(folder)
