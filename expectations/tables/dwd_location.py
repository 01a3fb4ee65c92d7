"""S8, once each row is of the subscriber who held the number that day."""

from dataclasses import replace

from expectations.contract import FEED, KNOWN_ON, Column
from expectations.resolved import resolved
from expectations.tables.ods_location import ODS_LOCATION

DWD_LOCATION = replace(
    resolved(ODS_LOCATION),
    columns=(
        # A fact adds known_on and feed itself.
        *(column for column in resolved(ODS_LOCATION).columns if column not in (KNOWN_ON, FEED)),
        Column(
            "is_away",
            "boolean",
            "Whether the county is outside the home city, by the newest S1 of the night that received the row.",
            null_means="the county or the home city is not known",
        ),
        Column(
            "position",
            "string",
            "Longitude and latitude of the cell in millionths of a degree, with : between them.",
            null_means="the cell is in no cell catalogue",
        ),
    ),
)
