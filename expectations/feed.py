"""`Feed` and `Field`: the layout of an operator's extract as files, and the table it fills."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from expectations.computed import Computed
from expectations.contract import Table
from expectations.data_classes import DataClass
from expectations.errors import FeedError, teach
from expectations.files import SCOPE, USUAL_CHECK, USUAL_NAMES, CheckFile, FileNames, OkFile, Settles, fitting
from expectations.forms import ANONYMOUS, TEXT, Form
from expectations.relations import Covers
from expectations.typed import type_faults
from expectations.vaulted import ToVault
from expectations.web_log import WEB_COLUMNS, Web

Cadence = Literal["daily", "monthly", "on change"]
# The zone of business dates and of all stored times.
ZONE = "Asia/Shanghai"
# A delivery with rows of more days than a year is a history, which is delivered day by day.
MOST_DAYS = 366
_SIGN = {"delimiter": "delimiter", "quote": "quote", "escape": "escape sign"}
_NAME = re.compile("[a-z][a-z0-9_]{0,63}")
# Columns that receive fills itself, besides the event date.
_BY_RECEIVE = ("known_on", "feed", "load_id")


@dataclass(frozen=True)
class Field:
    """One column of the file, in file order.

    `to` is the table column it fills, None if its text is ignored or only used in computed columns.

    `personal` marks text that must end at receive. `also` lists further table columns that the same file column fills. `is_event_date`
    marks the day of a row; the delivery may have rows of that day only within `Feed.days`. `sentinels` are texts that mean "no value" (-1
    for unlimited). They fill null, and a blank cell is then a fault. `nulls` are texts that count as blank, instead of those of the feed.
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
        """Every (table column, form) that this file column fills."""
        own = ((self.to, self.form),) if self.to else ()
        return own + self.also


