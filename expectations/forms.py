"""`Form`: how to read the text of a file's column, as Spark SQL that is null when the text does not fit."""

import re
from dataclasses import dataclass
from typing import Literal

from expectations.checks import literal
from expectations.errors import FeedError, teach


@dataclass(frozen=True)
class Form:
    """How a column's text is read. `sql` is a Spark SQL template over `{}` that is null when the text does not fit;

    `says` describes the form.

    Receive trims the text first, except for an identifier, and treats a blank text as no value. `kind` and `codes` tell the simulator how
    to write a value. A form with `identity` is personal: receive replaces the result of `sql` by its token before anything else sees it.
    """

    kind: Literal["text", "integer", "yuan", "date", "month", "timestamp", "code", "flag", "set", "token", "host", "prefix", "year"]
    sql: str
    says: str
    codes: tuple[tuple[str, str], ...] = ()
    identity: str | None = None


def pattern_of(pattern: str) -> str:
    """Return a regular expression as a Spark SQL literal inside a form's template."""
    return literal(pattern).replace("{", "{{").replace("}", "}}")


def whole(pattern: str) -> str:
    """Return a literal of the pattern for the whole text. `$` would also match before a line feed or a carriage return at its end."""
    return pattern_of(rf"^(?:{pattern})\z")


TEXT = Form("text", "{}", "any text")
INTEGER = Form("integer", "try_cast({} AS BIGINT)", "a whole number")
SMALL = Form("integer", "try_cast({} AS INT)", "a whole number")
# The text must have this form first, because the cast would round a third decimal. Some databases write no zero before the point.
_YUAN = whole(" *[-+]?(?:[0-9]+[.]?[0-9]{0,2}|[.][0-9]{1,2}) *")
YUAN = Form(
    "yuan",
    f"CASE WHEN {{0}} RLIKE {_YUAN} THEN CAST(try_cast({{0}} AS DECIMAL(18,2)) * 100 AS BIGINT) END",
    "an amount in yuan with at most two decimals",
)
DATE = Form("date", "CAST(try_to_timestamp({}, 'yyyyMMdd') AS DATE)", "a date as yyyymmdd")
MONTH_TEXT = Form("month", "CAST(try_to_timestamp(concat({}, '01'), 'yyyyMMdd') AS DATE)", "a month as yyyymm")
# With the lower bound Delta can trust its own statistics of times outside UTC (jobs/runtime/server.py). Times after 2099 mean "never": a
# field says so with `nulls` or `sentinels`.
TIMESTAMP = Form(
    "timestamp",
    "CASE WHEN {0} >= '1970' AND {0} < '2100' THEN try_to_timestamp({0}, 'yyyyMMddHHmmss') END",
    "a time as yyyymmddHHMMSS from 1970 to 2099",
)
FLAG = Form("flag", "CASE {0} WHEN '1' THEN true WHEN '0' THEN false END", "1 or 0", codes=(("1", "true"), ("0", "false")))
SET = Form("set", "filter(transform(split({}, '[;；]'), code -> trim(code)), code -> code != '')", "codes with ; between them")
BIRTH_YEAR = Form("year", "CAST(year(try_to_timestamp({}, 'yyyyMMdd')) AS INT)", "a date as yyyymmdd; only its year is kept")

# The first digit distinguishes a number from a user id of the same length (S1's begin with 8).
_IDENTIFIERS: dict[str, tuple[str, str]] = {
    "user": ("[0-9]{6,20}", "a user id of 6 to 20 digits"),
    "number": ("1[0-9]{10}", "a number of 11 digits that begins with 1"),
    "imei": ("[0-9]{14,16}", "an IMEI of 14 to 16 digits"),
}

# Text that one of these forms has read identifies nobody.
ANONYMOUS = ("token", "host", "prefix", "year")


def code(**meaning: str) -> Form:
    """Return a form for operator codes with their meaning: `code(gotone="01", mzone="02")`. An unknown code does not fit."""
    texts = list(meaning.values())
    faults = [f"the text {text!r} has several meanings" for text in sorted({text for text in texts if texts.count(text) > 1})]
    if faults or not texts:
        raise FeedError(teach("code(...)", faults or ["it has no code"], 'give each code one meaning: code(card="1", cash="2").'))
    branches = " ".join(f"WHEN {pattern_of(came)} THEN '{name}'" for name, came in meaning.items())
    listed = ", ".join(f"{came} ({name})" for name, came in meaning.items())
    return Form("code", f"CASE {{0}} {branches} END", f"one of {listed}", codes=tuple((came, name) for name, came in meaning.items()))


def token(identity: str, pattern: str | None = None, says: str | None = None) -> Form:
    """Return a form for a personal identifier, of which only the keyed token is stored.

    Tokens of different identities differ, even for equal texts. `pattern` and `says` describe identifiers of another form. An identity of
    the operator's own needs a pattern: `token("address", r"[0-9]{1,3}([.][0-9]{1,3}){3}", "an IP address")`. The whole text must fit: with
    a swapped column, a byte order mark or an extra space the token would match nobody. An identifier written differently in two feeds has
    two tokens. To remove a prefix, write a `Form` with `identity` that removes it in its `sql`.
    """
    if identity not in _IDENTIFIERS and pattern is None:
        faults = [f"no pattern is known for it, only for {', '.join(_IDENTIFIERS)}"]
        raise FeedError(teach(f"Identity {identity}", faults, f'state one: token("{identity}", "[0-9]{{8}}", "8 digits").'))
    if pattern is not None and (fault := _pattern_fault(pattern)):
        raise FeedError(teach(f"Identity {identity}", [fault], f'correct it: token("{identity}", "[0-9]{{8}}", "8 digits").'))
    usual, usually = _IDENTIFIERS.get(identity, ("", ""))
    sql = f"CASE WHEN {{0}} RLIKE {whole(pattern or usual)} THEN {{0}} END"
    return Form("token", sql, says or (f"text like {pattern}" if pattern else usually), identity=identity)


def _pattern_fault(pattern: str) -> str | None:
    try:
        blank = re.fullmatch(pattern, "")
    except re.error as error:
        return f"the pattern {pattern!r} is no regular expression: {error}"
    return f"the pattern {pattern!r} lets an empty text pass, of which all would have one token" if blank else None


def prefix(length: int) -> Form:
    """Return a form that stores only the first characters, because the rest would identify a person."""
    return Form("prefix", f"left({{}}, {length})", f"text of which the first {length} characters are kept")
