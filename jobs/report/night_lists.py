"""The lists of a night: those in the outbox compared with those that were decided."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from jobs.publish.outbox import manifests

State = Literal["complete", "not complete", "not written"]


@dataclass(frozen=True)
class NightList:
    """A list of the night: `decided` contacts, and `rows` contacts that are in files by the manifest.

    `decided` is None before decisions are counted. A list that is not written has no rows, no files and no folder.
    """

    channel: str
    scenario: str
    step: str
    state: State
    decided: int | None = None
    rows: int = 0
    files: int = 0
    valid: str = ""
    publish_by: str = ""
    folder: Path | None = None


def night_lists(outbox: Path, on: date, counted: Iterable[Mapping[str, Any]]) -> list[NightList]:
    """Return every list that is in the outbox or was decided; `counted` are the night's rows of rpt.funnel."""
    rows_counted = list(counted)
    decided: Counter[tuple[str, str, str]] = Counter()
    for row in rows_counted:
        if row["stage"] == "listed":
            decided[row["channel"], row["scenario"], row["step"]] += row["rows"]
    found = []
    for folder, manifest, is_complete in manifests(outbox, on):
        key = manifest["channel"], manifest["scenario"], manifest["step"]
        files = [file for file in manifest["files"] if file["file"]]
        found.append(
            NightList(
                *key,
                state="complete" if is_complete else "not complete",
                decided=decided.pop(key, 0 if rows_counted else None),
                rows=sum(file["rows"] for file in files),
                files=len(files),
                valid=f"{manifest['valid_from']} to {manifest['valid_to']}",
                publish_by=manifest["publish_by"],
                folder=folder,
            )
        )
    found += [NightList(*key, state="not written", decided=rows) for key, rows in decided.items()]
    return sorted(found, key=lambda of: (of.channel, of.scenario, of.step))
