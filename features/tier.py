"""Tiers 客户分层 and the service that each is entitled to. Our reading: the source says which tiers there are, not what each gets."""

from dataclasses import dataclass

from features.profile import HONOURED_POINTS


@dataclass(frozen=True)
class Tier:
    """A tier: Chinese name, who is in it, and its services, from the most to the least."""

    label: str
    rule: str
    services: tuple[str, ...]


# By customer_tier, best first. A tier has the services of its own line only; what all have is repeated.
TIERS_OF_SERVICE = {
    "diamond": Tier(
        "钻石",
        "card",
        ("hotline answered at once", "own account manager at any hour", "counter without a queue", "SIM card replaced at home, free"),
    ),
    "gold": Tier(
        "金",
        "card",
        ("hotline answered at once", "own account manager in working hours", "counter without a queue", "SIM card replaced free"),
    ),
    "silver": Tier("银", "card", ("hotline with priority", "counter without a queue", "SIM card replaced free")),
    "honoured": Tier("贵宾", f"no card, and {HONOURED_POINTS:,} points or more", ("hotline with priority", "SIM card replaced free")),
    "ordinary": Tier("普通", f"no card, and fewer than {HONOURED_POINTS:,} points or none known", ("hotline", "counter")),
}
