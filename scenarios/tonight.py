"""What a night needs to decide: catalogues, orders, and what earlier nights decided and channels received."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from expectations.checks import literal
from scenarios.catalogues import Catalogues

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


class NightList(NamedTuple):
    """A list of another night."""

    scenario: str
    step: str
    business_date: date
    channel: str


@dataclass(frozen=True)
class Tonight:
    """The night of business date `on`.

    `orders` are order lines as known on D (dwd.subscription_interval). `decided` are the decisions of earlier nights, `later` those of
    nights after D, because a failed night may run again after a later one. `contacts` are the rows of mkt.contact of the nights before D.
    `unsent` are the lists of nights before D that were decided and never reached their channel. `effects` are measured effects of contacts
    in ppm, by product class and channel; `mean_ppm` has the mean score of each model.
    """

    on: date
    catalogues: Catalogues
    orders: "DataFrame"
    decided: "DataFrame"
    later: "DataFrame"
    contacts: "DataFrame"
    unsent: frozenset[NightList] = frozenset()
    effects: Mapping[tuple[str, str], int] = field(default_factory=dict)
    mean_ppm: Mapping[str, float] = field(default_factory=dict)

    def held(self) -> "DataFrame":
        """Return each subscriber with each product that is held on D or booked for later: subscriber_id, product."""
        goes_on = f"(valid_to IS NULL OR valid_to > greatest(valid_from, DATE'{self.on}'))"
        return self.orders.where(goes_on).select("subscriber_id", "product").distinct()

    def meant(self) -> "DataFrame":
        """Return the subscribers whom earlier nights contacted or held out: both go through a scenario's steps in the same way.

        Columns: scenario, step, subscriber_id, mode, business_date. If a list never reached its channel, its listed and its held-out
        subscribers are left out.
        """
        columns = ("scenario", "step", "subscriber_id", "mode", "business_date")
        held_out = self.decided.where("stage = 'held_out' AND would_list")
        for of in sorted(self.unsent):
            is_of_list = " AND ".join(f"{name} <=> {literal(f'{value}')}" for name, value in of._asdict().items())
            held_out = held_out.where(f"NOT ({is_of_list})")
        return held_out.select(*columns).unionByName(self.contacts.select(*columns))
