"""What a night needs to decide: catalogues, orders, what earlier nights decided, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from typing import TYPE_CHECKING

from scenarios.calendar import cycle_end, cycle_start
from scenarios.catalogues import Catalogues
from scenarios.contacted import told_lately
from scenarios.policy import STAFF_OFF
from scenarios.state import wishes

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


# Columns of Tonight.with_history.
HISTORY = {
    **dict.fromkeys(("held_products", "trial_products", "decided_steps", "decided_in_cycle"), "ARRAY<STRING>"),
    **dict.fromkeys(("disturbed_channels", "disturbed_kinds", "considered_in", "immune_to", "contacted_by"), "ARRAY<STRING>"),
    "told_of": "ARRAY<STRING>",
}


@dataclass(frozen=True)
class Tonight:
    """The night of business date `on`.

    `orders` are order lines as known on D (dwd.subscription_interval). `decided` are the decisions of earlier nights, `later` those of
    nights after D, because a failed night may run again after a later one. `state` is fb.customer_state of D, `others` are contacts of
    other departments (S16). `effects` are measured effects of contacts and their standard errors in ppm, by product class and channel;
    `mean_ppm` has the mean score of each model.
    """

    on: date
    catalogues: Catalogues
    orders: "DataFrame"
    decided: "DataFrame"
    later: "DataFrame"
    state: "DataFrame"
    others: "DataFrame"
    effects: Mapping[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    mean_ppm: Mapping[str, float] = field(default_factory=dict)

    def with_history(self, people: "DataFrame") -> "DataFrame":
        """Return the people with what is known of each, as sets (empty, never null), so that no step has to look it up again.

        `held_products` are held on D or booked for later, `trial_products` are on trial on D. `decided_steps` has the scenarios and steps
        about which other nights decided ("c10 wave1"), `decided_in_cycle` those of this month's cycle; the rest is of
        `scenarios.state.wishes` and `scenarios.contacted.told_lately`.
        """
        from pyspark.sql import functions as F

        goes_on = F.expr(f"valid_to IS NULL OR valid_to > greatest(valid_from, DATE'{self.on}')")
        tries = goes_on & (F.col("order_source") == "trial") & (F.col("valid_from") <= F.lit(self.on))
        orders = self.orders.groupBy("subscriber_id").agg(
            F.collect_set(F.when(goes_on, F.col("product"))).alias("held_products"),
            F.collect_set(F.when(tries, F.col("product"))).alias("trial_products"),
        )
        name = F.concat_ws(" ", "scenario", "step")
        is_of_cycle = F.col("business_date").between(F.lit(cycle_start(self.on)), F.lit(cycle_end(self.on)))
        # Who waited only for the staff of a channel was not decided about: tomorrow they work again.
        waited = F.col("reasons").eqNullSafe(F.array(F.lit(STAFF_OFF.code)))
        decided = (
            self.decided.unionByName(self.later)
            .where(~waited)
            .groupBy("subscriber_id")
            .agg(F.collect_set(name).alias("decided_steps"), F.collect_set(F.when(is_of_cycle, name)).alias("decided_in_cycle"))
        )
        told = told_lately(self.on, self.state, self.others, self.catalogues.modes, self.catalogues.kinds)
        known = reduce(
            lambda one, other: one.join(other, "subscriber_id", "left"), (orders, decided, wishes(self.on, self.state), told), people
        )
        return known.withColumns({name: F.coalesce(name, F.expr(f"CAST(array() AS {kind})")) for name, kind in HISTORY.items()})

    def meant(self) -> "DataFrame":
        """Return the rows of `state` of those whom earlier nights contacted or held out: both go through a scenario's steps alike."""
        return self.state.where("arm IS NOT NULL")
