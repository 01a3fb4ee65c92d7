"""`faults_of`: everything that is wrong with the declaration of a feed."""

import re
from datetime import date
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from expectations.computed import Computed
from expectations.dates import ZONE
from expectations.files import SCOPE, CheckFile, OkFile, Settles
from expectations.forms import ANONYMOUS
from expectations.web_log import WEB_COLUMNS

if TYPE_CHECKING:
    from expectations.feed import Feed

# A delivery with rows of more days than a year is a history, which is delivered day by day.
MOST_DAYS = 366
_SIGN = {"delimiter": "delimiter", "quote": "quote", "escape": "escape sign"}
_NAME = re.compile("[a-z][a-z0-9_]{0,63}")
# Columns that receive fills itself, besides the event date.
BY_RECEIVE = ("known_on", "feed", "load_id")


def faults_of(feed: "Feed") -> list[str]:
    """Return a sentence for each fault: of its columns, its rows and its files."""
    return [*_column_faults(feed), *_row_faults(feed), *_file_faults(feed)]


def _column_faults(feed: "Feed") -> list[str]:
    """Return what is wrong with the way columns are filled."""
    filled = [to for field in feed.fields for to, _ in field.fills] + [computed.to for computed in feed.computed]
    filled += WEB_COLUMNS if feed.web else ()
    given = {feed.table.event_date, *BY_RECEIVE}
    wanted = [column.name for column in feed.table.columns]
    faults = [f"table column {name} is filled by no field" for name in wanted if name not in filled and name not in given]
    faults += [f"field fills {name}, which table {feed.table.name} does not have" for name in filled if name not in wanted]
    faults += [f"table column {name} is filled twice" for name in sorted({n for n in filled if filled.count(n) > 1})]
    faults += [
        f"field {field.name} is personal and would reach table column {to} unchanged; tokenise or shorten it, or fill no column"
        for field in feed.fields
        for to, form in field.fills
        if field.personal and form.kind not in ANONYMOUS
    ]
    tokenised = [field for field in feed.fields if any(form.identity for _, form in field.fills)]
    faults += [f"field {field.name} carries an identifier; mark it personal" for field in tokenised if not field.personal]
    faults += [fault for computed in feed.computed for fault in _computed_faults(feed, computed)]
    faults += feed.web.faults({field.name: field.to for field in feed.fields}) if feed.web else []
    personal = {field.name: field.personal for field in feed.fields}
    faults += [fault for to_vault in feed.vault for fault in to_vault.faults(personal, wanted)]
    kinds = {form.identity for field in tokenised for _, form in field.fills}
    faults += [f"no field carries the identity {kind}, which the feed introduces" for kind in feed.introduces if kind not in kinds]
    if feed.table.event_date is None or "load_id" not in wanted:
        faults.append(f"table {feed.table.name} needs an event_date and a column load_id to be filled by deliveries")
    return faults


def _computed_faults(feed: "Feed", computed: Computed) -> list[str]:
    if malformed := computed.malformed():
        return [f"computed column {computed.to}: {malformed}"]
    unknown = [name for name in computed.fields if name not in feed.by_name]
    personal = [name for name in computed.fields if name not in unknown and feed.by_name[name].personal]
    faults = [f"computed column {computed.to} names {name}, which is not among the fields" for name in unknown]
    faults += [f"computed column {computed.to} would have the text of {name}, which is personal" for name in personal]
    faults += [
        f"computed column {computed.to}: {sign} ends the job at one odd value; write try_add, try_multiply, try_divide, try_cast"
        for sign in computed.raising()
    ]
    if computed.is_lacking:
        needed = [column.name for column in feed.table.columns if not column.nullable]
        return [f"column {computed.to} cannot be lacking: table {feed.table.name} needs a value"] if computed.to in needed else []
    return faults or ([] if computed.fields else [f"computed column {computed.to} names no field; write it like try_add({{UP}}, {{DOWN}})"])


