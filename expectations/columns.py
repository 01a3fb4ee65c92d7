"""Columns that several tables share, declared once, so that the same quantity has the same name everywhere."""

from expectations.checks import IS_TOKEN, NOT_NULL, between, matches, one_of
from expectations.contract import LOAD_ID as LOAD_ID
from expectations.contract import Column

BRANDS = ("gotone", "mzone", "easyown")
RATS = ("2G", "3G", "4G", "WLAN")
TERMINAL_STATES = ("cancelled", "cancelled_debt", "cancelled_forced", "transferred", "recycled")
LIVE_STATES = ("active", "stopped", "cancel_booked", "retention", "frozen")
STATES = LIVE_STATES + TERMINAL_STATES
VIP_LEVELS = ("none", "silver", "gold", "diamond")

SUBSCRIBER_ID = Column("subscriber_id", "string", "Token of the BOSS user id, 32 hex digits.", (NOT_NULL, IS_TOKEN), label="用户标识")
NUMBER_TOKEN = Column("number_token", "string", "Token of the telephone number, 32 hex digits.", (NOT_NULL, IS_TOKEN))
DAY = Column("day", "date", "The day the row is about.", (NOT_NULL,))
EXTRACT_DAY = Column("day", "date", "Data date of the extract.", (NOT_NULL,))
MONTH = Column("month", "date", "First day of the month the row is about.", (NOT_NULL,))
CITY = Column("city", "string", "Code of the home city, four digits.", (NOT_NULL, matches("[0-9]{4}")), label="归属地市")
COUNTY = Column("county", "string", "Code of the home county, six digits.", (matches("[0-9]{6}"),), label="归属区县")
BRAND = Column("brand", "string", "Brand of the subscription.", (NOT_NULL, one_of(*BRANDS)), label="品牌")
STATE = Column("state", "string", "State of the number, prepaid and postpaid in one list.", (NOT_NULL, one_of(*STATES)), label="号码状态")
PRODUCT = Column("product", "string", "Product code of the catalogue (S11).", (NOT_NULL,), label="产品")
VALID_FROM = Column("valid_from", "date", "First day on which the row is valid.", (NOT_NULL,))
VALID_TO = Column("valid_to", "date", "First day on which the row is no longer valid.", null_means="open ended")


# No correct row reaches these bounds. So wrong rows are quarantined, and sums over months cannot overflow.
MOST_FEN = 10**8
MOST_BYTES_A_DAY = 10**13
MOST_BYTES_INCLUDED = 10**15
MOST_SECONDS_A_DAY = 7 * 86_400
MOST_COUNTED = 10**12


def amount(name: str, comment: str, most: int = MOST_FEN) -> Column:
    """Return a column with an amount of money in fen: not negative, at most a million yuan."""
    return Column(name, "bigint", comment, (NOT_NULL, between(0, most)), unit="fen")


def volume(name: str, comment: str, most: int = MOST_BYTES_A_DAY) -> Column:
    """Return a column with a data volume in bytes: not negative, at most 10 TB a day, the volume of a 900 Mbit/s line."""
    return Column(name, "bigint", comment, (NOT_NULL, between(0, most)), unit="bytes")


def duration(name: str, comment: str) -> Column:
    """Return a column with a duration in seconds, including roaming. A call counts on the day it began, so it may exceed a day."""
    return Column(name, "bigint", comment, (NOT_NULL, between(0, MOST_SECONDS_A_DAY)), unit="seconds")


# A code of the operator's own: letters, digits and _ . - without spaces, so that no free text gets into the lake.
CODE_TEXT = matches("[A-Za-z0-9_.-]{1,32}")
# If two columns of a file were swapped, a name or a document number must not be stored as a code.
SHORT_CODE = matches("(?!.*[0-9]{11})[A-Za-z0-9_.-]{1,32}")


def minutes(name: str, comment: str, hours: int) -> Column:
    """Return a column with the minutes of a band of the day that has this many hours."""
    return Column(name, "int", comment, (NOT_NULL, between(0, 60 * hours)), unit="minutes")
