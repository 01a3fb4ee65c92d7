"""Messy nights: of what a simulated landing has in order, some deliveries are made late, corrected or repeated."""

import gzip
import hashlib
from datetime import date, timedelta
from pathlib import Path
from random import Random

from expectations.dates import iso_day
from expectations.feed import Feed
from expectations.feeds import FEEDS
from expectations.files import USUAL_CHECK, USUAL_NAMES

LATE, CORRECTED, REPEATED = 15, 5, 5  # per cent


def mess_up(landing: Path, first: date, last: date, seed: int) -> dict[str, list[str]]:
    """Make deliveries of the nights first..last late, corrected or repeated; return their check files by what was done.

    Everything has come by the last night. Only a feed that may be late is: without the others a night is not whole.
    """
    folders = [landing / f"{first + timedelta(days=back)}" for back in range((last - first).days)]
    checks = sorted(check for folder in folders for check in folder.glob("*/*.chk"))
    usual = [check for check in checks if (feed := FEEDS[check.parent.name]).files == USUAL_NAMES and feed.check == USUAL_CHECK]
    chance = Random(seed)
    chance.shuffle(usual)
    may_be_late = [check for check in usual if FEEDS[check.parent.name].lateness_days and FEEDS[check.parent.name].cadence == "daily"]
    late = may_be_late[: _share(LATE, checks)]
    # A correction of a delivery with rows, so that the first one can lack some.
    others = [check for check in usual if check not in late and _rows(check) > 1]
    corrected, repeated = others[: _share(CORRECTED, checks)], others[_share(CORRECTED, checks) :][: _share(REPEATED, checks)]
    for check in late:
        _again(check, _later(chance, check, last), sequence=1)
        _remove(check)
    for check in corrected:
        _again(check, _later(chance, check, last), sequence=2)
        _without_its_last_row(check)
    for check in repeated:
        _again(check, _later(chance, check, last), sequence=2)
    return {name: [one.name for one in checks] for name, checks in (("late", late), ("corrected", corrected), ("repeated", repeated))}


def make_late(landing: Path, feed: str, on: date) -> None:
    """Let the feed's delivery of the night arrive a night later."""
    (check,) = (landing / f"{on}" / feed).glob("*.chk")
    _again(check, on + timedelta(days=1), sequence=1)
    _remove(check)


def _share(per_cent: int, checks: list[Path]) -> int:
    return max(1, round(len(checks) * per_cent / 100))


def _feed(check: Path) -> Feed:
    return FEEDS[check.parent.name]


def _lines(check: Path) -> list[list[str]]:
    return [line.split("|") for line in check.read_text("utf-8").splitlines()]


def _rows(check: Path) -> int:
    return int(_lines(check)[-1][1])


def _later(chance: Random, check: Path, last: date) -> date:
    """A night after the one it was for, within the feed's lateness."""
    known_on = iso_day(check.parent.parent.name) or last
    return min(known_on + timedelta(days=chance.randint(1, max(1, _feed(check).lateness_days))), last)


def _again(check: Path, on: date, sequence: int) -> None:
    """Place the same content into the folder of that night."""
    folder = check.parents[2] / f"{on}" / check.parent.name
    folder.mkdir(parents=True, exist_ok=True)
    for name, *_ in _lines(check):
        (folder / name.replace("_01_", f"_{sequence:02}_")).write_bytes((check.parent / name).read_bytes())
    told = check.read_text("utf-8").replace("_01_", f"_{sequence:02}_")
    (folder / check.name.replace("_01.", f"_{sequence:02}.")).write_text(told, "utf-8")


def _remove(check: Path) -> None:
    for name, *_ in _lines(check):
        (check.parent / name).unlink()
    check.unlink()


def _without_its_last_row(check: Path) -> None:
    """What is corrected later: a row of the last part is missing."""
    told = _lines(check)
    name, rows, *_, day = told[-1]
    part, is_gzip = check.parent / name, _feed(check).gzip
    content = gzip.decompress(part.read_bytes()) if is_gzip else part.read_bytes()
    shorter = content[: content.rstrip(b"\n").rindex(b"\n") + 1]
    part.write_bytes(gzip.compress(shorter, mtime=0) if is_gzip else shorter)
    packed = part.read_bytes()
    told[-1] = [name, f"{int(rows) - 1}", f"{len(packed)}", hashlib.md5(packed).hexdigest(), day]
    check.write_text("".join("|".join(line) + "\n" for line in told), "utf-8")
