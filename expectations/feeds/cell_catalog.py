"""小区库: where the network's cells are; distances between the places of S8 need it."""

from expectations.feed import Feed, Field
from expectations.forms import SMALL
from expectations.tables import ods_cell

CELL_CATALOG_FEED = Feed(
    name="cell_catalog",
    source="S8",
    label="小区库",
    owner="network",
    table=ods_cell.ODS_CELL,
    cadence="on change",
    content="full",
    data_class="basic",
    delimiter=",",
    header=True,
    gzip=False,
    fields=(
        Field("CELL_ID", "cell"),
        Field("COUNTY_CODE", "county"),
        Field("LONGITUDE_E6", "longitude_udeg", SMALL),
        Field("LATITUDE_E6", "latitude_udeg", SMALL),
    ),
)
