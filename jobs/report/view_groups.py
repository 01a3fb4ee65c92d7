"""Companies' groups 集团 and account managers, each with their customers in one record, made of the customer views."""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from expectations.columns import LIVE_STATES
from expectations.contract import Table
from expectations.tables.dws_customer_view import DWS_CUSTOMER_VIEW
from expectations.tables.dws_group_view import DWS_GROUP_VIEW, DWS_MANAGER_VIEW, FACTS
from features.social import KEY_ROLES
from jobs.runtime.job import table_job
from jobs.runtime.reads import Snapshot

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

# Of a hundred members so many without a data plan call for an offer to the company.
MUCH_WITHOUT_PLAN_PER_CENT = 50


@table_job(writes=DWS_GROUP_VIEW, customers=Snapshot(DWS_CUSTOMER_VIEW))
def view_groups(on: date, customers: "DataFrame") -> "DataFrame":
    """Put each company's group into one record: members, key persons, manager, value, tiers, segments, complaints, products, guide.

    Only live members count.
    """
    from pyspark.sql import functions as F

    members = with_facts(customers.where("group_id IS NOT NULL"))
    key_persons = F.filter("everybody", lambda one: one["role"].isin(*KEY_ROLES))
    by_group = members.groupBy("group_id").agg(
        F.mode("group_manager", True).alias("manager_id"), *_figures(), F.count_if("has_plan").cast("int").alias("with_data_plan")
    )
    held = members.select("group_id", "subscriber_id", F.explode(F.array_distinct(F.transform("products", _code_and_name))).alias("held"))
    products = _counted(held.select("group_id", "held.*"), "group_id", "products", "product", "name")
    rows = by_group.join(products, "group_id", "left").withColumns(
        {
            "products": F.coalesce("products", F.array().cast(DWS_GROUP_VIEW.column("products").type)),
            "key_persons": F.concat(*(F.filter(key_persons, _has_role(role)) for role in reversed(KEY_ROLES))),
            "members": F.col("everybody"),
        }
    )
    return _of_table(rows.withColumn("guide", _guide()), DWS_GROUP_VIEW, on)


@table_job(writes=DWS_MANAGER_VIEW, customers=Snapshot(DWS_CUSTOMER_VIEW))
def view_managers(on: date, customers: "DataFrame") -> "DataFrame":
    """Put the live customers of each account manager into one record, ranked by the value that is at risk."""
    from pyspark.sql import functions as F

    theirs = with_facts(customers.where("manager_id IS NOT NULL"))
    groups = F.sort_array(F.collect_set("group_id")).alias("groups")
    rows = theirs.groupBy("manager_id").agg(*_figures(), groups).withColumnRenamed("everybody", "ranked")
    return _of_table(rows, DWS_MANAGER_VIEW, on)


def with_facts(customers: "DataFrame") -> "DataFrame":
    """Return the live customers with `facts`, `has_plan`, and the columns that views of several customers need."""
    from pyspark.sql import functions as F

    at_risk = F.expr("try_multiply(value_fen, bigint(churn_ppm)) DIV 1000000")
    listed = F.get(F.filter("guide", lambda one: one["stage"] == "listed"), F.lit(0))
    numbers = F.concat_ws(",", F.transform("labels", lambda one: one["number"].cast("string")))
    made = {"role": F.col("group_role"), "labels": numbers, "offer": listed["name"], "message": listed["message"]}
    facts = (made.get(name, F.col(name)).alias(name) for name in FACTS)
    return (
        customers.where(F.col("state").isin(*LIVE_STATES))
        .withColumn("at_risk_fen", at_risk)
        .select(
            *("group_id", "group_manager", "manager_id", "subscriber_id", "value_fen", "at_risk_fen", "tier", "segment", "products"),
            "has_open_complaint",
            F.exists("products", lambda one: one["kind"] == "data_plan").alias("has_plan"),
            F.struct(*facts).alias("facts"),
        )
    )


def _figures() -> "list[Column]":
    """Return the figures that groups and managers share, and `everybody`, the facts of all customers in their order."""
    from pyspark.sql import functions as F

    def least_last(name: str) -> "Column":
        return -F.coalesce(name, F.lit(-(2**62)))

    ordered = F.sort_array(F.collect_list(F.struct(least_last("at_risk_fen"), least_last("value_fen"), "facts")))
    return [
        F.count("*").cast("int").alias("customers"),
        F.sum("value_fen").alias("value_fen"),
        F.sum("at_risk_fen").alias("at_risk_fen"),
        F.count_if("has_open_complaint").cast("int").alias("open_complaints"),
        _by_code("tier", "tiers"),
        _by_code("segment", "segments"),
        F.transform(ordered, lambda one: one["facts"]).cast(DWS_GROUP_VIEW.column("members").type).alias("everybody"),
    ]


def _by_code(column: str, name: str) -> "Column":
    """Return how many rows of a group have each value, the most first, as an array."""
    from pyspark.sql import functions as F

    codes = F.sort_array(F.collect_list(column))
    each = F.transform(
        F.array_distinct(codes),
        lambda code: F.struct((-F.size(F.filter(codes, lambda one: one == code))).alias("less"), code.alias("code")),
    )
    counted = F.transform(F.sort_array(each), lambda one: F.struct(one["code"], -one["less"]))
    return counted.cast(DWS_GROUP_VIEW.column(name).type).alias(name)


def _counted(rows: "DataFrame", key: str, name: str, *columns: str) -> "DataFrame":
    """Return (key, name): how many rows have each value of the columns, the most first."""
    from pyspark.sql import functions as F

    counts = rows.groupBy(key, *columns).agg(F.count("*").cast("int").alias("n"))
    gathered = F.sort_array(F.collect_list(F.struct((-F.col("n")).alias("less"), *columns, "n")))
    told = F.transform(gathered, lambda one: F.struct(*(one[column] for column in columns), one["n"]))
    return counts.groupBy(key).agg(told.cast(DWS_GROUP_VIEW.column(name).type).alias(name))


def _code_and_name(held: "Column") -> "Column":
    from pyspark.sql import functions as F

    return F.struct(held["product"].alias("product"), held["name"].alias("name"))


def _has_role(role: str) -> "Callable[[Column], Column]":
    return lambda one: one["role"] == role


def _guide() -> "Column":
    """Return what to do for a group, as sentences."""
    from pyspark.sql import functions as F

    at_risk = F.size(F.filter("members", lambda one: one["segment"] == "ss6_high_at_risk"))
    without = F.col("customers") - F.col("with_data_plan")
    told = [
        F.when(F.col("open_complaints") > 0, F.format_string("Solve the complaints of %d member(s) before any offer.", "open_complaints")),
        F.when(at_risk > 0, F.format_string("Call the %d member(s) of high value at risk.", at_risk)),
        F.when(F.size("key_persons") == 0, F.lit("Find a key person: the group has none.")),
        F.when(
            without * 100 >= F.col("customers") * MUCH_WITHOUT_PLAN_PER_CENT,
            F.format_string("Offer the company a data plan for groups: %d of %d members hold none.", without, "customers"),
        ),
        F.when(F.col("manager_id").isNull(), F.lit("Name an account manager: the group has none.")),
    ]
    return F.filter(F.array(*told), lambda one: one.isNotNull())


def _of_table(rows: "DataFrame", table: Table, on: date) -> "DataFrame":
    from pyspark.sql import functions as F

    return rows.withColumn("business_date", F.lit(on)).select(*(column.name for column in table.columns))
