"""The data of tonight's catalogues (S11) that decisions need: products, tariffs, resources and channels."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import TYPE_CHECKING, Any

from features.effective import effective_on, newest_on
from models.tariff import Tariff
from scenarios.calendar import import_day

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

# The catalogues, with the column that has the code of each row.
KEYS = {"products": "product", "tariffs": "product", "resources": "resource", "channels": "channel"}


@dataclass(frozen=True)
class Catalogues:
    """The night's reference data, small enough for memory: tariffs, names, fees and kinds by product, costs by resource and channel, modes.

    All are valid on the day on which the lists are imported, with two exceptions. `overage_fen_per_mb` has every product with a price of
    its own: holders of a product that is no longer sold still pay that price. `known_channels` has all codes of the channel catalogue,
    closed channels too: a customer who refused a closed channel refused no other.
    """

    tariffs: dict[str, Tariff]
    overage_fen_per_mb: dict[str, int]
    names: dict[str, str]
    fees: dict[str, int]
    resource_fen: dict[str, int]
    contact_fen: dict[str, int]
    modes: dict[str, str]
    known_channels: frozenset[str]
    kinds: dict[str, str]

    @classmethod
    def on(cls, on: date, frames: "Mapping[str, DataFrame]") -> "Catalogues":
        """Collect what the lists of business date `on` need. `frames` are keyed by the names of KEYS."""
        in_force = {name: effective_on(frames[name], key, import_day(on)) for name, key in KEYS.items()}
        rows = collected(
            {
                **in_force,
                "held": newest_on(frames["tariffs"], "product", on).where("overage_fen_per_mb IS NOT NULL"),
                "known": frames["channels"].select("channel"),
            }
        )
        return cls(
            tariffs={row["product"]: _tariff(row) for row in rows["tariffs"]},
            overage_fen_per_mb={row["product"]: row["overage_fen_per_mb"] for row in rows["held"]},
            names={row["product"]: row["product_name"] for row in rows["products"]},
            fees={row["product"]: row["monthly_fee_fen"] for row in rows["products"]},
            resource_fen={row["resource"]: row["unit_cost_fen"] for row in rows["resources"]},
            contact_fen={row["channel"]: row["contact_cost_fen"] for row in rows["channels"]},
            modes={row["channel"]: row["mode"] for row in rows["channels"]},
            known_channels=frozenset(row["channel"] for row in rows["known"]),
            kinds={row["product"]: row["product_kind"] for row in rows["products"]},
        )


def _tariff(row: Mapping[str, Any]) -> Tariff:
    return Tariff(
        monthly_fee_fen=row["monthly_fee_fen"],
        product=row["product"],
        allowance_bytes=row["allowance_bytes"],
        idle_allowance_bytes=row["idle_allowance_bytes"],
        overage_fen_per_mb=row.get("overage_fen_per_mb"),
        margin_per_mille=row["margin_per_mille"],
    )


def collected(frames: "Mapping[str, DataFrame]") -> dict[str, list[dict[str, Any]]]:
    """Return the rows of several small frames by name, in one query. Null fields are left out of a row."""
    from pyspark.sql import functions as F

    told = [frame.select(F.lit(name).alias("name"), F.to_json(F.struct(*frame.columns)).alias("row")) for name, frame in frames.items()]
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in frames}
    for one in reduce(lambda some, more: some.unionByName(more), told).collect():
        rows[one["name"]].append(json.loads(one["row"]))
    return rows
