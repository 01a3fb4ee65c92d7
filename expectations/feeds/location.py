"""S8 信令位置: minutes per number, day and cell."""

from expectations.feed import Feed, Field
from expectations.forms import DATE, SMALL, token
from expectations.tables import ods_location

LOCATION_FEED = Feed(
    name="location",
    source="S8",
    label="信令位置",
    owner="network",
    table=ods_location.ODS_LOCATION,
    cadence="daily",
    content="delta",
    data_class="behaviour",
    lateness_days=3,
    at_deadline="run without",
    delimiter="\x01",
    fields=(
        Field("STAT_DATE", None, DATE, is_event_date=True),
        Field("MSISDN", "number_token", token("number"), personal=True),
        Field("CELL_ID", "cell"),
        Field("COUNTY_CODE", "county"),
        Field("MIN_00_07", "minutes_00_07", SMALL),
        Field("MIN_07_09", "minutes_07_09", SMALL),
        Field("MIN_09_18", "minutes_09_18", SMALL),
        Field("MIN_18_24", "minutes_18_24", SMALL),
        Field("ON_COUNT", "switch_ons", SMALL),
        Field("OFF_COUNT", "switch_offs", SMALL),
    ),
)
