"""The audits of every night, read from the results that Great Expectations stored."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from expectations.dates import iso_day

State = Literal["failed", "warned", "kept"]
WORST_FIRST: tuple[State, ...] = ("failed", "warned", "kept")


@dataclass(frozen=True)
class Judged:
    """The verdict on one rule. `count` is the number of rows that break it; for a broken rule on the number of rows, that number."""

    column: str
    rule: str
    severity: Literal["fail", "warn"]
    kept: bool
    count: int | None

    @property
    def state(self) -> State:
        """What the verdict means for the table."""
        return "kept" if self.kept else "failed" if self.severity == "fail" else "warned"


@dataclass(frozen=True)
class Audit:
    """The verdicts on one table in one night."""

    table: str
    rules: tuple[Judged, ...]

    @property
    def state(self) -> State:
        """The worst state of its rules."""
        return worst(rule.state for rule in self.rules)

    @property
    def broken(self) -> tuple[Judged, ...]:
        """The broken rules, failures first."""
        return tuple(sorted((rule for rule in self.rules if not rule.kept), key=lambda rule: WORST_FIRST.index(rule.state)))


def worst(states: Iterable[State]) -> State:
    """Return the worst of these states; `kept` when there are none."""
    return min(states, key=WORST_FIRST.index, default="kept")


def results_by_night(results: Path) -> dict[date, list[Path]]:
    """Return the stored results of each night, newest night first. A result is `<layer>/<table>/<night>/<time>/<batch>.json`."""
    found: dict[date, list[Path]] = {}
    for file in sorted(results.glob("*/*/*/*/*.json")):
        if night := iso_day(file.parents[1].name):
            found.setdefault(night, []).append(file)
    return dict(sorted(found.items(), reverse=True))


def read_audits(files: Iterable[Path]) -> list[Audit]:
    """Return the audits in these files, by table."""
    return sorted((_audit(file) for file in files), key=lambda audit: audit.table)


def _audit(file: Path) -> Audit:
    stored = json.loads(file.read_text("utf-8"))
    return Audit(f"{file.parents[3].name}.{file.parents[2].name}", tuple(rule for single in stored["results"] for rule in _judged(single)))


def _judged(single: dict[str, Any]) -> list[Judged]:
    config, kept = single["expectation_config"], bool(single["success"])
    if proven := config["meta"].get("rules"):
        return [Judged(column, rule, severity, kept, 0) for column, rule, severity in proven]
    # The audited summary has one row, so the value that breaks a rule is its count.
    unexpected = single["result"].get("partial_unexpected_list") or [None]
    count = 0 if kept else unexpected[0]
    severity: Literal["fail", "warn"] = "fail" if config["severity"] == "critical" else "warn"
    return [Judged(config["meta"]["column"], config["meta"]["rule"], severity, kept, None if count is None else int(count))]
