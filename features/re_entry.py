"""换号入网: entrants who were subscribers before under another number, recognised by the handset of their entry month."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from expectations.columns import TERMINAL_STATES

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

PREVIOUS = ("previous_subscriber_id", "previous_brand")
# Somebody who left longer before the entry may have sold the handset.
MOST_DAYS_BETWEEN = 92
# An IMEI of more subscriptions is a copied one, or zeros, and says nothing about a person.
MOST_OF_A_HANDSET = 5


def re_entries(subscribers: "DataFrame", per: Sequence[str] = ()) -> "DataFrame":
    """Return (subscriber_id, previous_subscriber_id, previous_brand) of each entrant whose entry handset another subscription had.

    That subscription ended, or changed its number, in the days before the entry or in the month of entry. Of several the one that did so
    last counts, and on one day the greater token. `subscribers` is S1 as delivered; `per` tells its
    nights apart (Moment.per).
    """
    from pyspark.sql import functions as F

    has_ended, has_new_number = F.col("state").isin(*TERMINAL_STATES), F.col("number_date") > F.col("entry_date")
    left_on = F.when(has_ended, F.col("state_date")).when(has_new_number, F.col("number_date"))
    earlier = subscribers.select(
        F.col("subscriber_id").alias("previous_subscriber_id"),
        F.col("brand").alias("previous_brand"),
        "imei_token",
        left_on.alias("left_on"),
        *per,
    ).where("imei_token IS NOT NULL AND left_on IS NOT NULL")
    used = subscribers.where("imei_token IS NOT NULL").groupBy("imei_token", *per).count()
    earlier = earlier.join(used.where(F.col("count") <= MOST_OF_A_HANDSET), ["imei_token", *per], "left_semi")
    entrants = subscribers.select("subscriber_id", "entry_date", F.col("entry_imei_token").alias("imei_token"), *per)
    pairs = entrants.join(earlier, ["imei_token", *per]).where(
        f"subscriber_id != previous_subscriber_id AND left_on BETWEEN date_sub(entry_date, {MOST_DAYS_BETWEEN}) AND last_day(entry_date)"
    )
    newest = F.max(F.struct("left_on", *PREVIOUS)).alias("newest")
    return pairs.groupBy("subscriber_id", *per).agg(newest).select("subscriber_id", *per, *(f"newest.{name}" for name in PREVIOUS))


def with_previous(subscribers: "DataFrame", before: "DataFrame | None", per: Sequence[str] = ()) -> "DataFrame":
    """Return the subscribers with the two columns of their previous subscription, null for none.

    What an earlier night found stays; `before` has its rows, or is None.
    """

    key, found = ["subscriber_id", *per], re_entries(subscribers, per)
    if before is not None:
        known = before.where("previous_subscriber_id IS NOT NULL").select(*key, *PREVIOUS)
        found = known.unionByName(found.join(known, key, "left_anti"))
    return subscribers.join(found, key, "left")
