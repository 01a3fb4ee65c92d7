"""The names of codes, as the catalogues (S11) have them on a night."""

from dataclasses import dataclass, field
from datetime import date

from expectations.contract import Table
from expectations.tables.ods_org import ODS_ORG
from expectations.tables.ods_product import ODS_PRODUCT
from expectations.tables.ods_resource import ODS_RESOURCE
from jobs.runtime.lake import Lake
from jobs.runtime.loads import DELIVERIES_BACK


@dataclass(frozen=True)
class Names:
    """Names by code, as customers see them. A code without a name is shown as it is."""

    products: dict[str, str] = field(default_factory=dict)
    resources: dict[str, str] = field(default_factory=dict)
    counties: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, lake: Lake, on: date) -> "Names":
        """Return the names in deliveries known by the night."""
        return cls(
            names_of(lake, on, ODS_PRODUCT, "product", "product_name"),
            names_of(lake, on, ODS_RESOURCE, "resource", "resource_name"),
            names_of(lake, on, ODS_ORG, "county", "county_name"),
        )


def names_of(lake: Lake, on: date, catalogue: Table, code: str, name: str) -> dict[str, str]:
    """Return code -> name, the newest in deliveries known by the night."""
    named: dict[str, str] = {}
    for load in lake.known(catalogue, on)[-DELIVERIES_BACK:]:
        arrived = lake.log(catalogue, **{str(catalogue.event_date): load.event_date, "known_on": load.known_on})
        rows = [row for row in arrived if row["load_id"] == load.load_id and row["valid_from"] <= on]
        named |= {row[code]: row[name] for row in sorted(rows, key=lambda row: row["valid_from"])}
    return named
