"""S9 终端信息: what each handset type can do."""

from expectations.feed import Feed, Field
from expectations.forms import FLAG, code
from expectations.tables import ods_terminal

TERMINAL_FEED = Feed(
    name="terminal",
    source="S9",
    label="终端信息",
    owner="terminals",
    table=ods_terminal.ODS_TERMINAL,
    cadence="on change",
    content="full",
    data_class="basic",
    delimiter=",",
    quote='"',
    header=True,
    gzip=False,
    fields=(
        Field("TAC", "tac"),
        Field("BRAND", "terminal_brand"),
        Field("MODEL", "terminal_model"),
        Field("OS", "terminal_os"),
        Field("SMART", "is_smartphone", FLAG),
        Field("NETWORK", "network", code(**{"2G": "2", "3G": "3", "4G": "4"})),
        Field("GPRS", "has_gprs", FLAG),
        Field("MMS", "has_mms", FLAG),
        Field("JAVA", "has_java", FLAG),
        Field("FETION", "has_fetion", FLAG),
        Field("PRICE_BAND", "price_band", code(low="1", middle="2", high="3")),
    ),
)
