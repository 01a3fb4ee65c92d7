"""The form of a channel's lists as JSON Schema, for the channel's engineer: `chudian channels --schema FOLDER`."""

import json
from pathlib import Path
from typing import Any

from expectations.channel import LIST_COLUMNS, Channel
from expectations.channels import CHANNELS

DIALECT = "https://json-schema.org/draft/2020-12/schema"
# What the text of a column looks like; any other column is any text. Null is an empty text.
PATTERNS = {
    "rank": "^[1-9][0-9]*$",
    "number": "^1[0-9]{10}$",
    "contact_id": "^([0-9a-f]{32})?$",
    "place": "^[1-9][0-9]*$",
    "city": "^[0-9]{4}$",
    "county": "^([0-9]{6})?$",
    "scenario": "^[a-z][a-z0-9_]{0,63}$",
    "step": "^[a-z][a-z0-9_]{0,63}$",
    "mode": "^(active|passive)$",
    "saving_fen": "^(-?[0-9]+)?$",
    "bill_change_fen": "^(-?[0-9]+)?$",
    "saving_yuan": "^(-?[0-9]+([.][0-9]{1,2})?)?$",
}


def schema_of(channel: Channel) -> dict[str, Any]:
    """Return the schema of a row of the channel's lists: every column by name, as text."""
    texts = {
        name: {"type": "string", "description": LIST_COLUMNS[name]} | ({"pattern": PATTERNS[name]} if name in PATTERNS else {})
        for name in channel.form.columns
    }
    return {
        "$schema": DIALECT,
        "title": f"A row of a list of {channel.name} {channel.label}",
        "type": "object",
        "properties": texts,
        "required": list(channel.form.columns),
        "additionalProperties": False,
    }


def write_schemas(folder: Path) -> list[Path]:
    """Write <channel>.schema.json for every channel and return the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, channel in CHANNELS.items():
        path = folder / f"{name}.schema.json"
        path.write_text(json.dumps(schema_of(channel), ensure_ascii=False, indent=1) + "\n", "utf-8")
        written.append(path)
    return written
