"""Apps by fingerprint: host, path and user agent of a request (S7). Receive asks before it drops the path."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from expectations.errors import ContractError, teach
from features.web.rules import normal_host, rows_of

FINGERPRINTS = Path(__file__).with_name("apps.csv")
_COLUMNS = ("app", "label", "host", "path", "agent")
_PATH = re.compile(r"^(?:[a-zA-Z][a-zA-Z0-9+.-]*:)?[/\\]{2}[^/\\?#]*([^?#]*)")


@dataclass(frozen=True)
class Fingerprint:
    """An app's requests: those that fit the domain, the beginning of the path and the pattern in the agent, as far as these are given."""

    app: str
    label: str
    host: str
    path: re.Pattern[str] | None
    agent: re.Pattern[str] | None


class Apps:
    """Fingerprints; the first that fits counts."""

    def __init__(self, fingerprints: Iterable[Fingerprint]) -> None:
        """`fingerprints` in the order of their file."""
        self._of_domain: dict[str, list[tuple[int, Fingerprint]]] = {}
        self._of_agent: list[tuple[int, Fingerprint]] = []
        for place, one in enumerate(fingerprints):
            target = self._of_domain.setdefault(one.host, []) if one.host else self._of_agent
            target.append((place, one))
        self._agents = lru_cache(maxsize=10_000)(self._by_agent)
        self._hosts = lru_cache(maxsize=100_000)(self._by_host)

    def app_of(self, host: str, url: str, agent: str | None) -> str | None:
        """Return the app's name, None if no fingerprint fits. `host` is as `normal_host` reads it."""
        fits = [*self._agents(agent or "")]
        for place, one in self._hosts(host):
            path_fits = one.path is None or one.path.match(_path(url)) is not None
            if path_fits and (one.agent is None or one.agent.search(agent or "") is not None):
                fits.append((place, one.app))
        return min(fits)[1] if fits else None

    def depends_on_path(self, host: str) -> bool:
        """Whether the app of a request to this host depends on its path."""
        return any(one.path is not None for _, one in self._hosts(host))

    def _by_agent(self, agent: str) -> tuple[tuple[int, str], ...]:
        return tuple((place, one.app) for place, one in self._of_agent if one.agent and one.agent.search(agent))

    def _by_host(self, host: str) -> tuple[tuple[int, Fingerprint], ...]:
        labels = host.split(".")
        return tuple(found for n in range(len(labels)) for found in self._of_domain.get(".".join(labels[n:]), []))


def _path(url: str) -> str:
    found = _PATH.match(url)
    return found[1] if found else ""


@lru_cache(maxsize=1)
def known_apps() -> Apps:
    """Return the apps of apps.csv. ContractError lists its wrong lines."""
    return Apps(fingerprints_of(FINGERPRINTS))


def fingerprints_of(file: Path) -> list[Fingerprint]:
    """Return the lines of a CSV file: app, label, and at least one of host, path (with a host) and agent."""
    found, faults = [], []
    for number, row in enumerate(rows_of(file, _COLUMNS), start=2):
        if not re.fullmatch("[a-z][a-z0-9_]*", row["app"]):
            faults.append(f"line {number}: app {row['app']!r}, expected small letters, digits and _")
        if not row["host"] and not row["agent"]:
            faults.append(f"line {number}: neither host nor agent; it would fit every request")
        if row["path"] and not row["host"]:
            faults.append(f"line {number}: a path without a host")
        patterns = {}
        for name in ("path", "agent"):
            try:
                patterns[name] = re.compile(row[name]) if row[name] else None
            except re.error as error:
                faults.append(f"line {number}: the {name} is no regular expression: {error}")
                patterns[name] = None
        found.append(Fingerprint(row["app"], row["label"], normal_host(row["host"]), patterns["path"], patterns["agent"]))
    if faults:
        raise ContractError(teach(file.name, faults, "correct these lines of the file."))
    return found
