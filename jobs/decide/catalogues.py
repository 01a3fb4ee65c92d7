"""The catalogue reads that the jobs of this stage share."""

from typing import Any

from expectations.tables.ods_channel import ODS_CHANNEL
from expectations.tables.ods_product import ODS_PRODUCT
from expectations.tables.ods_resource import ODS_RESOURCE
from expectations.tables.ods_tariff import ODS_TARIFF
from jobs.runtime.reads import InForce

# Keyed by the names of scenarios.catalogues.KEYS.
CATALOGUES: dict[str, Any] = {
    "products": InForce(ODS_PRODUCT),
    "tariffs": InForce(ODS_TARIFF),
    "resources": InForce(ODS_RESOURCE),
    "channels": InForce(ODS_CHANNEL),
}
