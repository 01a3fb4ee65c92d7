"""The names of the limits of a night in mkt.limit, and which of them a contact uses; and what else may stop one in mkt.decision."""

from collections.abc import Iterable

from scenarios.capacity import name_of
from scenarios.quota import Quota
from scenarios.scenario import Scenario

# What may stop a contact beside limits and caps (CAPS): another contact of the subscriber came first; it earns nothing.
ANOTHER, NO_VALUE = "another contact", "no value"


def of_stock(resource: str) -> str:
    """Return the name of the limit on a resource."""
    return f"stock {resource}"


def of_scenario(scenario: str, place: str | None = None) -> str:
    """Return the name of the limit on a scenario's contacts, or on those in a city or county."""
    return f"contacts {scenario} in {place}" if place else f"contacts {scenario}"


def of_shown(channel: str) -> str:
    """Return the name of the cap on the offers that a channel gets for one subscriber in a night."""
    return f"cap {channel} a night"


def of_quota(quota: Quota) -> str:
    """Return the name of a quota's limit."""
    return f"quota {quota.name}"


def used_by(
    scenario: Scenario,
    channel: str,
    resource: str | None,
    home: tuple[str | None, str | None],
    manager: str | None,
    quotas: Iterable[Quota],
) -> set[str]:
    """Return the names of all limits that a contact uses; `home` has the subscriber's city and county. A night may lack some of them."""
    named = {name_of(channel), name_of(channel, county=home[1]), name_of(channel, manager=manager), of_scenario(scenario.name)}
    named |= {of_scenario(scenario.name, one.place) for one in scenario.overrides if one.most_contacts is not None and one.holds(*home)}
    named |= {of_quota(quota) for quota in quotas if quota.counts(scenario.name, channel) and quota.holds(*home)}
    return named | ({of_stock(resource)} if resource else set())
