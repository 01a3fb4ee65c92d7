"""What the stages of a channel's feedback (S12) say: which contact was made, and which was taken up."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from expectations.channel import Channel
from expectations.channels import CHANNELS

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

# A list row, whatever happened to it.
CONTACT = ("subscriber_id", "channel", "scenario", "step", "list_date")
AGREED = ("agreed_paid", "agreed_trial")
ORDERED = ("ordered", "ordered_after_query", "tried")
# The province's share of a channel counts as much as so many contacts of the subscriber, and an even share as so many visits.
SMOOTHED_BY = 10


def made_stage(channel: Channel) -> str | None:
    """Return the stage in which a channel reports that a contact was made: the receipt, else what it counts as pushed."""
    if channel.feedback is None:
        return None
    if "delivered" in dict(channel.feedback.stages):
        return "delivered"
    return next((count.stage for count in channel.counts if count.common == "pushed"), None)


_MADE = {name: stage for name, channel in CHANNELS.items() if (stage := made_stage(channel))}


def is_made() -> "Column":
    """Whether a row of feedback reports that a contact was made."""
    from pyspark.sql import functions as F

    return F.concat_ws(" ", "channel", "stage").isin(*(f"{channel} {stage}" for channel, stage in _MADE.items()))


def is_taken_up() -> "Column":
    """Whether a row of feedback reports that the customer took up the offer."""
    from pyspark.sql import functions as F

    return F.col("stage").isin(*ORDERED) | F.coalesce(F.col("outcome").isin(*AGREED), F.lit(False))


def responses(feedback: "DataFrame", per: Sequence[str] = ()) -> "DataFrame":
    """Return (subscriber_id, channel, contacts, taken_up, response_ppm) of all rows of feedback that are given.

    A contact that was taken up was made, even if no receipt says so. `response_ppm` is (taken up + 10 x the share of all contacts of the
    channel) / (contacts + 10). `per` tells the nights of the frame apart (Moment.per).
    """
    from pyspark.sql import functions as F

    contacts = feedback.groupBy(*CONTACT, *per).agg(F.bool_or(is_made()).alias("is_made"), F.bool_or(is_taken_up()).alias("is_taken_up"))
    contacts = contacts.where("is_made OR is_taken_up")
    counts = (F.count("*").cast("int").alias("contacts"), F.count_if("is_taken_up").cast("int").alias("taken_up"))
    of_province = contacts.groupBy("channel", *per).agg(
        F.expr(f"count_if(is_taken_up) * {1_000_000 * SMOOTHED_BY}L DIV count(*)").alias("drawn")
    )
    own = contacts.groupBy("subscriber_id", "channel", *per).agg(*counts)
    smoothed = F.expr(f"int((taken_up * 1000000L + drawn) DIV (contacts + {SMOOTHED_BY}))").alias("response_ppm")
    found = own.join(F.broadcast(of_province), ["channel", *per])
    return found.select("subscriber_id", "channel", "contacts", "taken_up", smoothed, *per)
