"""The parts of the customer view that have several rows per subscriber: each is one array, sorted, made in one pass over its table."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from expectations.tables.dws_customer_view import DWS_CUSTOMER_VIEW
from features.answers import CONTACT, is_made, is_taken_up
from features.library import CAR, FAMILIES
from features.view import TAGS_SHOWN
from models.library import MODELS
from models.model import SUBSCRIBER

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

# The order of the guide.
STAGES = ("listed", "not_allocated", "held_out", "excluded")


def part(name: str) -> str:
    """Return the type of a part of the view."""
    return DWS_CUSTOMER_VIEW.column(name).type


def gathered(rows: "DataFrame", name: str, fields: "Mapping[str, Column]", first: "Column | None" = None) -> "DataFrame":
    """Return (subscriber_id, the part): the fields of each row as a struct, in the order of `first`, else of the fields themselves."""
    from pyspark.sql import functions as F

    one = F.struct(*(value.alias(field) for field, value in fields.items()))
    sorted_by = one if first is None else F.struct(first, one.alias("one"))
    gathered = F.sort_array(F.collect_list(sorted_by))
    chosen = gathered if first is None else F.transform(gathered, lambda of: of["one"])
    return rows.groupBy("subscriber_id").agg(chosen.cast(part(name)).alias(name))


def accounts(families: "DataFrame", groups: "DataFrame") -> "DataFrame":
    """Return the family accounts and the company's group of each member."""
    from pyspark.sql import functions as F

    main = F.when(F.col("is_main"), "main").otherwise("member")
    of_family = families.select(
        "subscriber_id", "kind", main.alias("role"), "joined_on", "live_members", F.col("others_with_plan").alias("n")
    )
    of_group = groups.select(
        "subscriber_id", F.lit("group"), "group_role", "joined_on", "live_members", F.col("members_with_plan").alias("n")
    )
    names = {"kind": "kind", "role": "role", "joined_on": "joined_on", "members": "live_members", "with_plan": "n"}
    return gathered(of_family.union(of_group), "accounts", {field: F.col(name) for field, name in names.items()})


def products(on: date, orders: "DataFrame", names: "DataFrame") -> "DataFrame":
    """Return the products held on D, the dearest first; `names` has product and product_name as in force."""
    from pyspark.sql import functions as F

    held = orders.where(f"valid_from <= DATE'{on}' AND (valid_to IS NULL OR valid_to > DATE'{on}')")
    named = held.join(F.broadcast(names.select("product", "product_name")), "product", "left")
    fields = {"product": "product", "name": "product_name", "kind": "product_kind", "fee_fen": "monthly_fee_fen", "since": "valid_from"}
    fields |= {"until": "valid_to", "source": "order_source"}
    dearest = -F.coalesce("monthly_fee_fen", F.lit(0))
    return gathered(named, "products", {field: F.col(name) for field, name in fields.items()}, dearest)


def labels(rows: "DataFrame") -> "DataFrame":
    """Return the recognition labels, by number."""
    from pyspark.sql import functions as F

    fields = {"number": "label_number", "name": "label_name"} | {n: n for n in ("grade", "since_date", "evidence", "advice")}
    return gathered(rows, "labels", {field: F.col(name) for field, name in fields.items()})


def tags() -> "Column":
    """Return the tags that say most, as a column of the customer record; those that are null are left out."""
    from pyspark.sql import functions as F

    told = []
    for family in (family for family in FAMILIES if family.name in TAGS_SHOWN):
        for name in TAGS_SHOWN[family.name]:
            declared = CAR.column(name)
            texts = (family.label, name, declared.label)
            value = (*map(F.lit, texts), F.col(name).cast("string"), F.lit(declared.unit))
            told.append(F.when(F.col(name).isNotNull(), F.struct(*value)))
    return F.filter(F.array(*told), lambda one: one.isNotNull()).cast(part("tags"))


def scores() -> "Column":
    """Return the scores that are known, as a column of the row of scores."""
    from pyspark.sql import functions as F

    told = [
        F.when(
            F.col(output.name).isNotNull(),
            F.struct(F.lit(output.name), F.lit(model.label), F.col(output.name).cast("bigint"), F.col(model.version.name).alias("version")),
        )
        for model in MODELS
        if model.unit == SUBSCRIBER
        for output in model.outputs
    ]
    return F.filter(F.array(*told), lambda one: one.isNotNull()).cast(part("scores"))


def service(events: "DataFrame") -> "DataFrame":
    """Return the contacts with the operator's service, the newest first."""
    from pyspark.sql import functions as F

    fields = {name: F.col(name) for name in ("occurred_at", "kind", "topic", "severity", "status", "is_satisfied")}
    return gathered(events, "service", fields, -F.unix_micros("occurred_at"))


def contacts(listed: "DataFrame", feedback: "DataFrame") -> "DataFrame":
    """Return the contacts of other nights' lists with what their channels answered, the newest first."""
    from pyspark.sql import functions as F

    def last(name: str) -> "Column":
        return F.max_by(name, F.when(F.col(name).isNotNull(), F.struct("happened_at", name))).alias(name)

    answered = feedback.groupBy(*CONTACT).agg(
        F.bool_or(is_made()).alias("is_made"), F.bool_or(is_taken_up()).alias("is_taken_up"), last("outcome"), last("satisfaction")
    )
    rows = listed.withColumnRenamed("business_date", "list_date").join(answered, list(CONTACT), "left")
    # A contact that was taken up was made, even if no receipt says so.
    made = F.col("is_made") | F.col("is_taken_up")
    fields = {name: F.col(name) for name in ("list_date", "scenario", "step", "channel", "offer")}
    fields |= {"is_made": made} | {name: F.col(name) for name in ("is_taken_up", "outcome", "satisfaction")}
    return gathered(rows, "contacts", fields, -F.unix_date("list_date"))


def guide(decisions: "DataFrame", names: "DataFrame") -> "DataFrame":
    """Return tonight's decisions: what is listed first, then by value. A decision that is held out shows no offer and no words."""
    from pyspark.sql import functions as F

    named = decisions.join(F.broadcast(names.select(F.col("product").alias("offer"), "product_name")), "offer", "left")
    is_open, is_listed = F.col("stage") != "held_out", F.col("stage") == "listed"
    fields = {name: F.col(name) for name in ("scenario", "step", "stage")}
    shown = {"offer": "offer", "name": "product_name", "channel": "channel", "value_fen": "value_fen"}
    fields |= {field: F.when(is_open, F.col(name)) for field, name in shown.items()}
    fields |= {"reasons": F.sort_array("reasons"), "message": F.when(is_listed, F.col("message"))}
    place = F.coalesce(*(F.when(F.col("stage") == stage, F.lit(at)) for at, stage in enumerate(STAGES)), F.lit(len(STAGES)))
    return gathered(named, "guide", fields, F.struct(place, -F.coalesce("value_fen", F.lit(0))))
