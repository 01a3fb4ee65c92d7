"""Who belongs together: family accounts and companies' groups, with figures of the other members."""

from typing import TYPE_CHECKING

from expectations.columns import LIVE_STATES
from expectations.tables.dwd_family_member import DWD_FAMILY_MEMBER
from expectations.tables.dwd_group_member import DWD_GROUP_MEMBER
from expectations.tables.dwd_number_interval import DWD_NUMBER_INTERVAL
from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from expectations.tables.dwd_subscription_interval import DWD_SUBSCRIPTION_INTERVAL
from expectations.tables.ods_family_tie import ODS_FAMILY_TIE
from expectations.tables.ods_group_tie import ODS_GROUP_TIE
from features.moment import Moment
from jobs.runtime.job import table_job
from jobs.runtime.reads import Latest, Snapshot

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

MUCH_DATA_BYTES = 1 << 30


@table_job(
    writes=DWD_FAMILY_MEMBER,
    ties=Latest(ODS_FAMILY_TIE),
    numbers=Snapshot(DWD_NUMBER_INTERVAL),
    subscribers=Snapshot(DWD_SUBSCRIBER),
    orders=Snapshot(DWD_SUBSCRIPTION_INTERVAL),
)
def refine_families(moment: Moment, ties: "DataFrame", numbers: "DataFrame", subscribers: "DataFrame", orders: "DataFrame") -> "DataFrame":
    """Find the subscribers of each family account that is valid on D, and count the other members (S5, T11).

    A member is who has the number tonight, or else who had it last since the tie began. Of several accounts of one kind a subscriber
    counts in the one that they pay for, else in the one joined last.
    """
    from pyspark.sql import functions as F

    account = ("kind", "main_subscriber_id", *moment.per)
    main, joined = F.col("subscriber_id").alias("main_subscriber_id"), F.col("valid_from").alias("joined_on")
    valid = ties.where(_is_valid(moment)).select("kind", main, "number_token", joined, *moment.per)
    members = valid.select(*account, F.col("main_subscriber_id").alias("subscriber_id"), "joined_on").unionByName(
        _holders(moment, valid, numbers)
    )
    once = members.groupBy(*account, "subscriber_id").agg(F.min("joined_on").alias("joined_on"))
    is_main = F.col("main_subscriber_id") == F.col("subscriber_id")
    people = _people(moment, subscribers, orders)
    described = once.withColumn("is_main", is_main).join(people, list(moment.key), "left")
    figures = described.groupBy(*account).agg(
        F.count_if("is_live").cast("int").alias("live_members"),
        F.count_if(F.expr("is_live IS NOT TRUE")).cast("int").alias("left_members"),
        F.count_if("has_plan").cast("int").alias("with_plan"),
        F.count_if("has_much_data").cast("int").alias("with_much_data"),
    )
    chosen = F.max_by(F.struct(*described.columns), F.struct("is_main", "joined_on", "main_subscriber_id")).alias("row")
    one_each = described.groupBy("subscriber_id", "kind", *moment.per).agg(chosen).select("row.*")
    return one_each.join(figures, [*account]).select(
        "subscriber_id",
        "kind",
        "main_subscriber_id",
        "is_main",
        "joined_on",
        "live_members",
        "left_members",
        (F.col("with_plan") - F.expr("int(has_plan IS TRUE)")).alias("others_with_plan"),
        (F.col("with_much_data") - F.expr("int(has_much_data IS TRUE)")).alias("others_with_much_data"),
        moment.on.alias("business_date"),
    )


@table_job(
    writes=DWD_GROUP_MEMBER,
    ties=Latest(ODS_GROUP_TIE),
    subscribers=Snapshot(DWD_SUBSCRIBER),
    orders=Snapshot(DWD_SUBSCRIPTION_INTERVAL),
)
def refine_groups(moment: Moment, ties: "DataFrame", subscribers: "DataFrame", orders: "DataFrame") -> "DataFrame":
    """Choose the group of each member, and count the members and those who hold a data plan (S5, T11)."""
    from pyspark.sql import functions as F

    ties = ties.where(F.col("valid_from") <= moment.on).withColumnRenamed("valid_from", "joined_on")
    key, group = list(moment.key), ["group_id", *moment.per]
    of_group = ("group_id", "group_role", "manager_id", "joined_on")
    described = ties.select(*key, *of_group).join(_people(moment, subscribers, orders), key, "left")
    figures = described.groupBy(*group).agg(
        F.count_if("is_live").cast("int").alias("live_members"), F.count_if("has_plan").cast("int").alias("members_with_plan")
    )
    chosen = F.max_by(F.struct(*of_group), F.struct("joined_on", "group_id")).alias("row")
    one_each = described.groupBy(*key).agg(chosen).select(*key, "row.*")
    rows = one_each.join(figures, group).withColumn("business_date", moment.on)
    return rows.select(*(column.name for column in DWD_GROUP_MEMBER.columns))


def _is_valid(moment: Moment) -> "Column":
    from pyspark.sql import functions as F

    return (F.col("valid_from") <= moment.on) & (F.col("valid_to").isNull() | (F.col("valid_to") > moment.on))


def _holders(moment: Moment, ties: "DataFrame", numbers: "DataFrame") -> "DataFrame":
    """Return the ties with `subscriber_id`, the last holder of the number since the tie began, in place of the number."""
    from pyspark.sql import functions as F

    lasted = F.col("valid_from").alias("held_from"), F.col("valid_to").alias("held_to")
    held = numbers.select("number_token", "subscriber_id", *lasted, *moment.per).where(F.col("held_from") <= moment.on)
    since = "held_to IS NULL OR (held_to > held_from AND held_to > joined_on)"
    found = ties.join(held, ["number_token", *moment.per]).where(since)
    last = F.max_by("subscriber_id", "held_from").alias("subscriber_id")
    return found.groupBy("kind", "main_subscriber_id", "number_token", "joined_on", *moment.per).agg(last).drop("number_token")


def _people(moment: Moment, subscribers: "DataFrame", orders: "DataFrame") -> "DataFrame":
    """Return (subscriber_id, is_live, has_plan, has_much_data); only who is live has a plan."""
    from pyspark.sql import functions as F

    included = F.sum(F.least(F.coalesce("allowance_bytes", F.lit(0)), F.lit(MUCH_DATA_BYTES))).alias("included")
    key = list(moment.key)
    plans = orders.where((F.col("product_kind") == "data_plan") & _is_valid(moment)).groupBy(*key).agg(included)
    people = subscribers.select(*key, F.col("state").isin(*LIVE_STATES).alias("is_live")).join(plans, key, "left")
    return people.select(
        *key,
        "is_live",
        (F.col("is_live") & F.col("included").isNotNull()).alias("has_plan"),
        (F.col("is_live") & (F.coalesce("included", F.lit(0)) >= MUCH_DATA_BYTES)).alias("has_much_data"),
    )
