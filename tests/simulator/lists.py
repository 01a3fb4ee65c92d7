"""Lists as the pipeline publishes them, for the simulated channels to read."""

import hashlib
import json
from datetime import date, timedelta
from pathlib import Path


def contact_of(number: str) -> str:
    """The id of the contact in such a list."""
    return hashlib.sha256(number.encode()).hexdigest()[:32]


def publish(
    home: Path,
    numbers: list[str],
    product: str,
    scenario: str,
    channel: str = "sms",
    night: date = date(2026, 3, 4),
    days: int = 1,
    waits: int = 0,
) -> None:
    """One list with these numbers, its manifest and its `.ok`. It waits for so many days; its last day is `days` after the night."""
    folder = home / "outbox" / channel / scenario / "wave1" / f"{night}"
    folder.mkdir(parents=True, exist_ok=True)
    content = "".join(f"{number}|{contact_of(number)}|{product}\n" for number in numbers).encode()
    (folder / "all.txt").write_bytes(content)
    files = [{"city": None, "file": "all.txt", "sha256": hashlib.sha256(content).hexdigest()}]
    manifest: dict[str, object] = {"delimiter": "|", "encoding": "utf-8", "compression": None, "header": False}
    manifest |= {"columns": ["number", "contact_id", "product"], "valid_to": f"{night + timedelta(days=days)}"}
    manifest["valid_from"] = f"{night + timedelta(days=1 + waits)}"
    (folder / "manifest.json").write_text(json.dumps({**manifest, "files": files}), "utf-8")
    (folder / ".ok").touch()
