"""Rules that put hosts into groups: by the whole host, by its domain, by a part of the name, by a regular expression."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from expectations.errors import ContractError, teach

KINDS = ("full", "domain", "keyword", "regexp")


def normal_host(host: str) -> str:
    """Return the host in small letters, without a dot at its end, and a name of another script as punycode if it can be."""
    import idna

    name = host.strip().rstrip(".").lower()
    if name.isascii():
        return name
    try:
        return idna.encode(name, uts46=True).decode("ascii")
    except idna.IDNAError:
        return name


@dataclass(frozen=True)
class Rule:
    """One line of a file of rules."""

    kind: str
    value: str
    group: str

    def fault(self) -> str | None:
        """What is wrong with it."""
        if self.kind not in KINDS:
            return f"kind {self.kind!r}, expected {', '.join(KINDS)}"
        if not self.value:
            return "the value is empty"
        if self.kind == "regexp":
            try:
                re.compile(self.value)
            except re.error as error:
                return f"no regular expression: {error}"
        return None


class HostRules:
    """Rules in the order in which they are asked: full, the longest domain, keyword, regular expression; among equals the first line."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        """`rules` in the order of their file."""
        listed = list(rules)
        self._named: dict[str, dict[str, str]] = {"full": {}, "domain": {}}
        for rule in listed:
            if rule.kind in self._named:
                self._named[rule.kind].setdefault(normal_host(rule.value), rule.group)
        self._keywords = [(rule.value.lower(), rule.group) for rule in listed if rule.kind == "keyword"]
        self._patterns = [(re.compile(rule.value), rule.group) for rule in listed if rule.kind == "regexp"]

    def group_of(self, host: str) -> str | None:
        """Return the group of a host that `normal_host` has read; None if no rule fits."""
        if host in self._named["full"]:
            return self._named["full"][host]
        for domain in _domains(host):
            if domain in self._named["domain"]:
                return self._named["domain"][domain]
        return next((group for word, group in self._keywords if word in host), None) or next(
            (group for pattern, group in self._patterns if pattern.search(host)), None
        )


def _domains(host: str) -> Iterator[str]:
    """Yield the host and every domain above it, the longest first. An address has no domain above it."""
    yield host
    if host.startswith("[") or re.fullmatch(r"[0-9.]+", host):
        return
    rest = host
    while "." in rest:
        rest = rest.partition(".")[2]
        yield rest


def rows_of(file: Path, columns: tuple[str, ...]) -> list[Mapping[str, str]]:
    """Return the lines of a CSV file with these columns, cells without spaces around them. ContractError when it has other columns."""
    with file.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        if tuple(reader.fieldnames or ()) != columns:
            fault = f"expected the columns {', '.join(columns)}, got {', '.join(reader.fieldnames or ['nothing'])}"
            raise ContractError(teach(file.name, [fault], "correct the first line of the file."))
        return [{name: (cell or "").strip() for name, cell in row.items() if name} for row in reader]


def rules_of(file: Path, column: str, groups: Iterable[str]) -> list[Rule]:
    """Return the host rules of a CSV file: kind, value and the group in `column`. ContractError lists every wrong line."""
    known = list(groups)
    rules, faults, seen = [], [], set[tuple[str, str]]()
    for number, row in enumerate(rows_of(file, ("kind", "value", column)), start=2):
        rule = Rule(row["kind"], row["value"], row[column])
        if fault := rule.fault():
            faults.append(f"line {number}: {fault}")
        if rule.group not in known:
            faults.append(f"line {number}: {column} {rule.group!r} is not one of {', '.join(known)}")
        if (rule.kind, rule.value) in seen:
            faults.append(f"line {number}: {rule.kind} {rule.value} is listed twice")
        seen.add((rule.kind, rule.value))
        rules.append(rule)
    if faults:
        raise ContractError(teach(file.name, faults, "correct these lines of the file."))
    return rules
