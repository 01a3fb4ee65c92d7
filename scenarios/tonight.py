"""What a night needs to decide: catalogues, orders, and what earlier nights decided and channels received."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from typing import TYPE_CHECKING, NamedTuple

from expectations.checks import literal
from scenarios.catalogues import Catalogues

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


# Columns of Tonight.with_history.
HISTORY = {
    **dict.fromkeys(("held_products", "trial_products", "decided_steps"), "ARRAY<STRING>"),
    "ordered": "ARRAY<STRUCT<kind: STRING, day: DATE>>",
    "meant": "ARRAY<STRUCT<scenario: STRING, step: STRING, mode: STRING, business_date: DATE>>",
}


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

    def with_history(self, people: "DataFrame") -> "DataFrame":
        """Return the people with what is known of each, as sets (empty, never null), so that no step has to look it up again.

        `held_products` are held on D or booked for later, `trial_products` are on trial on D. `ordered` has the kinds of products ordered,
        with the day, `decided_steps` the scenarios and steps about which other nights decided ("c10 wave1"), `meant` the rows of `meant`.
        """
        from pyspark.sql import functions as F

        goes_on = F.expr(f"valid_to IS NULL OR valid_to > greatest(valid_from, DATE'{self.on}')")
        tries = goes_on & (F.col("order_source") == "trial") & (F.col("valid_from") <= F.lit(self.on))
        ordered = F.struct(F.col("product_kind").alias("kind"), F.to_date("ordered_at").alias("day"))
        orders = self.orders.groupBy("subscriber_id").agg(
            F.collect_set(F.when(goes_on, F.col("product"))).alias("held_products"),
            F.collect_set(F.when(tries, F.col("product"))).alias("trial_products"),
            F.collect_set(ordered).alias("ordered"),
        )
        done = self.decided.unionByName(self.later).select("subscriber_id", F.concat_ws(" ", "scenario", "step").alias("name"))
        decided = done.groupBy("subscriber_id").agg(F.collect_set("name").alias("decided_steps"))
        row = F.struct("scenario", "step", "mode", "business_date")
        meant = self.meant().groupBy("subscriber_id").agg(F.collect_set(row).alias("meant"))
        known = reduce(lambda one, other: one.join(other, "subscriber_id", "left"), (orders, decided, meant), people)
        return known.withColumns({name: F.coalesce(name, F.expr(f"CAST(array() AS {kind})")) for name, kind in HISTORY.items()})

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
