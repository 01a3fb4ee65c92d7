"""What the catalogues (S11) say tonight of products, tariffs, resources and channels, as decisions need it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from features.effective import effective_on, newest_on
from models.tariff import Tariff
from scenarios.calendar import import_day

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

# The catalogues, and the column with the code that each one's rows are about.
KEYS = {"products": "product", "tariffs": "product", "resources": "resource", "channels": "channel"}


@dataclass(frozen=True)
class Catalogues:
    """The reference of the night, small enough to hold: tariffs, names and fees by product, costs by resource and channel, modes.

    All are those of the day on which the lists are imported, with two exceptions. `overage_fen_per_mb` has every product with a price of
    its own: holders of a product that is no longer sold still pay that price. `known_channels` are all codes of the channel catalogue,
    closed channels too: a customer who refused a closed channel refused no other.
    """

    tariffs: dict[str, Tariff]
    overage_fen_per_mb: dict[str, int]
    names: dict[str, str]
    fees: dict[str, int]
    resource_fen: dict[str, int]
    contact_fen: dict[str, int]
    modes: dict[str, str]
    channels: "DataFrame"
    known_channels: frozenset[str]

    @classmethod
    def on(cls, on: date, frames: "Mapping[str, DataFrame]") -> "Catalogues":
        """Collect what the lists of business date `on` need; `frames` are by the names of KEYS."""
        products, tariffs, resources, channels = (effective_on(frames[name], key, import_day(on)) for name, key in KEYS.items())
        held = newest_on(frames["tariffs"], "product", on).where("overage_fen_per_mb IS NOT NULL")
        offered, sold = channels.collect(), products.collect()
        priced = ("monthly_fee_fen", "product", "allowance_bytes", "idle_allowance_bytes", "overage_fen_per_mb", "margin_per_mille")
        return cls(
            tariffs={row["product"]: Tariff(*(row[name] for name in priced)) for row in tariffs.collect()},
            overage_fen_per_mb={row["product"]: row.overage_fen_per_mb for row in held.collect()},
            names={row["product"]: row.product_name for row in sold},
            fees={row["product"]: row.monthly_fee_fen for row in sold},
            resource_fen={row.resource: row.unit_cost_fen for row in resources.collect()},
            contact_fen={row.channel: row.contact_cost_fen for row in offered},
            modes={row.channel: row["mode"] for row in offered},
            channels=channels,
            known_channels=frozenset(row.channel for row in frames["channels"].select("channel").collect()),
        )
