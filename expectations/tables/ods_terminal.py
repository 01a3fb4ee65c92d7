"""S9 as delivered: handset types by TAC."""

from expectations.checks import NOT_NULL, matches, one_of
from expectations.columns import EXTRACT_DAY, LOAD_ID
from expectations.contract import Column, Table

ODS_TERMINAL = Table(
    name="ods.terminal",
    owner="terminals",
    comment="One row per TAC and extract day (S9).",
    key=("tac", "load_id"),
    event_date="day",
    columns=(
        EXTRACT_DAY,
        Column("tac", "string", "First eight digits of the IMEI.", (NOT_NULL, matches("[0-9]{8}"))),
        Column("terminal_brand", "string", "Maker.", (NOT_NULL,)),
        Column("terminal_model", "string", "Model.", (NOT_NULL,)),
        Column("terminal_os", "string", "Operating system.", null_means="no smart system"),
        Column("is_smartphone", "boolean", "Runs installed apps.", (NOT_NULL,)),
        Column("network", "string", "Newest radio generation it supports.", (NOT_NULL, one_of("2G", "3G", "4G"))),
        Column("has_gprs", "boolean", "Whether it can use data.", (NOT_NULL,)),
        Column("has_mms", "boolean", "Can receive MMS.", (NOT_NULL,)),
        Column("has_java", "boolean", "Runs Java applets.", (NOT_NULL,)),
        Column("has_fetion", "boolean", "Whether it has a Fetion client.", (NOT_NULL,)),
        Column("price_band", "string", "Launch price.", (one_of("low", "middle", "high"),)),
        LOAD_ID,
    ),
)
