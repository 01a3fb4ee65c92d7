"""What marketing spent on a subscriber on a day: contacts that were made, and gifts of offers that were taken, from feedback (S12)."""

from expectations.checks import NOT_NULL, at_least
from expectations.columns import DAY, LOAD_ID, SUBSCRIBER_ID, amount
from expectations.contract import Column, Table
from expectations.tables.ods_feedback import DWD_FEEDBACK

DWD_CONTACT_COST = Table(
    name="dwd.contact_cost",
    owner="marketing",
    comment="One row per subscriber, day and load with a contact that was made or an offer that was taken, priced by the catalogues (S11).",
    key=("subscriber_id", "load_id"),
    event_date="day",
    follows=DWD_FEEDBACK,
    columns=(
        DAY,
        SUBSCRIBER_ID,
        Column("contacts", "bigint", "Contacts that the channel delivered.", (NOT_NULL, at_least(0)), label="接触次数"),
        amount("contact_cost_fen", "What these contacts cost, by the channel's cost in the catalogue; 0 for a channel it does not have."),
        Column("gifts", "bigint", "Resources given with offers that were taken.", (NOT_NULL, at_least(0)), label="资源赠送次数"),
        amount("gift_cost_fen", "What these resources cost, by their unit cost in the catalogue; 0 for one it does not have."),
        LOAD_ID,
    ),
)
