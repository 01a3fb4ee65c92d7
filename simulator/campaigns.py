"""S16: other departments' campaigns with drawn arms, and their effects; a campaign is a line of catalogues/campaigns.csv."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from simulator.answers import UNREST_STIRRED, willing
from simulator.catalogue import channels, products, rows_of
from simulator.chance import Chance, Ints
from simulator.contacts import Prompts
from simulator.days import weekday
from simulator.lives import Lives
from simulator.reach import takes_factor
from simulator.rendering import coded
from simulator.traits import Flags, Traits

_ARMS = ("treated", "control")
_DAY_SECONDS = 86_400


@dataclass(frozen=True)
class Campaign:
    """A weekly campaign of another department.

    `share` of the active subscribers are drawn each week, and `treated` of these are contacted. A contact makes an order likelier by
    `least` for the least price-sensitive subscriber and by `most` for the most. `harmed` is the probability that one who is restless
    cancels their data plan because of it.
    """

    name: str
    product: str
    channel: str
    weekday: int
    share: float
    treated: float
    least: float
    most: float
    harmed: float


@lru_cache(maxsize=1)
def campaigns() -> tuple[Campaign, ...]:
    """Return the campaigns in the catalogue's order."""
    numbers = ("SHARE", "TREATED", "LEAST_SENSITIVE", "MOST_SENSITIVE", "HARMED")
    return tuple(
        Campaign(row["CAMPAIGN"], row["PRODUCT"], row["CHANNEL"], int(row["WEEKDAY"]), *(float(row[name]) for name in numbers))
        for row in rows_of("campaigns")
    )


def has_campaign(day: int) -> bool:
    """Whether a campaign makes contacts on this day."""
    return any(campaign.weekday == weekday(day) for campaign in campaigns())


@dataclass(frozen=True)
class Drawn:
    """The rows of a chunk that a campaign drew on a day, and which of them it contacted."""

    campaign: Campaign
    row: Ints
    treated: Flags


def drawn_on(traits: Traits, active: Flags, chance: Chance, day: int) -> list[Drawn]:
    """Return what each campaign of the day drew."""
    found = []
    for campaign in campaigns():
        if campaign.weekday == weekday(day):
            row = np.flatnonzero(active & (chance.uniform(f"campaign {campaign.name}", day, traits.subscriber) < campaign.share))
            treated = chance.uniform(f"arm {campaign.name}", day, traits.subscriber[row]) < campaign.treated
            found.append(Drawn(campaign, row, treated))
    return found


def add_prompts(prompts: Prompts, drawn: list[Drawn], traits: Traits, lives: Lives, liked: Ints, chance: Chance, day: int) -> None:
    """Add to the prompts what the contacted subscribers order, and who cancels a data plan."""
    for of in drawn:
        campaign, row = of.campaign, of.row[of.treated]
        channel = channels().index(campaign.channel)
        effect = campaign.least + (campaign.most - campaign.least) * traits.price_sensitivity[row]
        draw = chance.uniform(f"campaign order {campaign.name}", day, traits.subscriber[row])
        takes = row[draw < effect * takes_factor(liked[row], channel) * willing(lives, row)]
        for kind, of_kind in products().items():
            if campaign.product in of_kind.codes:
                prompts.product[kind][takes], prompts.channel[kind][takes] = of_kind.codes.index(campaign.product), channel
        harm = chance.uniform(f"campaign harm {campaign.name}", day, traits.subscriber[row]) < campaign.harmed
        prompts.drops[row[harm & (traits.unrest[row] > UNREST_STIRRED)]] = True
        prompts.contacts[row] += 1


def contact_values(drawn: list[Drawn], traits: Traits, chance: Chance, day: int) -> tuple[dict[str, Any], Ints]:
    """Return the columns of S16 of a day, in the order of campaigns and subscribers, and a key per row."""
    row = np.concatenate([of.row for of in drawn])
    place = np.concatenate([np.full(len(of.row), position) for position, of in enumerate(drawn)])
    treated = np.concatenate([of.treated for of in drawn])
    who = traits.subscriber[row]
    second = 9 * 3600 + chance.below(10 * 3600, "campaign second", day, who * len(campaigns()) + place)
    of_place = [of.campaign for of in drawn]
    values = {
        "CAMPAIGN_CODE": coded(place, tuple(campaign.name for campaign in of_place)),
        "MSISDN": traits.number_on(day)[row],
        "PRODUCT_CODE": coded(place, tuple(campaign.product for campaign in of_place)),
        "CHANNEL_CODE": coded(place, tuple(campaign.channel for campaign in of_place)),
        "CONTACT_TIME": (day * _DAY_SECONDS + second).astype("datetime64[s]"),
        "ARM": coded((~treated).astype(np.int64), _ARMS),
        "PROPENSITY_PPM": np.array([round(campaign.treated * 1_000_000) for campaign in of_place], dtype=np.int64)[place],
    }
    return values, who * len(campaigns()) + place