@dataclass(frozen=True, kw_only=True)
class Feed:
    """What an operator delivers (domain S1..S14). One delivery is part files and, usually, a check file that arrives last.

    Several feeds may fill one table. A delivery is identified by (feed, scope, data date); a newer one of the same identity is a correction
    and replaces it. `files` says how files are named, `check` how a delivery is known to be complete: by a CheckFile (one for all parts or,
    if its name has a place for the part, one for each), by an OkFile without counts, or because it Settles. `parts` is the number of part
    files if it is always the same. `scopes` lists the scopes that must arrive each time; without it, any scope in a file name is accepted.

    `content` says whether a delivery has everything that is valid (`full`) or what happened (`delta`). A delivery is due on the night of
    its data date; a monthly one on `due_day` of the next month. `lateness_days` is the number of nights it may be missing with only a
    warning; the night after them is its deadline. `at_deadline` says what happens then: what needs the feed is an error (stop) or waits for
    a later night without an error (slip), or the night goes on with what it has (run without). `expected_from` is the first data date that
    must arrive.

    `days` is the number of days, up to its data date, of which a delivery may have rows. With more than one, the field with `is_event_date`
    gives the day of a row, and each day is a separate load. A load's rows count as the whole day, so a newer delivery replaces the day.
    Late rows alone would remove the rest of their day, so a day that would have fewer rows than before is held until somebody releases it.
    Rows whose day cannot be read count under the data date.

    `nulls` are texts that count as blank (`-`, `\\N`). `escape` is the character that makes the next delimiter, quote or escape character
    plain text. `zone` is the zone of the file's times; they are stored in Asia/Shanghai, and an event date is a day of this zone.
    `computed` lists table columns computed from several fields, `web` the fields of a web log. A delivery with more broken rows than
    `bad_per_mille` is refused whole: it is the wrong file, encoding or layout, not a few bad rows. `vault` lists tables of the vault and
    the fields whose text goes there. `introduces` lists identities (user, number, imei) whose text is stored beside its token in
    vault.identity, so that the token outlives its key: those of the feed that has everybody.

    If several rows of a load have the same key, the first is loaded. If they are states of one thing, `newest_by` names the columns that
    order them: the greatest is loaded, null is least, and of equals the last in the files. The others are superseded and do not count as
    broken.

    A daily delivery is held until somebody releases it if its number of rows differs by more than `volume_band_per_mille` from the median
    of the last accepted ones: of a full extract of the days before, of what happened of the same weekday. `covers` lists other tables of
    whose keys a delivery must have a stated share. A monthly full extract states in `settled_per_mille` how many of the rows of the month
    before must be there for the month to count as settled.
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
    web: Web | None = None
    scopes: tuple[str, ...] = ()
    expected_from: date | None = None
    lateness_days: int = 0
    at_deadline: Literal["stop", "slip", "run without"] = "stop"
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
    check: CheckFile | OkFile | Settles = USUAL_CHECK
    parts: int | None = None
    vault: tuple[ToVault, ...] = ()
    introduces: tuple[str, ...] = ()
    newest_by: tuple[str, ...] = ()
    volume_band_per_mille: int | None = None
    settled_per_mille: int | None = None
    covers: tuple[Covers, ...] = ()

    def __post_init__(self) -> None:
        if faults := type_faults(self) or [*self._column_faults(), *self._row_faults(), *self._file_faults()]:
            raise FeedError(teach(f"Feed {self.name}", faults, f"correct the fields in expectations/feeds/{self.name}.py or its table."))

    def _column_faults(self) -> list[str]:
        """Return what is wrong with the way columns are filled."""
        filled = [to for field in self.fields for to, _ in field.fills] + [computed.to for computed in self.computed]
        filled += WEB_COLUMNS if self.web else ()
        given = {self.table.event_date, *_BY_RECEIVE}
        wanted = [column.name for column in self.table.columns]
        faults = [f"table column {name} is filled by no field" for name in wanted if name not in filled and name not in given]
        faults += [f"field fills {name}, which table {self.table.name} does not have" for name in filled if name not in wanted]
        faults += [f"table column {name} is filled twice" for name in sorted({n for n in filled if filled.count(n) > 1})]
        faults += [
            f"field {field.name} is personal and would reach table column {to} unchanged; tokenise or shorten it, or fill no column"
            for field in self.fields
            for to, form in field.fills
            if field.personal and form.kind not in ANONYMOUS
        ]
        tokenised = [field for field in self.fields if any(form.identity for _, form in field.fills)]
        faults += [f"field {field.name} carries an identifier; mark it personal" for field in tokenised if not field.personal]
        faults += [fault for computed in self.computed for fault in self._computed_faults(computed)]
        faults += self.web.faults({field.name: field.to for field in self.fields}) if self.web else []
        personal = {field.name: field.personal for field in self.fields}
        faults += [fault for to_vault in self.vault for fault in to_vault.faults(personal, wanted)]
        kinds = {form.identity for field in tokenised for _, form in field.fills}
        faults += [f"no field carries the identity {kind}, which the feed introduces" for kind in self.introduces if kind not in kinds]
        if self.table.event_date is None or "load_id" not in wanted:
            faults.append(f"table {self.table.name} needs an event_date and a column load_id to be filled by deliveries")
        return faults

    def _computed_faults(self, computed: Computed) -> list[str]:
        if malformed := computed.malformed():
            return [f"computed column {computed.to}: {malformed}"]
        unknown = [name for name in computed.fields if name not in self._by_name]
        personal = [name for name in computed.fields if name not in unknown and self._by_name[name].personal]
        faults = [f"computed column {computed.to} names {name}, which is not among the fields" for name in unknown]
        faults += [f"computed column {computed.to} would have the text of {name}, which is personal" for name in personal]
        faults += [
            f"computed column {computed.to}: {sign} ends the job at one odd value; write try_add, try_multiply, try_divide, try_cast"
            for sign in computed.raising()
        ]
        return faults or (
            [] if computed.fields else [f"computed column {computed.to} names no field; write it like try_add({{UP}}, {{DOWN}})"]
        )

    def _row_faults(self) -> list[str]:
        """Return what is wrong with keys, sentinels, dates and counts of rows."""
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
        if self.volume_band_per_mille is not None and self.cadence != "daily":
            faults.append("a volume band is for daily feeds; other deliveries have no usual size")
        faults += [
            f"it covers {of.table.name} by {name}, which table {self.table.name} does not have"
            for of in self.covers
            for name in of.by
            if name not in columns
        ]
        if self.covers and (self.files.have_scopes or self.days > 1):
            faults.append("covers is for deliveries that have everything of their date; those of a scope or of several days have a part")
        if self.settled_per_mille is not None and (
            (self.cadence, self.content) != ("monthly", "full") or not 1 <= self.settled_per_mille <= 1000
        ):
            faults.append(f"settled_per_mille is {self.settled_per_mille}; it is for monthly full extracts, from 1 to 1000")
        dated = [field.name for field in self.fields if field.is_event_date]
        if len(dated) > 1:
            faults.append(f"several fields are the event date: {', '.join(dated)}")
        least = {"days": 1, "lateness_days": 0, "bad_per_mille": 0, "volume_band_per_mille": 0}
        stated = {name: getattr(self, name) or 0 for name in least}
        faults += [f"{name} is {value}, expected at least {least[name]}" for name, value in stated.items() if value < least[name]]
        faults += [
            f"field {field.name} has the code {text!r}, which also reads as no value (nulls, sentinels)"
            for field in self.fields
            for text in dict.fromkeys((*(self.nulls if field.nulls is None else field.nulls), *field.sentinels))
            if text in {came for _, form in field.fills for came, _ in form.codes}
        ]
        if self.days > MOST_DAYS:
            faults.append(f"days is {self.days}, expected at most {MOST_DAYS}: each day is a load of its own")
        if self.cadence == "monthly" and not 1 <= self.due_day <= 28:
            faults.append(f"due_day of a monthly feed is {self.due_day}, expected 1 to 28")
        names = [field.name for field in self.fields]
        faults += [f"field {name} is there twice" for name in sorted({name for name in names if names.count(name) > 1})]
        if self.days > 1 and (not dated or (self.cadence, self.content) != ("daily", "delta")):
            faults.append("days is for daily deliveries of what happened, with a field that is_event_date")
        return faults

    def _file_faults(self) -> list[str]:
        """Return what is wrong with file names and special characters."""
        signs = {"delimiter": self.delimiter, "quote": self.quote, "escape": self.escape}
        faults = [f"the {what} {sign!r} is not one character" for what, sign in signs.items() if sign is not None and len(sign) != 1]
        faults += [f"the {_SIGN[what]} {sign!r} ends a line" for what, sign in signs.items() if sign in ("\n", "\r")]
        faults += self._check_faults()
        stated = [(what, sign) for what, sign in signs.items() if sign is not None]
        faults += [
            f"the {_SIGN[what]} {sign!r} is the {other}"
            for place, (what, sign) in enumerate(stated)
            for other, same in stated[:place]
            if sign == same and (what, other) != ("escape", "quote")
        ]
        if self.part_name(date.min, 1, 1).endswith(".gz") != self.gzip:
            faults.append(
                f"gzip is {self.gzip}, so the parts' names must {'' if self.gzip else 'not '}end in .gz: Spark unpacks by the name"
            )
        if self.cadence != "monthly" and "%d" not in self.files.part:
            faults.append("the parts' names have no day; only a monthly feed may omit it")
        faults += [f"scope {scope!r}, expected 1 to 32 letters and digits" for scope in self.scopes if not SCOPE.fullmatch(scope)]
        faults += [f"scope {scope} is there twice" for scope in sorted({one for one in self.scopes if self.scopes.count(one) > 1})]
        if not _NAME.fullmatch(self.name):
            faults.append(f"name {self.name!r} is a folder of the landing, expected small letters, digits and _")
        if self.scopes and not self.files.have_scopes:
            faults.append("scopes are stated, and the files' names have no {scope}")
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError):
            faults.append(f"zone {self.zone!r} is unknown, expected a name like {ZONE}")
        return faults

    def _check_faults(self) -> list[str]:
        """Return what is wrong with the way a delivery is known to be complete."""
        faults = []
        if isinstance(self.check, Settles) == bool(self.files.check):
            faults.append("check is Settles if, and only if, the files' names have no check file: FileNames(check='')")
        if isinstance(self.check, OkFile) and self.files.is_per_part:
            faults.append("an OkFile is of the whole delivery; its name has no {part}")
        if isinstance(self.check, CheckFile) and "file" not in self.check.fields and not self.files.is_per_part:
            faults.append("field file is missing in the check file; a line must name its part")
        if self.parts is not None and not (self.parts >= 1 and (self.files.are_numbered or self.parts == 1)):
            faults.append(f"parts is {self.parts}, expected at least 1, and more than 1 only if the parts' names have {{part}}")
        return faults

    @property
    def _by_name(self) -> dict[str, Field]:
        return {field.name: field for field in self.fields}

    @property
    def code(self) -> str | None:
        """The column with the code that a catalogue's rows are about; None for a feed that is not a catalogue."""
        return self.table.key[0] if "valid_from" in self.table.key else None

    @property
    def suffix(self) -> str:
        """File suffix of the parts."""
        return "txt.gz" if self.gzip else "txt"

    def part_name(self, data_date: date, sequence: int, part: int, scope: str = "") -> str:
        """Return the file name of one part; parts and sequences count from 1."""
        return self.files.part.format(feed=self.name, suffix=self.suffix, date=data_date, scope=scope, sequence=sequence, part=part)

    def check_name(self, data_date: date, sequence: int, scope: str = "", part: int = 1) -> str:
        """The check file's name; empty if the feed has none. `part` counts only if each part has its own."""
        return self.files.check.format(feed=self.name, suffix=self.suffix, date=data_date, scope=scope, sequence=sequence, part=part)

    def stem(self, data_date: date, sequence: int, scope: str = "") -> str:
        """Return the name of a delivery in messages: its check file, or else its first part, without the ending."""
        name = self.check_name(data_date, sequence, scope) or self.part_name(data_date, sequence, 1, scope).removesuffix(".gz")
        return name.rpartition(".")[0] or name

    def names_like(self, pattern: str, **known: date | int | str) -> re.Pattern[str]:
        """Return a pattern for file names of this feed that fit one of the patterns of `files`; places that are not `known` are groups."""
        return fitting(pattern, feed=self.name, suffix=self.suffix, **known)
