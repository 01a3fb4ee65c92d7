"""The rows of the night's lists: the listed decisions, with numbers and names; and the contacts that they become."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import TYPE_CHECKING, Any

from expectations.channels import CHANNELS
from expectations.checks import literal
from expectations.tables.mkt_contact import MKT_CONTACT
from features.effective import effective_on
from jobs.publish.key import Key
from scenarios.calendar import import_day
from scenarios.library import SCENARIOS
from scenarios.message import yuan_sql

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

# Why a row must not go out; the first that applies is used.
NO_NUMBER = "have no number in vault.number"
NO_NAME = "offer a product or a resource that the catalogues do not name on the day of import"
NO_MODE = "have a mode that the channel does not declare"


def file_city() -> "Column":
    """Return the city whose file a decision's row is in; null for a channel with one file for the province."""
    from pyspark.sql import functions as F

    by_city = [name for name, channel in CHANNELS.items() if channel.form.by_city]
    return F.when(F.col("channel").isin(*by_city), F.col("city"))


def together() -> "Column":
    """Return what the rows of a file are sorted by before their rank; null where the best contact comes first."""
    from pyspark.sql import functions as F

    sorted_by = {name: channel.form.together for name, channel in CHANNELS.items() if channel.form.together}
    return F.coalesce(F.lit(None).cast("string"), *(F.when(F.col("channel") == of, F.concat_ws("\n", *by)) for of, by in sorted_by.items()))


@dataclass(frozen=True)
class Names:
    """Names in the catalogues: codes of cities, the city of each county, names of products and resources by code."""

    cities: list[str]
    counties: dict[str, str]
    products: dict[str, str]
    resources: dict[str, str]

    @classmethod
    def on(cls, on: date, frames: "Mapping[str, DataFrame]") -> "Names":
        """Read the catalogues in one query; `frames` are theirs, as in force. All but cities are as valid on the day of import."""
        read = {"city": frames["cities"], "county": frames["cities"], "product": frames["products"], "resource": frames["resources"]}
        coded = [
            effective_on(frame, code, on if code == "city" else import_day(on)).selectExpr(
                f"'{code}' AS kind", f"{code} AS code", f"{'city' if code == 'county' else f'{code}_name'} AS name"
            )
            for code, frame in read.items()
        ]
        found: dict[str, dict[str, str]] = {code: {} for code in read}
        for row in reduce(lambda one, other: one.unionByName(other), coded).collect():
            found[row.kind][row.code] = row["name"]
        return cls(sorted(found["city"]), found["county"], found["product"], found["resource"])


def contact_id(on: date) -> "Column":
    """Return the id of a decision's contact."""
    from pyspark.sql import functions as F

    return F.substring(F.sha2(F.concat_ws(":", F.lit(f"{on}"), "scenario", "step", "subscriber_id"), 256), 1, 32)


def list_rows(listed: "DataFrame", numbers: "DataFrame", names: Names, on: date, persons: "DataFrame | None" = None) -> "DataFrame":
    """Return the listed decisions with every column of any list, `file_city`, and `fault`: null, or why a row must not go out.

    `persons` are read only if a list asks for account managers; otherwise these columns are null. No row is lost: a row without a number
    or a name has a fault. If a number or a name is there twice, the row appears twice.
    """
    from pyspark.sql import functions as F

    managers = ("manager_name", "manager_phone")
    if persons is None:
        known = listed.select("*", *(F.lit(None).cast("string").alias(name) for name in managers))
    else:
        known = listed.join(persons.select("subscriber_id", *managers), "subscriber_id", "left")
    named = (
        known.withColumn("contact_id", contact_id(on))
        .join(numbers.select("subscriber_id", "number"), "subscriber_id", "left")
        .join(_named(listed, names.products, "offer", "product_name"), "offer", "left")
        .join(_named(listed, names.resources, "resource", "resource_name"), "resource", "left")
    )
    nameless = "(offer IS NOT NULL AND product_name IS NULL) OR (resource IS NOT NULL AND resource_name IS NULL)"
    fault = F.expr(f"CASE WHEN number IS NULL THEN '{NO_NUMBER}' WHEN {nameless} THEN '{NO_NAME}' WHEN NOT ({_can()}) THEN '{NO_MODE}' END")
    needed = dict.fromkeys(["rank", "mode", *(name for channel in CHANNELS.values() for name in channel.form.columns)])
    own = {"channel", "scenario", "step"}
    named = named.withColumn("reason", F.expr(_reason()))
    there = named.columns
    columns = [_cell(name, there) for name in needed if name not in own]
    return named.select(*sorted(own), file_city().alias("file_city"), *columns, fault.alias("fault"))


