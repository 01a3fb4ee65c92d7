"""S8's reference as delivered: where the network's cells are."""

from expectations.checks import NOT_NULL, between
from expectations.columns import COUNTY, EXTRACT_DAY, LOAD_ID, SHORT_CODE
from expectations.contract import Column, Table


def _degrees(name: str, comment: str, most: int) -> Column:
    return Column(name, "int", comment, (NOT_NULL, between(-most, most)), unit="millionths of a degree")


ODS_CELL = Table(
    name="ods.cell",
    owner="network",
    comment="One row per cell and extract day (S8).",
    key=("cell", "load_id"),
    event_date="day",
    columns=(
        EXTRACT_DAY,
        Column("cell", "string", "Cell id.", (NOT_NULL, SHORT_CODE), label="小区"),
        COUNTY,
        _degrees("longitude_udeg", "Longitude of the cell's mast, east of Greenwich.", 180_000_000),
        _degrees("latitude_udeg", "Latitude of the cell's mast, north of the equator.", 90_000_000),
        LOAD_ID,
    ),
)
