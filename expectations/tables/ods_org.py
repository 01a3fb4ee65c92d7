"""S11 as delivered: the province's cities and counties."""

from expectations.checks import NOT_NULL, matches
from expectations.columns import CITY, EXTRACT_DAY, LOAD_ID, VALID_FROM, VALID_TO
from expectations.contract import Column, Table

ODS_ORG = Table(
    name="ods.org",
    owner="customer-data",
    comment="One row per county and validity (S11).",
    key=("county", "valid_from", "load_id"),
    event_date="day",
    columns=(
        EXTRACT_DAY,
        CITY,
        Column("city_name", "string", "Name of the city (Chinese).", (NOT_NULL,)),
        Column("county", "string", "Code of the county, six digits.", (NOT_NULL, matches("[0-9]{6}"))),
        Column("county_name", "string", "Name of the county (Chinese).", (NOT_NULL,)),
        VALID_FROM,
        VALID_TO,
        LOAD_ID,
    ),
)
