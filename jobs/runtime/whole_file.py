"""The only way to write a small file that another process may be reading."""

import os
import uuid
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