def _row_faults(feed: "Feed") -> list[str]:
    """Return what is wrong with keys, sentinels, dates and counts of rows."""
    columns = [column.name for column in feed.table.columns]
    required = {column.name for column in feed.table.columns if not column.nullable}
    faults = [
        f"field {field.name} has sentinels for no value, yet table column {to} needs one"
        for field in feed.fields
        for to, _ in field.fills
        if field.sentinels and to in required
    ]
    faults += [f"newest_by names {name}, which table {feed.table.name} does not have" for name in feed.newest_by if name not in columns]
    if feed.newest_by and not feed.table.key:
        faults.append(f"newest_by orders rows of one key, and table {feed.table.name} has none")
    if feed.volume_band_per_mille is not None and feed.cadence != "daily":
        faults.append("a volume band is for daily feeds; other deliveries have no usual size")
    faults += [
        f"it covers {of.table.name} by {name}, which table {feed.table.name} does not have"
        for of in feed.covers
        for name in of.by
        if name not in columns
    ]
    faults += [
        f"it covers {of.table.name}, the table that it fills; name another" for of in feed.covers if of.table.name == feed.table.name
    ]
    if feed.covers and (feed.files.have_scopes or feed.days > 1):
        faults.append("covers is for deliveries that have everything of their date; those of a scope or of several days have a part")
    if feed.settled_per_mille is not None and (
        (feed.cadence, feed.content) != ("monthly", "full") or not 1 <= feed.settled_per_mille <= 1000
    ):
        faults.append(f"settled_per_mille is {feed.settled_per_mille}; it is for monthly full extracts, from 1 to 1000")
    dated = [field.name for field in feed.fields if field.is_event_date]
    if len(dated) > 1:
        faults.append(f"several fields are the event date: {', '.join(dated)}")
    # No two days have the same number of rows, so a band of 0 would hold every delivery.
    least = {"days": 1, "lateness_days": 0, "bad_per_mille": 0, "volume_band_per_mille": 1}
    stated = {name: value for name in least if (value := getattr(feed, name)) is not None}
    faults += [f"{name} is {value}, expected at least {least[name]}" for name, value in stated.items() if value < least[name]]
    faults += [f"{name} is empty" for name in ("source", "label", "owner") if not getattr(feed, name).strip()]
    if feed.bad_per_mille > 1000:
        faults.append(f"bad_per_mille is {feed.bad_per_mille}, expected at most 1000")
    faults += [
        f"field {field.name} has the code {text!r}, which also reads as no value (nulls, sentinels)"
        for field in feed.fields
        for text in dict.fromkeys((*(feed.nulls if field.nulls is None else field.nulls), *field.sentinels))
        if text in {came for _, form in field.fills for came, _ in form.codes}
    ]
    if feed.days > MOST_DAYS:
        faults.append(f"days is {feed.days}, expected at most {MOST_DAYS}: each day is a load of its own")
    if feed.cadence == "monthly" and not 1 <= feed.due_day <= 28:
        faults.append(f"due_day of a monthly feed is {feed.due_day}, expected 1 to 28")
    if feed.cadence != "monthly" and feed.due_day:
        faults.append(f"due_day is {feed.due_day}; it is for monthly feeds")
    names = [field.name for field in feed.fields]
    faults += [f"field {name} is there twice" for name in sorted({name for name in names if names.count(name) > 1})]
    if feed.days > 1 and (not dated or (feed.cadence, feed.content) != ("daily", "delta")):
        faults.append("days is for daily deliveries of what happened, with a field that is_event_date")
    return faults


def _file_faults(feed: "Feed") -> list[str]:
    """Return what is wrong with file names and special characters."""
    signs = {"delimiter": feed.delimiter, "quote": feed.quote, "escape": feed.escape}
    faults = [f"the {what} {sign!r} is not one character" for what, sign in signs.items() if sign is not None and len(sign) != 1]
    faults += [f"the {_SIGN[what]} {sign!r} ends a line" for what, sign in signs.items() if sign in ("\n", "\r")]
    faults += _check_faults(feed)
    stated = [(what, sign) for what, sign in signs.items() if sign is not None]
    faults += [
        f"the {_SIGN[what]} {sign!r} is the {other}"
        for place, (what, sign) in enumerate(stated)
        for other, same in stated[:place]
        if sign == same and (what, other) != ("escape", "quote")
    ]
    if feed.part_name(date.min, 1, 1).endswith(".gz") != feed.gzip:
        faults.append(f"gzip is {feed.gzip}, so the parts' names must {'' if feed.gzip else 'not '}end in .gz: Spark unpacks by the name")
    if feed.cadence != "monthly" and "%d" not in feed.files.part:
        faults.append("the parts' names have no day; only a monthly feed may omit it")
    faults += [f"scope {scope!r}, expected 1 to 32 letters and digits" for scope in feed.scopes if not SCOPE.fullmatch(scope)]
    faults += [f"scope {scope} is there twice" for scope in sorted({one for one in feed.scopes if feed.scopes.count(one) > 1})]
    if not _NAME.fullmatch(feed.name):
        faults.append(f"name {feed.name!r} is a folder of the landing, expected small letters, digits and _")
    if feed.scopes and not feed.files.have_scopes:
        faults.append("scopes are stated, and the files' names have no {scope}")
    try:
        ZoneInfo(feed.zone)
    except (ZoneInfoNotFoundError, ValueError):
        faults.append(f"zone {feed.zone!r} is unknown, expected a name like {ZONE}")
    return faults


def _check_faults(feed: "Feed") -> list[str]:
    """Return what is wrong with the way a delivery is known to be complete."""
    faults = []
    if isinstance(feed.check, Settles) == bool(feed.files.check):
        faults.append("check is Settles if, and only if, the files' names have no check file: FileNames(check='')")
    if isinstance(feed.check, OkFile) and feed.files.is_per_part:
        faults.append("an OkFile is of the whole delivery; its name has no {part}")
    if isinstance(feed.check, CheckFile) and "file" not in feed.check.fields and not feed.files.is_per_part:
        faults.append("field file is missing in the check file; a line must name its part")
    if feed.parts is not None and not (feed.parts >= 1 and (feed.files.are_numbered or feed.parts == 1)):
        faults.append(f"parts is {feed.parts}, expected at least 1, and more than 1 only if the parts' names have {{part}}")
    return faults