def with_place(listed: "DataFrame") -> "DataFrame":
    """Return the listed decisions with `place` among the subscriber's in the channel, the most valuable first.

    It counts held lists too, so that a list does not change when another one is approved.
    """
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    best_first = (F.col("reduced_fen").desc_nulls_last(), "scenario", "step")
    return listed.withColumn("place", F.row_number().over(Window.partitionBy("channel", "subscriber_id").orderBy(*best_first)))


def _reason() -> str:
    """Return Spark SQL: the scenario's name, and what the subscriber saves or pays more a month; null for an unknown scenario."""
    label = " ".join(f"WHEN {literal(scenario.name)} THEN {literal(scenario.label)}" for scenario in SCENARIOS)
    saving, extra = (f"try_element_at(figures, '{name}')" for name in ("saving_fen", "extra_fee_fen"))
    amount = f"CASE WHEN {saving} > 0 THEN concat(',预计每月省', {yuan_sql(saving)}, '元')"
    amount += f" WHEN {extra} > 0 THEN concat(',每月多付', {yuan_sql(extra)}, '元') ELSE '' END"
    return f"concat(CASE scenario {label} END, {amount})"


def _named(listed: "DataFrame", names: Mapping[str, str], code: str, name: str) -> "DataFrame":
    from pyspark.sql import functions as F

    return F.broadcast(listed.sparkSession.createDataFrame([*names.items()], f"{code} STRING, {name} STRING"))


def _cell(name: str, columns: Iterable[str]) -> "Column":
    """Return a list's column: that of the decision, a catalogue or the vault, or else one of the decision's figures."""
    from pyspark.sql import functions as F

    if name == "product":
        return F.col("offer").alias(name)
    if name.endswith("_yuan"):
        return F.expr(yuan_sql(f"try_element_at(figures, '{name.removesuffix('_yuan')}_fen')")).alias(name)
    return F.col(name) if name in columns else F.expr(f"try_element_at(figures, '{name}')").alias(name)


def _can() -> str:
    """Return Spark SQL: whether the row's channel declares the row's mode."""
    modes = {name: ", ".join(map(literal, channel.modes)) for name, channel in CHANNELS.items()}
    return "CASE channel " + " ".join(f"WHEN '{name}' THEN coalesce(mode IN ({of}), false)" for name, of in modes.items()) + " END"


def contacts(listed: "DataFrame", manifests: Mapping[Key, Mapping[str, Any]], on: date) -> "DataFrame":
    """Return a row of mkt.contact for each listed decision whose list is among the manifests: the lists that have their .ok."""
    from pyspark.sql import functions as F

    spark = listed.sparkSession
    files = [
        (*key, entry["city"], f"{key}/{on}/{entry['file']}", told["valid_from"], told["valid_to"])
        for key, told in manifests.items()
        for entry in told["files"]
        if entry["file"]
    ]
    if not files:
        return MKT_CONTACT.empty(spark)
    ddl = "channel STRING, scenario STRING, step STRING, of_city STRING, file STRING, valid_from STRING, valid_to STRING"
    of_file = F.broadcast(spark.createDataFrame(files, ddl))
    rows = listed.withColumn("file_city", file_city()).join(of_file, ["channel", "scenario", "step"])
    own = {
        "contact_id": contact_id(on),
        "valid_from": F.col("valid_from").cast("date"),
        "valid_to": F.col("valid_to").cast("date"),
        "business_date": F.lit(on),
    }
    return rows.where("file_city <=> of_city").withColumns(own).select(*(column.name for column in MKT_CONTACT.columns))
