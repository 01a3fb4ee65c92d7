"""S8 as delivered: where a number was on a day, by cell."""

from expectations.checks import NOT_NULL, between
from expectations.columns import COUNTY, DAY, LOAD_ID, NUMBER_TOKEN, SHORT_CODE, minutes
from expectations.contract import LEAST_KEPT_DAYS, Column, Table


def _switches(name: str, comment: str) -> Column:
    return Column(name, "int", comment, (NOT_NULL, between(0, 10_000)))


ODS_LOCATION = Table(
    name="ods.location",
    kept_days=LEAST_KEPT_DAYS,
    owner="network",
    comment="One row per number, day and cell (S8). A day without a row is a day on which the network did not see the handset.",
    key=("number_token", "cell", "load_id"),
    event_date="day",
    columns=(
        DAY,
        NUMBER_TOKEN,
        Column("cell", "string", "Cell id.", (NOT_NULL, SHORT_CODE), label="小区"),
        COUNTY,
        minutes("minutes_00_07", "Minutes in the cell from 0 to 7 o'clock.", 7),
        minutes("minutes_07_09", "Minutes from 7 to 9 o'clock.", 2),
        minutes("minutes_09_18", "Minutes from 9 to 18 o'clock.", 9),
        minutes("minutes_18_24", "Minutes from 18 to 24 o'clock.", 6),
        _switches("switch_ons", "How often the handset was switched on there 开机."),
        _switches("switch_offs", "How often it was switched off there 关机."),
        LOAD_ID,
    ),
)
