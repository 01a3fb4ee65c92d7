"""Quiet nights: a province that lives on as usual for four months raises no alarm, and a fault on any of its nights does."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest

from expectations.checks import one_of
from expectations.contract import Column
from jobs.tag.judging import judged
from jobs.tag.movement import Movement
from jobs.tag.tag_profile import Profile, profile

FIRST, NIGHTS = date(2026, 1, 10), 120
MONTHLY, TIME, FREE = Movement(monthly=True), Movement(counts_time=True), Movement()
Values = Callable[[np.random.Generator, int, date], list]


def column(type_: str, *codes: str) -> Column:
    return Column("x", type_, "X.", (one_of(*codes),) if codes else ())


def traits(people: int) -> np.random.Generator:
    """The same people every night."""
    return np.random.default_rng(people)


def bytes_7d(rng: np.random.Generator, people: int, on: date) -> list:
    """A short window: their usual use, times a week's chance, more at the weekend; a tenth use nothing."""
    usual = traits(people).lognormal(17, 2, people) * (traits(people).random(people) > 0.1)
    return list((usual * rng.lognormal(0, 0.5, people) * (1.3 if on.weekday() > 4 else 1.0)).astype(int))


def bill_1m(rng: np.random.Generator, people: int, on: date) -> list:
    """Last month's bill: null until it arrives, on the fourth or fifth; a month differs from the next."""
    months = np.random.default_rng(on.year * 12 + on.month)
    arrives = months.integers(4, 6)
    usual = traits(people).lognormal(8, 0.7, people) * months.lognormal(0, 0.2) * months.lognormal(0, 0.3, people)
    return [None] * people if on.day < arrives else list(usual.astype(int))


def region_of_three_months(rng: np.random.Generator, people: int, on: date) -> list:
    """Nobody has one until three months of the home's own nights have passed."""
    return [None] * people if on < date(2026, 4, 1) else list(traits(people).choice(["a", "b", "c"], people))


def since_first_night(rng: np.random.Generator, people: int, on: date) -> list:
    """Days in a state that almost all entered when the home began, so they count in step."""
    changed = traits(people).random(people) < 0.02 * (on - FIRST).days / NIGHTS
    return [0 if has else (on - FIRST).days for has in changed]


def entered(rng: np.random.Generator, people: int, on: date) -> list:
    """A date long ago that does not change."""
    return [on.fromordinal(int(day)) for day in date(2026, 1, 1).toordinal() - traits(people).integers(0, 4000, people)]


def complained(rng: np.random.Generator, people: int, on: date) -> list:
    """A rare flag of a short window."""
    return list(rng.random(people) < 0.01)


def stage(rng: np.random.Generator, people: int, on: date) -> list:
    """A code that few people change."""
    return list(np.where(traits(people).random(people) < 0.2 + 0.001 * (on - FIRST).days, "mature", "new"))


TAGS: dict[str, tuple[Column, Movement, Values]] = {
    "bytes_7d": (column("bigint"), FREE, bytes_7d),
    "bill_1m": (column("bigint"), MONTHLY, bill_1m),
    "region": (column("string", "a", "b", "c"), MONTHLY, region_of_three_months),
    "since_first_night": (column("int"), TIME, since_first_night),
    "entered": (column("date"), TIME, entered),
    "complained": (column("boolean"), FREE, complained),
    "stage": (column("string", "new", "mature"), FREE, stage),
}
TYPES = {"bigint": pa.int64(), "int": pa.int32(), "string": pa.string(), "date": pa.date32(), "boolean": pa.bool_()}


def seen(tag: str, people: int, on: date) -> Profile:
    declared, _, values = TAGS[tag]
    of_night = values(np.random.default_rng([on.toordinal(), people]), people, on)
    return profile(on, declared, pa.chunked_array([pa.array(of_night, TYPES[declared.type])]), people)


@pytest.mark.parametrize("people", [150, 3000])
@pytest.mark.parametrize("tag", TAGS)
def test_four_quiet_months_raise_no_alarm(tag: str, people: int) -> None:
    movement, nights = TAGS[tag][1], list[Profile]()
    for on in (FIRST + timedelta(days=n) for n in range(NIGHTS)):
        tonight = seen(tag, people, on)
        verdict = judged(tonight, nights, movement)
        assert verdict.state != "bad", (on, verdict.reasons)
        nights.append(replace(tonight, state=verdict.state))


@pytest.mark.parametrize("tag", [tag for tag in TAGS if tag != "region"])
def test_a_tag_that_is_all_null_one_night_is_found_among_quiet_nights(tag: str) -> None:
    movement, last = TAGS[tag][1], FIRST + timedelta(days=NIGHTS)
    nights = [seen(tag, 3000, last - timedelta(days=back)) for back in range(NIGHTS, 0, -1)]
    nothing = profile(last, TAGS[tag][0], pa.chunked_array([pa.nulls(3000, TYPES[TAGS[tag][0].type])]), 3000)
    # On the tenth of a month, when its bills have arrived.
    assert judged(nothing, nights, movement).state == "bad"
