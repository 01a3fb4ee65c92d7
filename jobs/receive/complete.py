"""Which deliveries in the landing folder are complete: their check files have arrived, or their files no longer change."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from string import Formatter

from expectations.dates import iso_day
from expectations.feed import Feed
from expectations.files import OkFile, Settles


@dataclass(frozen=True)
class Told:
    """The content of a file's name."""

    data_date: date
    sequence: int
    scope: str = ""


@dataclass(frozen=True)
class Named:
    """A complete delivery, by folder and names, before its files are read. `checks` are its check files, if the feed has any."""

    folder: Path
    known_on: date
    told: Told
    checks: tuple[Path, ...]
    parts: tuple[Path, ...]

    @property
    def name(self) -> str:
        """The file by which it is named in messages: its (first) check file, or else its first part."""
        return (self.checks or self.parts)[0].name


def named(feed: Feed, landing: Path, since: date, on: date, at: datetime | None = None) -> Iterator[Named]:
    """Return the feed's complete deliveries that arrived on the nights since..on, in order of arrival.

    `at` is the time of looking. It matters only to a feed that `Settles`; without it, all its deliveries count as complete.
    """
    for folder, known_on in _folders(feed, landing, since, on):
        parts, checks = _by_told(feed, folder, feed.files.part), _by_told(feed, folder, feed.files.check)
        found = [Named(folder, known_on, told, tuple(checks.get(told, ())), tuple(parts.get(told, ()))) for told in {**checks, **parts}]
        yield from sorted((one for one in found if _is_complete(feed, one, at)), key=lambda one: one.name)


def strays(feed: Feed, landing: Path, since: date, on: date, at: datetime | None = None) -> list[str]:
    """Return files that belong to no complete delivery: something of it has not arrived yet, or their name is wrong."""
    spoken_of = {(found.known_on, found.told) for found in named(feed, landing, since, on, at)}
    return [
        f"{known_on}/{feed.name}/{path.name}"
        for folder, known_on in _folders(feed, landing, since, on)
        for path in sorted(folder.iterdir())
        if (known_on, _told_by(feed, feed.files.check, path.name) or _told_by(feed, feed.files.part, path.name)) not in spoken_of
    ]


def told_by_names(feed: Feed, landing: Path, on: date) -> set[Told]:
    """Return the content of the names of one night's files, check files and parts together."""
    names = [path.name for folder, _ in _folders(feed, landing, on, on) for path in folder.iterdir()]
    told = [_told_by(feed, pattern, name) for name in names for pattern in (feed.files.check, feed.files.part)]
    return {found for found in told if found}


def part_names(feed: Feed, told: Told) -> re.Pattern[str]:
    """Return the names that parts of this delivery may have."""
    return feed.names_like(feed.files.part, date=told.data_date, sequence=told.sequence, scope=told.scope)


def _folders(feed: Feed, landing: Path, since: date, on: date) -> Iterator[tuple[Path, date]]:
    for folder in sorted(landing.glob(f"{on if since == on else '*'}/{feed.name}")):
        known_on = iso_day(folder.parent.name)
        if known_on and since <= known_on <= on and folder.is_dir():
            yield folder, known_on


def _by_told(feed: Feed, folder: Path, pattern: str) -> dict[Told, list[Path]]:
    """Return the files whose names fit the pattern, by delivery."""
    found: dict[Told, list[Path]] = {}
    for path in sorted(folder.iterdir()):
        if told := _told_by(feed, pattern, path.name):
            found.setdefault(told, []).append(path)
    return found


def _told_by(feed: Feed, pattern: str, name: str) -> Told | None:
    """Return the content of a name; None if it does not fit, or if its date does not exist."""
    if not (match := feed.names_like(pattern).fullmatch(name)) or not pattern:
        return None
    places = {place: form for _, place, form, _ in Formatter().parse(pattern)}
    try:
        day = datetime.strptime(match["date"], places["date"] or "").date()  # noqa: DTZ007 - a calendar day has no zone
    except ValueError:
        return None
    sequence = int(match["sequence"]) if "sequence" in places else 1
    return Told(day, sequence, match["scope"] if "scope" in places else "")


def _is_complete(feed: Feed, found: Named, at: datetime | None) -> bool:
    if isinstance(feed.check, Settles):
        return at is None or all(at - _changed_at(part) >= timedelta(minutes=feed.check.minutes) for part in found.parts)
    if feed.files.is_per_part:
        numbers = (int(part_names(feed, found.told).fullmatch(part.name)["part"]) for part in found.parts)  # type: ignore[index]
        wanted = {feed.check_name(found.told.data_date, found.told.sequence, found.told.scope, number) for number in numbers}
        return bool(found.checks) and wanted <= {check.name for check in found.checks}
    return bool(found.checks)


def _changed_at(file: Path) -> datetime:
    # A link to nothing has a time too; reading it then refuses the delivery.
    return datetime.fromtimestamp(file.lstat().st_mtime, UTC)


def waiting_words(feed: Feed, stray: str) -> str:
    """Return what a file that belongs to no complete delivery waits for, or that its name is wrong."""
    night, _, name = stray.split("/")
    if not any(_told_by(feed, pattern, name) for pattern in (feed.files.check, feed.files.part)):
        like = [feed.part_name(day, 1, 1, "SCOPE"), feed.check_name(day, 1, "SCOPE")] if (day := iso_day(night)) else []
        return f"{stray} has a name that is none of the feed's: expected like {' or '.join(filter(None, like))}"
    if isinstance(feed.check, Settles):
        return f"{stray} waits: a part of its delivery changed less than {feed.check.minutes} minutes ago"
    if feed.files.is_per_part:
        return f"{stray} waits until every part of its delivery has its own check file"
    return f"no check file is there for {stray}" if isinstance(feed.check, OkFile) else f"no check file lists {stray}"


def completing_cure(feed: Feed) -> str:
    """Return how files that are complete become a delivery."""
    if isinstance(feed.check, Settles):
        return f"wait until they have not changed for {feed.check.minutes} minutes"
    return "if the files that are there are complete, place their check file" + ("s" if feed.files.is_per_part else "")
