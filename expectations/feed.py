"""`Feed` and `Field`: how an operator's extract looks as files, and which table it fills."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from expectations.computed import Computed
from expectations.contract import Table
from expectations.errors import FeedError, teach
from expectations.files import USUAL_CHECK, USUAL_NAMES, CheckFile, FileNames, fitting
from expectations.forms import ANONYMOUS, TEXT, Form

Cadence = Literal["daily", "monthly", "on change"]
DataClass = Literal["basic", "orders and usage", "service", "stated demand", "behaviour", "response"]
# The zone of business dates and of all stored times.
ZONE = "Asia/Shanghai"
# Columns that receive fills by itself, beside the event date.
_BY_RECEIVE = ("known_on", "feed", "load_id")


@dataclass(frozen=True)
class Field:
    """One column of the file, in file order. `to` is the table column it fills; None when its text is read over or only computed with.

    `personal` marks text that must end at receive. `also` lists further table columns that the same file column fills. `is_event_date`
    marks the day a row is about: it must be a day that the delivery may have rows of (see `Feed.days`). `sentinels` are texts by which
    the operator says that there is no value (-1 for unlimited). They fill null; since the operator has a text for it, a blank does not
    fit. `nulls` are texts that read like a blank cell, in place of the feed's.
    """

    name: str
    to: str | None
    form: Form = TEXT
    personal: bool = False
    also: tuple[tuple[str, Form], ...] = ()
    is_event_date: bool = False
    sentinels: tuple[str, ...] = ()
    nulls: tuple[str, ...] | None = None

    @property
    def fills(self) -> tuple[tuple[str, Form], ...]:
        """Every (table column, form) this file column fills."""
        own = ((self.to, self.form),) if self.to else ()
        return own + self.also


@dataclass(frozen=True, kw_only=True)
class Feed:
    """What an operator delivers (domain S1..S14): one delivery is part files and a check file that arrives last.

    Several feeds may fill one table. A delivery's identity is (feed, scope, data date); a newer one of the same identity is a correction
    and replaces it. `files` says how files are named and `check` what the check file tells. `scopes` are those that must arrive each
    time; without them a feed whose file names have a scope takes any.

    `content` says whether a delivery is all that holds (`full`) or what happened (`delta`). It is due on the night of its data date, a
    monthly one on `due_day` of the month after; `lateness_days` is how many nights it may be missing, with a warning, before that is an
    error. `expected_from` is the first data date that must arrive: before it nothing is missed.

    `days` is how many days, up to its data date, a delivery may have rows of. With more than one, the field that `is_event_date` says
    which day a row is of, and each day is a load of its own. The rows of a day are taken for all its rows, so that a newer delivery
    replaces the day. Late rows alone would take the rest of their day away: a day with less than half of the rows that it would replace
    is held until somebody releases it. Rows whose day cannot be read count with the data date.

    `nulls` are texts that read like a blank cell (`-`, `\\N`). `escape` is the sign that makes the next delimiter, quote or escape sign
    plain text. `zone` is the zone of the file's times; they are stored in Asia/Shanghai, and an event date is a day of this zone.
    `computed` are table columns made of several fields. A delivery with more broken rows than `bad_per_mille` is refused whole: it is the
    wrong file, encoding or layout, not a few bad rows. `vault` names the field whose raw text the vault keeps for the list writer.

    Of rows with the same key in one load the first is loaded. Where they are states of one thing, `newest_by` names the columns that
    tell which is newest: the greatest wins, null is least, of equals the last in the files; the superseded are no bad rows. A daily full
    extract whose rows differ from the median of the last accepted ones by more than `volume_band_per_mille` is held until somebody
    releases it.
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
    computed: tuple[Computed, ...] = ()
    scopes: tuple[str, ...] = ()
    expected_from: date | None = None
    lateness_days: int = 0
    due_day: int = 0
    days: int = 1
    bad_per_mille: int = 50
    encoding: Literal["utf-8", "gb18030"] = "utf-8"
    delimiter: str = "|"
    quote: str | None = None
    escape: str | None = None
    nulls: tuple[str, ...] = ()
    zone: str = ZONE
    header: bool = False
    may_be_empty: bool = False
    gzip: bool = True
    files: FileNames = USUAL_NAMES
    check: CheckFile = USUAL_CHECK
    vault: str | None = None
    newest_by: tuple[str, ...] = ()
    volume_band_per_mille: int | None = None

    def __post_init__(self) -> None:
        if faults := [*self._column_faults(), *self._row_faults(), *self._file_faults()]:
            raise FeedError(teach(f"Feed {self.name}", faults, f"correct the fields in expectations/feeds/{self.name}.py or its table."))

    def _column_faults(self) -> list[str]:
        """What is wrong with the way columns are filled."""
        filled = [to for field in self.fields for to, _ in field.fills] + [computed.to for computed in self.computed]
        given = {self.table.event_date, *_BY_RECEIVE}
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
        faults += [fault for computed in self.computed for fault in self._computed_faults(computed)]
        if self.vault and self.vault not in self._by_name:
            faults.append(f"the vault's field {self.vault} is not among the fields")
        if self.table.event_date is None or "load_id" not in wanted:
            faults.append(f"table {self.table.name} needs an event_date and a column load_id to be filled by deliveries")
        return faults

    def _computed_faults(self, computed: Computed) -> list[str]:
        unknown = [name for name in computed.fields if name not in self._by_name]
        personal = [name for name in computed.fields if name not in unknown and self._by_name[name].personal]
        faults = [f"computed column {computed.to} names {name}, which is not among the fields" for name in unknown]
        faults += [f"computed column {computed.to} would have the text of {name}, which is personal" for name in personal]
        return faults or (
            [] if computed.fields else [f"computed column {computed.to} names no field; write it like try_add({{UP}}, {{DOWN}})"]
        )

    def _row_faults(self) -> list[str]:
        """What is wrong with the parts that say how rows are told apart, dated and counted."""
        columns = [column.name for column in self.table.columns]
        required = {column.name for column in self.table.columns if not column.nullable}
        faults = [
            f"field {field.name} has sentinels for no value, yet table column {to} needs one"
            for field in self.fields
            for to, _ in field.fills
            if field.sentinels and to in required
        ]
        faults += [f"newest_by names {name}, which table {self.table.name} does not have" for name in self.newest_by if name not in columns]
        if self.newest_by and not self.table.key:
            faults.append(f"newest_by orders rows of one key, and table {self.table.name} has none")
        if self.volume_band_per_mille is not None and (self.cadence, self.content) != ("daily", "full"):
            faults.append("a volume band is for daily full extracts; other deliveries have no usual size")
        dated = [field.name for field in self.fields if field.is_event_date]
        if len(dated) > 1:
            faults.append(f"several fields are the event date: {', '.join(dated)}")
        if self.days < 1:
            faults.append(f"days is {self.days}, expected at least 1")
        if self.days > 1 and (not dated or (self.cadence, self.content) != ("daily", "delta")):
            faults.append("days is for daily deliveries of what happened, with a field that is_event_date")
        return faults

    def _file_faults(self) -> list[str]:
        """What is wrong with names of files and signs in them."""
        signs = {"delimiter": self.delimiter, "quote": self.quote, "escape": self.escape}
        faults = [f"the {what} {sign!r} is not one character" for what, sign in signs.items() if sign is not None and len(sign) != 1]
        if self.escape is not None and self.escape == self.delimiter:
            faults.append(f"the escape sign {self.escape!r} is the delimiter")
        if self.part_name(date.min, 1, 1).endswith(".gz") != self.gzip:
            faults.append(f"gzip is {self.gzip}, so the parts' names must {'' if self.gzip else 'not '}end in .gz: Spark goes by that")
        if self.cadence != "monthly" and "%d" not in self.files.part:
            faults.append("the parts' names tell no day, which only a monthly feed can do without")
        if self.scopes and not self.files.have_scopes:
            faults.append("scopes are stated, and the files' names have no {scope}")
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError):
            faults.append(f"zone {self.zone!r} is unknown, expected a name like {ZONE}")
        return faults

    @property
    def _by_name(self) -> dict[str, Field]:
        return {field.name: field for field in self.fields}

    @property
    def code(self) -> str | None:
        """The column with the code that a catalogue's rows are about; None for a feed that is not effective-dated."""
        return self.table.key[0] if "valid_from" in self.table.key else None

    @property
    def suffix(self) -> str:
        """File suffix of the parts."""
        return "txt.gz" if self.gzip else "txt"

    def part_name(self, data_date: date, sequence: int, part: int, scope: str = "") -> str:
        """The file name of one part; parts and sequences count from 1."""
        return self.files.part.format(feed=self.name, suffix=self.suffix, date=data_date, scope=scope, sequence=sequence, part=part)

    def check_name(self, data_date: date, sequence: int, scope: str = "") -> str:
        """The check file's name."""
        return self.files.check.format(feed=self.name, suffix=self.suffix, date=data_date, scope=scope, sequence=sequence)

    def stem(self, data_date: date, sequence: int, scope: str = "") -> str:
        """How messages name a delivery: its check file without the ending."""
        name = self.check_name(data_date, sequence, scope)
        return name.rpartition(".")[0] or name

    def names_like(self, pattern: str, **known: date | int | str) -> re.Pattern[str]:
        """File names of this feed that fit one of the patterns of `files`; places that are not `known` are groups."""
        return fitting(pattern, feed=self.name, suffix=self.suffix, **known)
