"""What S11 says on the night of products, tariffs, resources and channels, as decisions need it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from expectations.tables.ods_channel import ODS_CHANNEL
from expectations.tables.ods_product import ODS_PRODUCT
from expectations.tables.ods_resource import ODS_RESOURCE
from expectations.tables.ods_tariff import ODS_TARIFF
from features.effective import effective_on, newest_on
from jobs.runtime.reads import InForce
from models.tariff import Tariff
from scenarios.calendar import import_day
from scenarios.scenario import Scenario

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

READS: dict[str, Any] = {
    "products": InForce(ODS_PRODUCT),
    "tariffs": InForce(ODS_TARIFF),
    "resources": InForce(ODS_RESOURCE),
    "channels": InForce(ODS_CHANNEL),
}
KEYS = {"products": "product", "tariffs": "product", "resources": "resource", "channels": "channel"}


@dataclass(frozen=True)
class Catalogues:
    """The reference of the night, small enough to hold: tariffs by product, cost by resource and channel, names, modes.

    All hold on the day the lists are imported, with two exceptions. `overage_fen_per_mb` has the price of every product with one of its
    own: who holds a product that is no longer sold still pays by it. `known_channels` are all codes of the channel catalogue, channels
    that are closed or not yet open among them: a customer who refused one of these refused no other.
    """

    tariffs: dict[str, Tariff]
    overage_fen_per_mb: dict[str, int]
    names: dict[str, str]
    resource_fen: dict[str, int]
    contact_fen: dict[str, int]
    modes: dict[str, str]
    channels: "DataFrame"
    known_channels: frozenset[str]

    @classmethod
    def on(cls, on: date, frames: "Mapping[str, DataFrame]") -> "Catalogues":
        """Collect the rows that the lists of business date `on` need, out of the frames of READS."""
        products, tariffs, resources, channels = (effective_on(frames[name], key, import_day(on)) for name, key in KEYS.items())
        held = newest_on(frames["tariffs"], "product", on).where("overage_fen_per_mb IS NOT NULL")
        offered = channels.collect()
        priced = ("monthly_fee_fen", "product", "allowance_bytes", "idle_allowance_bytes", "overage_fen_per_mb", "margin_per_mille")
        return cls(
            tariffs={row["product"]: Tariff(*(row[name] for name in priced)) for row in tariffs.collect()},
            overage_fen_per_mb={row["product"]: row.overage_fen_per_mb for row in held.collect()},
            names={row["product"]: row.product_name for row in products.collect()},
            resource_fen={row.resource: row.unit_cost_fen for row in resources.collect()},
            contact_fen={row.channel: row.contact_cost_fen for row in offered},
            modes={row.channel: row["mode"] for row in offered},
            channels=channels,
            known_channels=frozenset(row.channel for row in frames["channels"].select("channel").collect()),
        )

    def unknown(self, scenario: Scenario) -> list[str]:
        """The codes the scenario names that tonight's catalogues (S11) do not have, each with what is missing of it."""
        faults = [f"product {code} has no tariff" for code in scenario.product.products if code not in self.tariffs]
        faults += [f"product {code} is not in the product catalogue" for code in scenario.product.products if code not in self.names]
        faults += [f"channel {code} is unknown" for code in scenario.channels.allowed if code not in self.modes]
        faults += [f"resource {scenario.resource.resource} is unknown"] if scenario.resource.resource not in self.resource_fen else []
        return faults
