"""Every tag of a person, family by family, and how what came differs from it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from tests.oracle import (
    billing,
    channel,
    content,
    identity,
    lifecycle,
    location,
    platform,
    product,
    profile,
    recognition,
    segment,
    service,
    social,
    terminal,
    usage,
    value,
)
from tests.oracle.person import Person, Row

# In this order: a family may look at the tags of those before it.
FAMILIES: dict[str, Callable[[Person], Row]] = {
    "lifecycle": lifecycle.tags,
    "usage": usage.tags,
    "billing": billing.tags,
    "content": content.tags,
    "product": product.tags,
    "location": location.tags,
    "terminal": terminal.tags,
    "channel": channel.tags,
    "service": service.tags,
    "social": social.tags,
    "value": value.tags,
    "platform": platform.tags,
    "profile": profile.tags,
    "identity": identity.tags,
    "segment": segment.tags,
    "recognition": recognition.tags,
}
# Logarithms and roots are rounded: by one, or by so much of the figure. Between two cells we take the earth for flat.
NEARLY = {"cell_entropy_30d": 0.0, "content_variety_30d": 0.0, "activity_radius_m_30d": 0.002, "commute_m": 0.002}
SHOWN = 3


def tags_of(who: Person, families: Iterable[str] = tuple(FAMILIES)) -> Row:
    """The tags of these families; what they look at in others is taken from `who.tags`, if it is there."""
    found: Row = {}
    for family in families:
        made = FAMILIES[family](who)
        who.tags |= made
        found |= made
    return found


@dataclass(frozen=True)
class Difference:
    """A tag of a subscriber that is not as expected."""

    tag: str
    subscriber: str
    expected: Any
    came: Any


def differences(tags: Sequence[str], expected: dict[str, Row], came: dict[str, Row]) -> list[Difference]:
    """All differences in these tags, subscriber by subscriber. LookupError for a tag that the oracle does not know."""
    if unknown := sorted({tag for tag in tags for row in expected.values() if tag not in row}):
        raise LookupError(f"no oracle for {', '.join(unknown)}: write them down in tests/oracle/<family>.py")
    return [
        Difference(tag, who, expected[who][tag], came[who][tag])
        for tag in tags
        for who in sorted(expected)
        if not agree(tag, came[who][tag], expected[who][tag])
    ]


def agree(tag: str, came: Any, expected: Any) -> bool:
    if came is None or expected is None:
        return came is expected
    if tag in NEARLY:
        return bool(abs(came - expected) <= max(1, NEARLY[tag] * expected))
    return type(came) is type(expected) and bool(came == expected)


def page(found: Iterable[Difference]) -> str:
    """The differences by tag: how many, and the first few."""
    by_tag = defaultdict[str, list[Difference]](list)
    for one in found:
        by_tag[one.tag].append(one)
    lines = []
    for tag, of in by_tag.items():
        lines.append(f"{tag}: {len(of)} subscribers differ")
        lines += [f"    {one.subscriber}: expected {one.expected!r}, came {one.came!r}" for one in of[:SHOWN]]
    return "\n".join(lines)
