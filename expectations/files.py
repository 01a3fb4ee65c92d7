"""The names of a delivery's files, and what says that it is complete: `CheckFile`, `OkFile` or `Settles`."""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from string import Formatter
from typing import Any, Literal, get_args

from expectations.errors import FeedError, teach
from expectations.typed import type_faults

Told = Literal["file", "rows", "bytes", "md5", "date"]
_DATE = re.compile(r"%Y[-_.]?%m([-_.]?%d)?")
_WIDTH = re.compile("0[1-9]")
SCOPE = re.compile("[A-Za-z0-9]{1,32}")
# With slashes or glob characters Spark would read other files. Spark skips names that begin with a dot or an underscore.
_NAME = re.compile("[A-Za-z0-9][A-Za-z0-9._-]*")


@lru_cache(maxsize=64)
def fitting(pattern: str, **known: Any) -> re.Pattern[str]:
    """Return an expression for the names that fit the pattern. A known place becomes its text, every other place a group."""
    texts = []
    for text, place, form, _ in Formatter().parse(pattern):
        texts.append(re.escape(text))
        if place in known:
            texts.append(re.escape(format(known[place], form or "")))
        elif place == "scope":
            texts.append(f"(?P<scope>{SCOPE.pattern})")
        elif place:
            digits = re.sub("%[Ymd]", lambda part: f"[0-9]{{{4 if part[0] == '%Y' else 2}}}", form or "")
            texts.append(f"(?P<{place}>{digits if place == 'date' else f'[0-9]{{{int(form or 0)}}}'})")
    return re.compile("".join(texts))


@dataclass(frozen=True)
class FileNames:
    """Names of a delivery's parts and of its check file, with places in Python's format syntax.

    `{date:%Y%m%d}` is the data date (for a month `%Y%m`); both names need it. `{scope}` is the city or channel by which the operator splits
    the feed, in letters and digits; each scope is a separate delivery. `{sequence:02}` counts corrections and `{part:03}` parts, from 1
    with that many digits. An operator without sequences omits the place and sends corrections in a later night's folder. `{feed}` is the
    feed's name. `{suffix}` is `txt.gz`, or `txt` if the feed is not gzip.

    If the name of the check file has `{part:03}` too, each part has its own check file. Without any check file `check` is empty.
    """

    part: str = "{feed}_{date:%Y%m%d}_{sequence:02}_{part:03}.{suffix}"
    check: str = "{feed}_{date:%Y%m%d}_{sequence:02}.chk"

    def __post_init__(self) -> None:
        faults = _faults(self.part, ("date", "scope", "sequence", "part"), "part")
        if self.check:
            faults += _faults(self.check, ("date", "scope", "sequence", "part"), "check")
            faults += [
                f"{{{place}}} is in one of the two names; it must be in both or in neither"
                for place in ("sequence", "scope")
                if (f"{{{place}" in self.part) != (f"{{{place}" in self.check)
            ]
            if self.is_per_part and "{part" not in self.part:
                faults.append("{part} is in the check file's name, and not in the part's")
        known = {"feed": "feed", "suffix": "txt", "scope": "1", "sequence": 1, "part": 1}
        if not faults and self.check and fitting(self.part, **known).fullmatch(self.check.format(**known, date=date(2026, 3, 4))):
            faults.append("the name of a check file also fits the pattern of a part")
        if faults:
            raise FeedError(teach("FileNames", faults, 'write them like FileNames(part="S1_{date:%Y%m%d}.{part:03}.gz", check="...")'))

    @property
    def count_corrections(self) -> bool:
        """Whether a corrected delivery has a different name."""
        return "{sequence" in self.part

    @property
    def have_scopes(self) -> bool:
        """Whether the names contain the scope of a delivery."""
        return "{scope" in self.part

    @property
    def is_per_part(self) -> bool:
        """Whether each part has its own check file."""
        return "{part" in self.check

    @property
    def are_numbered(self) -> bool:
        """Whether the names of parts contain their number."""
        return "{part" in self.part


