"""`Feed` and `Field`: how an operator's extract looks as files, and which table it fills."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from expectations.contract import Table
from expectations.errors import FeedError, teach
from expectations.files import USUAL_CHECK, USUAL_NAMES, CheckFile, FileNames, fitting
from expectations.forms import ANONYMOUS, TEXT, Form

Cadence = Literal["daily", "monthly", "on change"]
DataClass = Literal["basic", "orders and usage", "service", "stated demand", "behaviour", "response"]


@dataclass(frozen=True)
class Field:
    """One column of the file, in file order. `to` is the table column it fills, or None when nothing of it goes on.

    `personal` marks text that must end at receive. A file column that fills two table columns is listed in `also`. `is_event_date` holds
    the row to the delivery's own data date: a row about another day does not belong in it. `sentinels` are texts by which the operator says
    that there is no value (-1 for unlimited); they fill null, and since the operator has a text for it, a blank does not fit.
    """

    name: str
    to: str | None
    form: Form = TEXT
    personal: bool = False
    also: tuple[tuple[str, Form], ...] = ()
    is_event_date: bool = False
    sentinels: tuple[str, ...] = ()

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

    Of rows with the same key in one delivery the first is loaded. Where they are states of one thing, `newest_by` names the columns that
    tell which is newest: the greatest wins, null is least, of equals the last in the files; the superseded are no bad rows. A
    daily full extract whose rows differ from the median of the last accepted ones by more than `volume_band_per_mille` is held until
    somebody releases it.
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
    newest_by: tuple[str, ...] = ()
    volume_band_per_mille: int | None = None

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
        faults += self._row_faults(wanted)
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

    def _row_faults(self, columns: list[str]) -> list[str]:
        """What is wrong with the parts that say how rows are told apart and counted."""
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
        return faults

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
