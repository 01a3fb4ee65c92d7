"""The version of a scenario: a hash of what it declares, which its approval names."""

import hashlib
from dataclasses import fields, is_dataclass
from typing import Any

from scenarios.scenario import Scenario

# An approved scenario may be started, paused and closed without a new approval. What a city narrows needs none either.
NOT_APPROVED = ("state", "overrides")


def version(scenario: Scenario) -> str:
    """Return 12 hex digits that change with everything the scenario declares, also its words, but not with its state."""
    told = {field.name: _told(getattr(scenario, field.name)) for field in fields(scenario) if field.name not in NOT_APPROVED}
    return hashlib.sha256(repr(told).encode()).hexdigest()[:12]


def _told(value: Any) -> Any:
    """Return the value as plain lists and texts; the order of a set is not the same in two processes."""
    if is_dataclass(value):
        return [type(value).__name__, *(_told(getattr(value, field.name)) for field in fields(value))]
    if isinstance(value, frozenset | set):
        return sorted(repr(_told(one)) for one in value)
    if isinstance(value, tuple | list):
        return [_told(one) for one in value]
    if isinstance(value, dict):
        return sorted(repr((key, _told(one))) for key, one in value.items())
    return repr(value)
