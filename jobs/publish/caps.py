"""Whether tonight's lists break the contact policy (P1, P2, P7), worked out again from contacts, apart from the allocation of the night."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING

from expectations.channels import CHANNELS
from jobs.publish.key import Key
from scenarios.calendar import import_day
from scenarios.library import SCENARIOS
from scenarios.offers import looked_up
from scenarios.policy import CAPS, CLASS_REST_DAYS, ContactCap

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

LONGEST = max(*(cap.days for cap in CAPS), *CLASS_REST_DAYS.values())
_KINDS = {f"{scenario.name} {step.name}": scenario.success_of(step).kind for scenario in SCENARIOS for step in scenario.timing.steps}
_OF_CONTACT = ("subscriber_id", "channel", "scenario", "step", "list_date")


def first_night(on: date) -> date:
    """Return the first business date whose contacts count on the import day of `on`."""
    return on - timedelta(days=LONGEST)


def days_counted(on: date) -> list[date]:
    """Return the days whose feedback and other departments' contacts count."""
    return [first_night(on) + timedelta(days=place) for place in range(LONGEST + 1)]


def broken(
    on: date, listed: "DataFrame", earlier: "DataFrame", feedback: "DataFrame", others: "DataFrame", modes: Mapping[str, str]
) -> dict[Key, list[str]]:
    """Return which rules each list breaks, one sentence each; lists that break none are left out.

    `listed` are tonight's rows, `earlier` those of mkt.contact, `feedback` of dwd.feedback (what a channel rejected is no contact),
    `others` contacts of other departments (S16), whose `modes` are by channel.
    """
    from pyspark.sql import functions as F

    rejected = feedback.where("stage = 'rejected'").select(*_OF_CONTACT).distinct()
    made = earlier.withColumnRenamed("business_date", "list_date").join(rejected, [*_OF_CONTACT], "left_anti")
    mode = F.coalesce(looked_up(modes, F.col("channel")), F.lit("active"))
    contacts = (
        listed.select("subscriber_id", F.lit(import_day(on)).alias("day"), "mode")
        .unionByName(made.select("subscriber_id", F.date_add("list_date", 1).alias("day"), "mode"))
        .unionByName(others.where("arm IS NULL OR arm = 'treated'").select("subscriber_id", "day", mode.alias("mode")))
        .where(F.col("day").between(F.lit(first_night(on) + timedelta(days=2)), F.lit(import_day(on))))
    )
    counts = contacts.groupBy("subscriber_id").agg(*(F.count_if(_counts(cap, on)).alias(f"cap_{n}") for n, cap in enumerate(CAPS)))
    rows = _with_overlap(listed).join(counts, "subscriber_id").join(_told_of(made, on), "subscriber_id", "left")
    flags = {f"over_{n}": (F.col(f"cap_{n}") > cap.most) & _is_of(cap) for n, cap in enumerate(CAPS)}
    says = {f"over_{n}": _words(cap) for n, cap in enumerate(CAPS)}
    most = {name: channel.most_per_subscriber for name, channel in CHANNELS.items() if channel.most_per_subscriber}
    flags["crowds"] = F.coalesce(F.col("in_channel") > looked_up(most, F.col("channel")), F.lit(False))
    says["crowds"] = "have more offers in this channel tonight than it shows of a subscriber"
    flags["overlaps"], says["overlaps"] = (
        F.col("is_twice"),
        "have another offer of the scenario in this mode, or of the product class, tonight",
    )
    by_another = F.exists("told_of", lambda of: (of["kind"] == F.col("kind")) & (of["scenario"] != F.col("scenario")))
    flags["rests"] = F.coalesce((F.col("mode") == "active") & by_another, F.lit(False))
    says["rests"] = "were approached about the product class by another scenario a few days ago"
    found = rows.groupBy("channel", "scenario", "step").agg(*(F.count_if(flag).alias(name) for name, flag in flags.items())).collect()
    told = {
        Key(row.channel, row.scenario, row.step): [f"{row[n]:,} row(s) are of subscribers who {says[n]}" for n in flags if row[n]]
        for row in found
    }
    return {key: sentences for key, sentences in told.items() if sentences}


def _words(cap: ContactCap) -> str:
    kind = f"{cap.mode} contacts" if cap.mode else "contacts"
    return f"would have more than {cap.most} {kind} in {cap.days} days, with earlier ones and those of other departments"


def _is_of(cap: ContactCap) -> "Column":
    from pyspark.sql import functions as F

    return F.col("mode") == cap.mode if cap.mode else F.lit(True)


def _counts(cap: ContactCap, on: date) -> "Column":
    """Return whether a contact is within the days of the cap, the last of which is the import day."""
    from pyspark.sql import functions as F

    return (F.col("day") > F.lit(import_day(on) - timedelta(days=cap.days))) & _is_of(cap)


def _told_of(made: "DataFrame", on: date) -> "DataFrame":
    """Return told_of by subscriber: class and scenario of our active contacts whose class still rests on the import day."""
    from pyspark.sql import functions as F

    kind = looked_up(_KINDS, F.concat_ws(" ", "scenario", "step"))
    rests = looked_up(CLASS_REST_DAYS, kind).cast("int")
    lately = made.where((F.col("mode") == "active") & (F.date_add("list_date", rests + 1) > F.lit(import_day(on))))
    return lately.groupBy("subscriber_id").agg(F.collect_set(F.struct(kind.alias("kind"), "scenario")).alias("told_of"))


def _with_overlap(listed: "DataFrame") -> "DataFrame":
    """Return the rows with `is_twice`: a scenario contacts the subscriber twice in one mode, or another one offers the same class; and
    with `in_channel`: how many offers the subscriber has in the channel."""
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    told = listed.withColumn("kind", looked_up(_KINDS, F.concat_ws(" ", "scenario", "step")))
    of_subscriber = Window.partitionBy("subscriber_id")
    every = told.withColumn("every", F.collect_list(F.struct("scenario", "mode", "kind", "channel")).over(of_subscriber))
    same_mode = F.filter("every", lambda of: (of["scenario"] == F.col("scenario")) & (of["mode"] == F.col("mode")))
    same_class = F.filter("every", lambda of: (of["scenario"] != F.col("scenario")) & (of["kind"] == F.col("kind")))
    same_channel = F.filter("every", lambda of: of["channel"] == F.col("channel"))
    return every.withColumns({"is_twice": (F.size(same_mode) > 1) | (F.size(same_class) > 0), "in_channel": F.size(same_channel)})
