"""`Feed` and `Field`: the layout of an operator's extract as files, and the table it fills."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from expectations.computed import Computed
from expectations.contract import Table
from expectations.data_classes import DataClass
from expectations.dates import ZONE as ZONE
from expectations.errors import FeedError, teach
from expectations.feed_faults import faults_of
from expectations.files import USUAL_CHECK, USUAL_NAMES, CheckFile, FileNames, OkFile, Settles, fitting
from expectations.forms import TEXT, Form
from expectations.relations import Covers
from expectations.typed import type_faults
from expectations.vaulted import ToVault
from expectations.web_log import Web

Cadence = Literal["daily", "monthly", "on change"]


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
    """What an operator delivers (domain S1..S17). One delivery is part files and, usually, a check file that arrives last.

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
    of the last accepted ones: of a full extract of the days before, of what happened of the same weekday. A list that `may_grow` is held
    only if it shrank. `covers` lists other tables of whose keys a delivery must have a stated share. A monthly full extract of bills states
    in `settled_per_mille` how many of the active subscribers of S1 must have a bill for the month to count as settled.
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
    may_grow: bool = False
    settled_per_mille: int | None = None
    covers: tuple[Covers, ...] = ()

    def __post_init__(self) -> None:
        if faults := type_faults(self) or faults_of(self):
            raise FeedError(teach(f"Feed {self.name}", faults, f"correct the fields in expectations/feeds/{self.name}.py or its table."))

    @property
    def by_name(self) -> dict[str, Field]:
        """The fields by their names in the file."""
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
