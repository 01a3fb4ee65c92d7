"""The event log: one JSON line per step, written while the run goes on. After a kill it is the only record."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any


class Events:
    """Appends lines to `events.jsonl`. A line is written whole or not at all, so the file can be read while it grows."""

    def __init__(self, folder: Path) -> None:
        """Make the folder if it does not exist."""
        folder.mkdir(parents=True, exist_ok=True)
        self.file = folder / "events.jsonl"

    def say(self, step: str, on: date, **details: Any) -> None:
        """Record one step of the night `on`; details are names and counts, never a subscriber's values."""
        line = {"at": datetime.now(UTC).isoformat(timespec="milliseconds"), "step": step, "business_date": f"{on}", **details}
        with self.file.open("a", encoding="utf-8") as log:
            log.write(json.dumps(line, ensure_ascii=False, default=str) + "\n")
