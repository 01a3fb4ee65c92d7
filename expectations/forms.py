"""`Form`: how to read the text of a file's column, as Spark SQL that is null when the text does not fit."""

from dataclasses import dataclass
from typing import Literal

from expectations.checks import literal
from expectations.errors import FeedError, teach


@dataclass(frozen=True)
class Form:
    """How a column's text reads. `sql` is a Spark SQL template over `{}` that is null when the text does not fit; `says` teaches the form.

    Receive trims the text first, but for an identifier, and takes a blank text for none. `kind` and `codes` tell a writer of extracts (the
    simulator) how to render a value. A form with `identity` is personal: receive replaces what `sql` lets through by its token before
    anything else sees it.
    """

    kind: Literal["text", "integer", "yuan", "date", "month", "timestamp", "code", "flag", "set", "token", "host", "prefix", "year"]
    sql: str
    says: str
    codes: tuple[tuple[str, str], ...] = ()
    identity: str | None = None


def pattern_of(pattern: str) -> str:
    """A regular expression as a Spark SQL literal inside a form's template."""
    return literal(pattern).replace("{", "{{").replace("}", "}}")


def whole(pattern: str) -> str:
    """A template's literal of the pattern that binds the whole text: `$` would pass over a line feed or a carriage return at its end."""
    return pattern_of(rf"^(?:{pattern})\z")


TEXT = Form("text", "{}", "any text")
INTEGER = Form("integer", "try_cast({} AS BIGINT)", "a whole number")
SMALL = Form("integer", "try_cast({} AS INT)", "a whole number")
# A third decimal would be rounded away by the cast, so the text is held to its form first. Some databases write no zero before the point.
_YUAN = whole(" *[-+]?(?:[0-9]+[.]?[0-9]{0,2}|[.][0-9]{1,2}) *")
YUAN = Form(
    "yuan",
    f"CASE WHEN {{0}} RLIKE {_YUAN} THEN CAST(try_cast({{0}} AS DECIMAL(18,2)) * 100 AS BIGINT) END",
    "an amount in yuan with at most two decimals",
)
DATE = Form("date", "CAST(try_to_timestamp({}, 'yyyyMMdd') AS DATE)", "a date as yyyymmdd")
MONTH_TEXT = Form("month", "CAST(try_to_timestamp(concat({}, '01'), 'yyyyMMdd') AS DATE)", "a month as yyyymm")
# The bound is what lets Delta trust its own statistics of times outside UTC (jobs/runtime/server.py).
TIMESTAMP = Form(
    "timestamp", "CASE WHEN {0} >= '1970' THEN try_to_timestamp({0}, 'yyyyMMddHHmmss') END", "a time as yyyymmddHHMMSS from 1970 on"
)
FLAG = Form("flag", "CASE {0} WHEN '1' THEN true WHEN '0' THEN false END", "1 or 0", codes=(("1", "true"), ("0", "false")))
SET = Form("set", "filter(transform(split({}, '[;；]'), code -> trim(code)), code -> code != '')", "codes with ; between them")
BIRTH_YEAR = Form("year", "CAST(year(try_to_timestamp({}, 'yyyyMMdd')) AS INT)", "a date as yyyymmdd; only its year is kept")

# A number's first digit tells it from a user id of as many digits (S1's begin with 8).
_IDENTIFIERS: dict[str, tuple[str, str]] = {
    "user": ("[0-9]{6,20}", "a user id of 6 to 20 digits"),
    "number": ("1[0-9]{10}", "a number of 11 digits that begins with 1"),
    "imei": ("[0-9]{14,16}", "an IMEI of 14 to 16 digits"),
}

# Text that was read by one of these forms identifies nobody.
ANONYMOUS = ("token", "host", "prefix", "year")


def code(**meaning: str) -> Form:
    """Operator codes and what they mean: `code(gotone="01", mzone="02")`. An unknown code does not fit."""
    branches = " ".join(f"WHEN '{came}' THEN '{name}'" for name, came in meaning.items())
    listed = ", ".join(f"{came} ({name})" for name, came in meaning.items())
    return Form("code", f"CASE {{0}} {branches} END", f"one of {listed}", codes=tuple((came, name) for name, came in meaning.items()))


def token(identity: str, pattern: str | None = None, says: str | None = None) -> Form:
    """A personal identifier of which only the keyed token is stored. Equal texts of two identities have two tokens.

    `pattern` and `says` describe identifiers that look otherwise than usual. An identity of the operator's own needs a pattern:
    `token("address", r"[0-9]{1,3}([.][0-9]{1,3}){3}", "an IP address")`. The whole text must fit: with a swapped column, a byte order mark
    or a space beside it the token would be nobody's. An identifier that is written differently in two feeds has two tokens; where a
    prefix must be removed, write a `Form` with `identity` that removes it in its `sql`.
    """
    if identity not in _IDENTIFIERS and pattern is None:
        faults = [f"no pattern is known for it, only for {', '.join(_IDENTIFIERS)}"]
        raise FeedError(teach(f"Identity {identity}", faults, f'state one: token("{identity}", "[0-9]{{8}}", "8 digits").'))
    usual, usually = _IDENTIFIERS.get(identity, ("", ""))
    sql = f"CASE WHEN {{0}} RLIKE {whole(pattern or usual)} THEN {{0}} END"
    return Form("token", sql, says or (f"text like {pattern}" if pattern else usually), identity=identity)


def prefix(length: int) -> Form:
    """The first characters alone, where the rest would identify a person."""
    return Form("prefix", f"left({{}}, {length})", f"text of which the first {length} characters are kept")
