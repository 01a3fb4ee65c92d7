"""Lists as the pipeline publishes them, for the simulated channels to read."""

import hashlib
import json
from datetime import date
from pathlib import Path


def publish(home: Path, numbers: list[str], product: str, scenario: str, channel: str = "sms", night: date = date(2026, 3, 4)) -> None:
    """One list with these numbers, its manifest and its `.ok`."""
    folder = home / "outbox" / channel / scenario / "wave1" / f"{night}"
    folder.mkdir(parents=True, exist_ok=True)
    content = "".join(f"{number}|{product}\n" for number in numbers).encode()
    (folder / "all.txt").write_bytes(content)
    files = [{"city": None, "file": "all.txt", "sha256": hashlib.sha256(content).hexdigest()}]
    manifest = {"delimiter": "|", "encoding": "utf-8", "compression": None, "header": False, "columns": ["number", "product"]}
    (folder / "manifest.json").write_text(json.dumps({**manifest, "files": files}), "utf-8")
    (folder / ".ok").touch()
