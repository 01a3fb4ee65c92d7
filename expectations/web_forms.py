"""`HOST` and `AGENT`: what is stored of a request in a gateway's log, without anything that identifies a person."""

import re

from expectations.forms import Form, pattern_of

_APART = "[-_ ]?"
# A number (11 digits that begin with 1, perhaps after a country code) or an IMEI (14 to 16 digits), in one piece or in groups. Groups of
# four distinguish a number with dots from an IP address. Builds and versions have at most ten digits in a row. A date with hour and minute
# has twelve and is lost.
_GROUPED = "|".join(
    (
        "[0-9]{11,}",
        f"(?<![0-9])(?:(?:00)?86{_APART})?1(?:{_APART}[0-9]){{10}}(?![0-9])",
        "(?<![0-9])1[0-9]{2}[.][0-9]{4}[.][0-9]{4}(?![0-9])",
        f"(?<![0-9])[0-9]{{2}}{_APART}[0-9]{{6}}{_APART}[0-9]{{6}}(?:{_APART}[0-9]{{1,2}})?(?![0-9])",
    )
)
# Fails at once everywhere but at a digit.
OF_A_PERSON = f"(?=[0-9])(?:{_GROUPED})"
# Few agents have so many digits with at most one character between them, so most skip the search.
_MANY_DIGITS = "[0-9](?:[-_. ]?[0-9]){10}"
AGENT = Form(
    "text",
    f"CASE WHEN {{0}} RLIKE {pattern_of(_MANY_DIGITS)} THEN regexp_replace({{0}}, {pattern_of(OF_A_PERSON)}, '') ELSE {{0}} END",
    "any text; anything that looks like a number or an IMEI is removed",
)

# Nearly every line has this simple form: scheme, names with dots, a path.
_PLAIN_NAME = r"(?:[a-zA-Z0-9-]+\.)+[a-zA-Z]+"
PLAIN_HOST = rf"^[a-zA-Z]+://({_PLAIN_NAME})(?::[0-9]*)?(?:[/?#]|\z)"
# The same with a Chinese name or an address; the long way below reads these alike.
_HAN = "\u4e00-\u9fa5"
_PLAIN_OTHER = rf"(?:[a-zA-Z0-9{_HAN}-]+\.)+[a-zA-Z{_HAN}]+|[0-9]{{1,3}}(?:\.[0-9]{{1,3}}){{3}}|\[[0-9a-fA-F:.]+\]"
PLAIN_OTHER = PLAIN_HOST.replace(_PLAIN_NAME, _PLAIN_OTHER)
_SCHEME = r"^(?:[a-zA-Z][a-zA-Z0-9+.-]*:)?[/\\]{2}"
# By the URL standard the authority ends at the first of these, and the part before its last @ is a user's name and password.
_AUTHORITY = r"^[^/\\?#]*"
_USER = r"^.*(?:@|%40)"
# A name has a dot and ends in letters, so no piece of a path or a password is taken for one. A port ends it, or a character that no name
# may have; the rest is dropped.
_NAME = r"(?:[\p{L}\p{N}_-]+\.)+\p{L}[\p{L}\p{N}-]*"
_ADDRESS = r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}|\[[0-9a-fA-F:.]+\]"
_HOST = rf"^({_NAME}|{_ADDRESS})\.?(?::[0-9]*)?(?:[^\p{{L}}\p{{N}}_.:\[\]-].*)?\z"
# A line without scheme may be only a path.
_FILE = r"\.(?:php|html?|jspx?|aspx?|do|action|cgi|js|css|png|jpe?g|gif|xml|json|wml|txt)\z"


def _host() -> str:
    """Return the template: a line's host in small letters, or null if there is none."""
    has_scheme = f"{{0}} RLIKE {pattern_of(_SCHEME)}"
    authority = f"regexp_extract(regexp_replace({{0}}, {pattern_of(_SCHEME)}, ''), {pattern_of(_AUTHORITY)}, 0)"
    host = f"regexp_extract(regexp_replace({authority}, {pattern_of(_USER)}, ''), {pattern_of(_HOST)}, 1)"
    named = f"CASE WHEN {has_scheme} OR NOT {host} RLIKE {pattern_of('(?i)' + _FILE)} THEN {host} END"
    plain = f"nullif(regexp_extract({{0}}, {pattern_of(PLAIN_HOST)}, 1), '')"
    return f"regexp_replace(lower(coalesce({plain}, nullif({named}, ''))), {pattern_of(OF_A_PERSON)}, '0')"


HOST = Form("host", _host(), "a URL or a host; only the host is kept, with 0 for what reads like a number")


def without_numbers(agent: str) -> str:
    """Return what AGENT stores of an agent."""
    return re.sub(OF_A_PERSON, "", agent) if re.search(_MANY_DIGITS, agent) else agent
