"""How often subscribers were contacted lately, and about what, for the caps of the policy (P2)."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from scenarios.calendar import import_day
from scenarios.offers import looked_up
from scenarios.policy import CAPS, CLASS_REST_DAYS, ContactCap

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

# How many contacts of each cap a subscriber had, as columns of the offers.
USED = tuple(f"used_{place}" for place in range(len(CAPS)))
_LONGEST = max(*(cap.days for cap in CAPS), *CLASS_REST_DAYS.values())


def days_counted(on: date) -> list[date]:
    """Return the days up to that of the night whose contacts count."""
    return [on - timedelta(days=back) for back in range(_LONGEST, -1, -1)]


def contacts_before(on: date, state: "DataFrame", others: "DataFrame", modes: Mapping[str, str]) -> "DataFrame":
    """Return subscriber_id with the number of contacts before the import day, for each cap (P2): of ours and of other departments (S16).

    Ours are those of fb.customer_state. A held-out subscriber who would have been listed counts as contacted, so that caps treat both arms
    alike; what a channel rejected or never got does not count. A contact through a channel that the catalogue (`modes`) does not know
    counts as active.
    """
    from pyspark.sql import functions as F

    day, longest = import_day(on), max(cap.days for cap in CAPS)
    counted = [F.count_if(_counts(cap, day)).cast("int").alias(name) for name, cap in zip(USED, CAPS, strict=True)]
    lately = _made(on, state, others, modes, {}).where(F.col("day") > F.lit(day - timedelta(days=longest)))
    return lately.groupBy("subscriber_id").agg(*counted)


def told_lately(on: date, state: "DataFrame", others: "DataFrame", modes: Mapping[str, str], kinds: Mapping[str, str]) -> "DataFrame":
    """Return subscriber_id and told_of: "class scenario" of each active contact whose class still rests on the import day (P2).

    The scenario of another department's contact is empty; its class is that of its product, by `kinds`.
    """
    from pyspark.sql import functions as F

    rests = looked_up(CLASS_REST_DAYS, F.col("kind")).cast("int")
    made = _made(on, state, others, modes, kinds).where((F.col("mode") == "active") & (F.date_add("day", rests) > F.lit(import_day(on))))
    return made.groupBy("subscriber_id").agg(F.collect_set(F.concat_ws(" ", "kind", F.coalesce("scenario", F.lit("")))).alias("told_of"))


def resting_channels(kind: str, scenario: str, channels: Sequence[str], modes: Mapping[str, str]) -> "Column":
    """Return those of the channels that contact actively, if another scenario told the customer of the class lately; else none."""
    from pyspark.sql import functions as F

    active = F.array(*(F.lit(name) for name in channels if modes.get(name, "active") == "active")).cast("array<string>")
    by_another = F.exists("told_of", lambda of: of.startswith(f"{kind} ") & (of != f"{kind} {scenario}"))
    return F.when(by_another, active)


def _made(on: date, state: "DataFrame", others: "DataFrame", modes: Mapping[str, str], kinds: Mapping[str, str]) -> "DataFrame":
    """Return the contacts before the import day: subscriber_id, day, mode, kind of product, and scenario (null: another department's)."""
    from pyspark.sql import functions as F

    ours = state.where("arm IS NOT NULL").select(
        "subscriber_id", F.date_add("list_date", 1).alias("day"), "mode", F.col("product_kind").alias("kind"), "scenario"
    )
    theirs = others.where("arm IS NULL OR arm = 'treated'").select(
        "subscriber_id",
        "day",
        F.coalesce(looked_up(modes, F.col("channel")), F.lit("active")).alias("mode"),
        looked_up(kinds, F.col("product")).cast("string").alias("kind"),
        F.lit(None).cast("string").alias("scenario"),
    )
    return ours.unionByName(theirs).where(F.col("day") < F.lit(import_day(on)))


def _counts(cap: ContactCap, day: date) -> "Column":
    from pyspark.sql import functions as F

    within = F.col("day") > F.lit(day - timedelta(days=cap.days))
    return within & (F.col("mode") == cap.mode) if cap.mode else within