def _faults(pattern: str, places: tuple[str, ...], which: str) -> list[str]:
    """Return what is wrong with one pattern."""
    try:
        parsed = [(text, place, form or "") for text, place, form, _ in Formatter().parse(pattern)]
    except ValueError as error:
        return [f"{which}: {error}"]
    found = [place for _, place, _ in parsed if place]
    faults = [f"{which}: no place {{{place}}}, expected {', '.join(places)}" for place in found if place not in (*places, "feed", "suffix")]
    faults += [f"{which}: {{{place}}} is there twice" for place in sorted({place for place in found if found.count(place) > 1})]
    if "date" not in found:
        faults.append(f"{which}: {{date}} is missing; it is the day or month of the delivery")
    faults += [
        f"{which}: {{date:{form}}}, expected like %Y%m%d or %Y%m" for _, p, form in parsed if p == "date" and not _DATE.fullmatch(form)
    ]
    faults += [f"{which}: {{scope:{form}}}, expected {{scope}} alone" for _, place, form in parsed if place == "scope" and form]
    counted = [(place, form) for _, place, form in parsed if place in ("sequence", "part")]
    faults += [f"{which}: {{{place}:{form}}}, expected its digits like 02" for place, form in counted if not _WIDTH.fullmatch(form)]
    if not _NAME.fullmatch("".join(text + ("1" if place else "") for text, place, _ in parsed)):
        faults.append(f"{which}: expected letters, digits and . _ - around the places, a letter or digit first")
    return faults


@dataclass(frozen=True)
class CheckFile:
    """One line per part: its fields in order, and the delimiter between them. A field that the operator omits is not checked.

    Only a check file of one part (`FileNames.is_per_part`) may omit `file`.
    """

    fields: tuple[Told, ...] = ("file", "rows", "bytes", "md5", "date")
    delimiter: str = "|"
    date_form: str = "%Y%m%d"

    def __post_init__(self) -> None:
        faults = [f"no field {name}, expected {', '.join(get_args(Told))}" for name in self.fields if name not in get_args(Told)]
        faults += [f"field {name} is there twice" for name in sorted({name for name in self.fields if self.fields.count(name) > 1})]
        if not {"rows", "bytes", "md5"} & set(self.fields):
            faults.append("rows, bytes and md5 are all missing; a truncated part could not be recognised")
        if not self.delimiter or re.search("[A-Za-z0-9._]", self.delimiter):
            faults.append(f"the delimiter {self.delimiter!r} may be part of a field")
        if not _DATE.fullmatch(self.date_form):
            faults.append(f"the date {self.date_form!r}, expected like %Y%m%d")
        if faults:
            raise FeedError(teach("CheckFile", faults, 'write it like CheckFile(fields=("date", "file", "rows", "md5"), delimiter=",")'))

    def line(self, file: str, rows: object, size: object, md5: str, data_date: date) -> str:
        """Return a part's line, without its line feed."""
        told = {"file": file, "rows": f"{rows}", "bytes": f"{size}", "md5": md5, "date": f"{data_date:{self.date_form}}"}
        return self.delimiter.join(told[name] for name in self.fields)

    def fitting(self, file: str) -> re.Pattern[str]:
        """Return an expression for lines that fit, with `file` as the expression for names; each field is a group."""
        digits = fitting(f"{{date:{self.date_form}}}").pattern
        forms = {"file": f"(?P<file>{file})", "rows": "(?P<rows>[0-9]{1,18})", "bytes": "(?P<bytes>[0-9]{1,18})"}
        forms |= {"md5": "(?P<md5>[0-9a-fA-F]{32})", "date": digits}
        return re.compile(re.escape(self.delimiter).join(forms[name] for name in self.fields))


@dataclass(frozen=True)
class OkFile:
    """A file that arrives last and has no counts; its content is not read. The parts are those in the folder."""


@dataclass(frozen=True)
class Settles:
    """No check file: a delivery is complete once none of its files has changed for so many minutes.

    Whether it has arrived therefore depends on when the night looks, and on nothing else (docs/decisions/0020).
    """

    minutes: int = 30

    def __post_init__(self) -> None:
        faults = type_faults(self) or ([f"minutes is {self.minutes}, expected at least 1"] if self.minutes < 1 else [])
        if faults:
            raise FeedError(teach("Settles", faults, "write it like Settles(minutes=30)"))


USUAL_NAMES = FileNames()
USUAL_CHECK = CheckFile()
