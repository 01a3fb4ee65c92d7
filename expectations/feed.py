"""`Feed`, `Field` and `Form`: how an operator's extract looks as files, and which table it fills."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from expectations.contract import Table
from expectations.errors import FeedError, teach
from expectations.files import USUAL_CHECK, USUAL_NAMES, CheckFile, FileNames, fitting

Identity = Literal["user", "number", "imei"]
Cadence = Literal["daily", "monthly", "on change"]
DataClass = Literal["basic", "orders and usage", "service", "stated demand", "behaviour", "response"]


@dataclass(frozen=True)
class Form:
    """How a column's text reads. `sql` is a Spark SQL template over `{}` that is null when the text does not fit; `says` teaches the form.

    `kind` and `codes` tell a writer of extracts (the simulator) how to render a value. A form with `identity` is personal: receive
    replaces what `sql` lets through by its token before anything else sees it.
    """

    kind: Literal["text", "integer", "yuan", "date", "month", "timestamp", "code", "flag", "set", "token", "host", "prefix", "year"]
    sql: str
    says: str
    codes: tuple[tuple[str, str], ...] = ()
    identity: Identity | None = None


TEXT = Form("text", "{}", "any text")
INTEGER = Form("integer", "try_cast({} AS BIGINT)", "a whole number")
SMALL = Form("integer", "try_cast({} AS INT)", "a whole number")
# A third decimal would be rounded away by the cast, so the text is held to its form first.
YUAN = Form(
    "yuan",
    "CASE WHEN {0} RLIKE '^ *[-+]?[0-9]+([.][0-9]{{1,2}})? *$' THEN CAST(try_cast({0} AS DECIMAL(18,2)) * 100 AS BIGINT) END",
    "an amount in yuan with at most two decimals",
)
DATE = Form("date", "CAST(try_to_timestamp({}, 'yyyyMMdd') AS DATE)", "a date as yyyymmdd")
MONTH_TEXT = Form("month", "CAST(try_to_timestamp(concat({}, '01'), 'yyyyMMdd') AS DATE)", "a month as yyyymm")
# The bound is what lets Delta trust its own statistics of times outside UTC (jobs/runtime/session.py).
TIMESTAMP = Form(
    "timestamp", "CASE WHEN {0} >= '1970' THEN try_to_timestamp({0}, 'yyyyMMddHHmmss') END", "a time as yyyymmddHHMMSS from 1970 on"
)
FLAG = Form("flag", "CASE {0} WHEN '1' THEN true WHEN '0' THEN false END", "1 or 0", codes=(("1", "true"), ("0", "false")))
SET = Form("set", "filter(transform(split({}, '[;；]'), code -> trim(code)), code -> code != '')", "codes with ; between them")
# Agents of some handsets carry its number (11 digits in a row, 13 with the country) or IMEI (14 to 16), and hosts of some gateways the
# number. Builds and versions have at most ten: a date with hour and minute has twelve, and is given up for that.
AGENT = Form("text", "regexp_replace({}, '[0-9]{{11,}}', '')", "any text; digits are cut out of it where 11 or more follow each other")
# What stands before an @ is a user's name and password, not the host.
HOST = Form(
    "host",
    "regexp_replace(nullif(lower(regexp_extract({}, '^[a-zA-Z]+://(?:[^/?#@]*@)?([^/:?#@]+)', 1)), ''), '[0-9]{{11,}}', '0')",
    "a URL; only its host is kept, with 0 for 11 or more digits in a row",
)
BIRTH_YEAR = Form("year", "CAST(year(try_to_timestamp({}, 'yyyyMMdd')) AS INT)", "a date as yyyymmdd; only its year is kept")


# A number's first digit tells it from a user id of as many digits (S1's begin with 8).
_IDENTIFIERS: dict[Identity, tuple[str, str]] = {
    "user": ("[0-9]{6,20}", "a user id of 6 to 20 digits"),
    "number": ("1[0-9]{10}", "a number of 11 digits that begins with 1"),
    "imei": ("[0-9]{14,16}", "an IMEI of 14 to 16 digits"),
}

# What is left of a personal text under these forms identifies nobody.
ANONYMOUS = ("token", "host", "prefix", "year")


def code(**meaning: str) -> Form:
    """Operator codes and what they mean: `code(gotone="01", mzone="02")`. An unknown code does not fit."""
    branches = " ".join(f"WHEN '{came}' THEN '{name}'" for name, came in meaning.items())
    listed = ", ".join(f"{came} ({name})" for name, came in meaning.items())
    return Form("code", f"CASE {{0}} {branches} END", f"one of {listed}", codes=tuple((came, name) for name, came in meaning.items()))


def token(identity: Identity, pattern: str | None = None, says: str | None = None) -> Form:
    """A personal identifier; only its keyed token goes on. An operator whose identifiers look otherwise states `pattern` and `says`.

    The whole text must fit: a swapped column, a byte order mark or a space beside it would make the token of nobody. One that reads
    differently in two feeds has two tokens; where a prefix must come off, a `Form` of one's own with `identity` does it in its `sql`.
    """
    usual, usually = _IDENTIFIERS[identity]
    literal = (pattern or usual).replace("\\", "\\\\").replace("'", "\\'").replace("{", "{{").replace("}", "}}")
    sql = f"CASE WHEN {{0}} RLIKE '^(?:{literal})$' THEN {{0}} END"
    return Form("token", sql, says or (f"text like {pattern}" if pattern else usually), identity=identity)


def prefix(length: int) -> Form:
    """The first characters alone, where the rest would identify a person."""
    return Form("prefix", f"left({{}}, {length})", f"text of which the first {length} characters are kept")


@dataclass(frozen=True)
class Field:
    """One column of the file, in file order. `to` is the table column it fills, or None when nothing of it goes on.

    `personal` marks text that must end at receive. A file column that fills two table columns is listed in `also`. `is_event_date` holds
    the row to the delivery's own data date: a row about another day does not belong in it.
    """

    name: str
    to: str | None
    form: Form = TEXT
    personal: bool = False
    also: tuple[tuple[str, Form], ...] = ()
    is_event_date: bool = False

    @property
    def fills(self) -> tuple[tuple[str, Form], ...]:
        """Every (table column, form) this file column fills."""
        own = ((self.to, self.form),) if self.to else ()
        return own + self.also


@dataclass(frozen=True, kw_only=True)
class Feed:
    """What an operator delivers (domain S1..S14): one delivery is a data date's part files and a check file that arrives last.

    `files` says how they are named and `check` what the check file tells; a higher sequence for the same data date is a correction.
    `content` says whether a delivery is all that holds (`full`) or what happened (`delta`). A delivery is due on the night of its data
    date, a monthly one on `due_day` of the month after; `lateness_days` is how many nights it may be missing, with a warning, before that
    is an error. A delivery with more broken rows than `bad_per_mille` is refused whole: it is the wrong file, encoding or layout, not a
    few bad rows. `vault` names the field whose raw text the vault keeps for the list writer, per subscriber.
    """

    name: str
    source: str
    label: str
    owner: str
    table: Table
    fields: tuple[Field, ...]
    cadence: Cadence
    content: Literal["full", "delta"]
    data_class: DataClass
    lateness_days: int = 0
    due_day: int = 0
    bad_per_mille: int = 50
    encoding: Literal["utf-8", "gb18030"] = "utf-8"
    delimiter: str = "|"
    quote: str | None = None
    header: bool = False
    may_be_empty: bool = False
    gzip: bool = True
    files: FileNames = USUAL_NAMES
    check: CheckFile = USUAL_CHECK
    vault: str | None = None

    def __post_init__(self) -> None:
        filled = [to for field in self.fields for to, _ in field.fills]
        given = {self.table.event_date, "known_on", "load_id"}
        wanted = [column.name for column in self.table.columns]
        faults = [f"table column {name} is filled by no field" for name in wanted if name not in filled and name not in given]
        faults += [f"field fills {name}, which table {self.table.name} does not have" for name in filled if name not in wanted]
        faults += [f"table column {name} is filled twice" for name in sorted({n for n in filled if filled.count(n) > 1})]
        faults += [
            f"field {field.name} is personal and would reach table column {to} as it came; tokenise or shorten it, or fill nothing"
            for field in self.fields
            for to, form in field.fills
            if field.personal and form.kind not in ANONYMOUS
        ]
        tokenised = [field for field in self.fields if any(form.identity for _, form in field.fills)]
        faults += [f"field {field.name} carries an identifier; mark it personal" for field in tokenised if not field.personal]
        if self.vault and self.vault not in {field.name for field in self.fields}:
            faults.append(f"the vault's field {self.vault} is not among the fields")
        if self.table.event_date is None or "load_id" not in wanted:
            faults.append(f"table {self.table.name} needs an event_date and a column load_id to be filled by deliveries")
        if len(self.delimiter) != 1:
            faults.append(f"the delimiter {self.delimiter!r} is not one character")
        if self.part_name(date.min, 1, 1).endswith(".gz") != self.gzip:
            faults.append(f"gzip is {self.gzip}, so the parts' names must {'' if self.gzip else 'not '}end in .gz: Spark goes by that")
        if self.cadence != "monthly" and "%d" not in self.files.part:
            faults.append("the parts' names tell no day, which only a monthly feed can do without")
        if faults:
            raise FeedError(teach(f"Feed {self.name}", faults, f"correct the fields in expectations/feeds/{self.name}.py or its table."))

    @property
    def code(self) -> str | None:
        """The column with the code that a catalogue's rows are about; None for a feed that is not effective-dated."""
        return self.table.key[0] if "valid_from" in self.table.key else None

    @property
    def suffix(self) -> str:
        """File suffix of the parts."""
        return "txt.gz" if self.gzip else "txt"

    def part_name(self, data_date: date, sequence: int, part: int) -> str:
        """The file name of one part; parts and sequences count from 1."""
        return self.files.part.format(feed=self.name, suffix=self.suffix, date=data_date, sequence=sequence, part=part)

    def check_name(self, data_date: date, sequence: int) -> str:
        """The check file's name."""
        return self.files.check.format(feed=self.name, suffix=self.suffix, date=data_date, sequence=sequence)

    def stem(self, data_date: date, sequence: int) -> str:
        """How messages name a delivery: its check file without the ending."""
        return self.check_name(data_date, sequence).rpartition(".")[0] or self.check_name(data_date, sequence)

    def names_like(self, pattern: str, **known: date | int) -> re.Pattern[str]:
        """File names of this feed that fit one of the patterns of `files`; places that are not `known` are groups."""
        return fitting(pattern, feed=self.name, suffix=self.suffix, **known)
