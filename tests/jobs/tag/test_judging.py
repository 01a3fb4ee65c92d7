"""A tag is bad when it is like none of its last nights; what moves by design is not."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from jobs.tag.judging import judged, moved_far
from jobs.tag.movement import Movement, movements
from jobs.tag.tag_profile import Profile

D = date(2026, 5, 20)
FREE, TIME, MONTHS, CAMPAIGN = Movement(), Movement(counts_time=True), Movement(monthly=True), Movement(judged=False)
# Bytes of 2,000 subscribers: a tenth used none, most between 2^20 and 2^24.
BYTES = {"0": 200, "20": 400, "21": 500, "22": 500, "23": 360}
FLAG = {"false": 1850, "true": 150}


def night(back: int = 0, nulls: int = 40, rows: int = 2000, state: str = "good", bins: dict[str, int] | None = None) -> Profile:
    """A night of a tag, so many nights before D."""
    counted = json.dumps(BYTES if bins is None else bins)
    return Profile(D - timedelta(days=back), "data_bytes_30d", rows, rows, nulls, 1900, counted, state)


def before(bins: dict[str, int] | None = None, nulls: int = 40) -> list[Profile]:
    return [night(back, nulls, bins=bins) for back in range(1, 29)]


def verdict(tonight: Profile, earlier: list[Profile], movement: Movement = FREE, since: date | None = None) -> tuple[str, str]:
    found = judged(tonight, earlier, movement, since)
    return found.state, "; ".join(found.reasons)


@pytest.mark.parametrize(
    ("tonight", "usual", "why"),
    [
        (night(nulls=2000, bins={}), before(), "100% null, usual 2%"),
        (night(nulls=800, bins={"20": 600, "21": 600}), before(), "40% null, usual 2%; distributed otherwise"),
        (night(bins={"0": 1960}), before(), "every value is 0"),
        (night(bins={"false": 2000}, nulls=0), before(FLAG, 0), "every value is false"),
        # In kilobytes: a factor of 1,000 is ten powers of two.
        (night(bins={"0": 200, "10": 400, "11": 500, "12": 500, "13": 360}), before(), "distributed otherwise than usual: PSI"),
        (night(bins={"0": 100, "20": 200, "21": 250, "22": 250, "23": 180}, nulls=20, rows=1000), before(), "has 1,000 rows, usual 2,000"),
        # One in twenty has a value, too few to move the share by a tenth.
        (night(nulls=2000, bins={}), before({"3": 100}, nulls=1900), "100% null, usual 95%"),
        (replace(night(bins={}, nulls=0), distinct=1), before({}, 0), "every value is the same"),
    ],
    ids=["all null", "many null", "all 0", "all false", "unit", "half of the rows", "rare and all null", "one text for all"],
)
def test_a_bad_tag_is_found_with_its_reason(tonight: Profile, usual: list[Profile], why: str) -> None:
    state, reason = verdict(tonight, usual)
    assert (state, why in reason) == ("bad", True), reason


@pytest.mark.parametrize(
    "tonight",
    [
        night(),
        night(nulls=239),
        night(rows=1500, nulls=30),
        night(bins={"0": 260, "20": 420, "21": 500, "22": 480, "23": 300}),
        # Somebody's odd value is a group of its own.
        night(bins={**BYTES, "60": 1}),
    ],
    ids=["as usual", "a little more null", "a quarter fewer rows", "a little less", "one odd value"],
)
def test_a_night_much_like_others_is_good(tonight: Profile) -> None:
    assert verdict(tonight, before()) == ("good", "")


def test_with_few_nights_or_few_rows_a_tag_is_new_and_never_bad() -> None:
    broken = night(nulls=2000, bins={})
    assert verdict(broken, before()[:6]) == ("new", "6 nights to compare with, 7 are needed")
    assert verdict(broken, before()[:7])[0] == "bad"
    assert verdict(replace(broken, rows=99, seen=99, nulls=99), before()) == ("new", "99 rows, 100 are needed")
    small = [replace(one, rows=99) for one in before()]
    assert verdict(broken, small) == ("new", "0 nights to compare with, 7 are needed")


def test_nights_that_are_older_than_28_days_do_not_count() -> None:
    broken = night(nulls=2000, bins={})
    assert verdict(broken, [night(back) for back in range(22, 40)])[0] == "bad"
    assert verdict(broken, [night(back) for back in range(23, 40)])[0] == "new"


def test_a_tag_stays_bad_for_as_long_as_it_is_broken_and_is_good_at_once_when_it_is_mended() -> None:
    usual, broken = [night(back) for back in range(41, 69)], [night(back, nulls=2000, state="bad", bins={}) for back in range(1, 41)]
    assert verdict(night(nulls=2000, bins={}), [*broken, *usual])[0] == "bad"
    assert verdict(night(), [*broken, *usual])[0] == "good"


def test_an_accepted_tag_is_compared_with_nights_from_then_on_alone() -> None:
    changed = {"0": 200, "10": 400, "11": 500, "12": 500, "13": 360}
    broken, tonight = [night(back, state="bad", bins=changed) for back in range(1, 4)], night(bins=changed)
    assert verdict(tonight, [*broken, *before()[3:]])[0] == "bad"
    assert verdict(tonight, [*broken, *before()[3:]], since=D) == ("new", "0 nights to compare with, 7 are needed")
    later = [night(back, state="new", bins=changed) for back in range(1, 8)]
    assert verdict(tonight, [*later, *before()[7:]], since=D - timedelta(days=7))[0] == "good"
    assert verdict(night(), [*later, *before()[7:]], since=D - timedelta(days=7))[0] == "bad"


def test_subscribers_who_enter_the_next_group_of_time_in_step_are_no_fault() -> None:
    in_step = night(bins={"4": 1900, "9": 60})
    assert verdict(in_step, before({"3": 1900, "9": 60}), TIME) == ("good", "")
    assert verdict(in_step, before({"3": 1900, "9": 60}))[0] == "bad", "a figure that counts no time"
    state, why = verdict(night(bins={"0": 1960}), before({"3": 1900, "9": 60}), TIME)
    assert (state, why) == ("bad", "100% of the values moved by more than a group, expected at most 10%")


@pytest.mark.parametrize(
    ("now", "then", "share"),
    [
        ({"3": 10}, {"3": 10}, 0.0),
        ({"4": 10}, {"3": 10}, 0.0),
        ({"5": 10}, {"3": 10}, 1.0),
        ({"1": 3, "3": 7}, {"3": 10}, 0.3),
        ({"-2": 5, "0": 5}, {"0": 10}, 0.5),
        ({}, {"3": 10}, 0.0),
    ],
)
def test_the_share_that_must_have_moved_far_is_the_least_that_explains_both_nights(now: dict, then: dict, share: float) -> None:
    assert moved_far(now, then) == pytest.approx(share)


def month_of_bills(first: date, last: date, without_until: int = 4) -> list[Profile]:
    """Nights of a tag that is null until a month's bills have arrived."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    late = [night(nulls=2000, bins={}) if day.day <= without_until else night() for day in days]
    return [replace(one, night=day) for one, day in zip(late, days, strict=True)]


def test_a_closed_month_that_arrives_after_the_first_is_compared_with_other_beginnings_of_months() -> None:
    missing = replace(night(nulls=2000, bins={}), night=date(2026, 5, 1))
    assert verdict(missing, month_of_bills(date(2026, 3, 25), date(2026, 4, 30)), MONTHS) == ("good", "")
    state, why = verdict(missing, month_of_bills(date(2026, 4, 4), date(2026, 4, 30), without_until=3), MONTHS)
    assert (state, "no beginning of another month to compare with" in why) == ("new", True)
    # The last 28 days begin on 3 April.
    soon = month_of_bills(date(2026, 3, 25), date(2026, 4, 30), without_until=2)
    assert verdict(missing, soon, MONTHS) == ("good", "")
    assert verdict(missing, soon)[0] == "bad", "a tag without months"
    late = replace(missing, night=date(2026, 5, 12))
    assert verdict(late, month_of_bills(date(2026, 3, 25), date(2026, 5, 11)), MONTHS)[0] == "bad", "a month has arrived by then"


def test_bills_may_arrive_later_than_in_the_month_before_but_not_after_the_first_week() -> None:
    april = month_of_bills(date(2026, 3, 25), date(2026, 4, 30), without_until=1)
    missing = [replace(night(nulls=2000, bins={}), night=date(2026, 5, day)) for day in range(1, 9)]
    assert verdict(missing[4], [*april, *missing[:4]], MONTHS) == ("good", "")
    assert verdict(missing[7], [*april, *missing[:7]], MONTHS)[0] == "bad"


def test_a_night_of_another_month_that_was_bad_is_nothing_to_compare_with() -> None:
    april = month_of_bills(date(2026, 3, 25), date(2026, 5, 9))
    fault = {"nulls": 2000, "counted": "{}"}
    spoiled = [replace(one, state="bad", **fault) if one.night == date(2026, 4, 10) else one for one in april]
    assert verdict(replace(night(), night=date(2026, 5, 10), **fault), spoiled, MONTHS)[0] == "bad"
    accepted = [replace(one, state="new") if one.state == "bad" else one for one in spoiled]
    assert verdict(replace(night(), night=date(2026, 5, 10), **fault), accepted, MONTHS)[0] == "good"


def test_of_few_people_chance_may_move_the_distribution_a_little_more() -> None:
    """An index of 0.28. Two samples of 120 in six groups are 0.08 apart on average."""
    then, now = [20, 20, 20, 20, 20, 20], [36, 7, 28, 12, 24, 13]
    usual, tonight = ({f"{group}": count for group, count in enumerate(of)} for of in (then, now))
    nights = [night(back, nulls=0, rows=120, bins=usual) for back in range(1, 29)]
    assert verdict(night(nulls=0, rows=120, bins=tonight), nights) == ("good", "")
    ten_times = [replace(one, rows=1200, seen=1200, counted=json.dumps({group: 10 * n for group, n in usual.items()})) for one in nights]
    assert verdict(night(nulls=0, rows=1200, bins={group: 10 * n for group, n in tonight.items()}), ten_times)[0] == "bad"


def test_a_tag_that_begins_to_have_values_is_new_and_one_that_never_had_any_is_good() -> None:
    never = [night(back, nulls=2000, bins={}) for back in range(1, 29)]
    assert verdict(night(nulls=2000, bins={}), never) == ("good", "")
    assert verdict(night(), never) == ("new", "fewer than 100 values in the nights to compare with")
    assert verdict(night(), [night(1), *never[1:]]) == ("good", "")


def test_when_a_month_closes_the_sums_of_a_short_history_may_double() -> None:
    doubled = {"0": 200, "21": 400, "22": 500, "23": 500, "24": 360}
    first = [replace(one, night=one.night - timedelta(days=19)) for one in (night(bins=doubled), *before(), night(30))]
    assert first[0].night.day == 1
    assert verdict(first[0], first[1:], MONTHS) == ("good", "")
    assert verdict(first[0], first[1:])[0] == "bad", "a tag without months"
    second = [replace(one, night=one.night + timedelta(days=8)) for one in first]
    assert verdict(second[0], second[1:], MONTHS)[0] == "bad", "no month closes on the ninth"


def test_what_moves_with_campaigns_alone_is_not_judged() -> None:
    assert verdict(night(nulls=2000, bins={}), before(), CAMPAIGN) == ("good", "")


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("data_bytes_30d", Movement()),
        ("tenure_days", Movement(counts_time=True)),
        ("entry_date", Movement(counts_time=True)),
        # Active days of a window grow no older.
        ("data_days_30d", Movement()),
        ("idle_bytes_1m", Movement(monthly=True)),
        ("segment", Movement(monthly=True)),
        ("contacts_30d", Movement(judged=False)),
        ("days_since_contact", Movement(counts_time=True, judged=False)),
        ("contribution_fen_1m", Movement(monthly=True)),
    ],
)
def test_how_a_tag_moves_follows_from_what_it_is_made_of(tag: str, expected: Movement) -> None:
    assert movements()[tag] == expected


def test_days_that_have_not_arrived_are_not_judged() -> None:
    assert not movements()["usage_days_not_arrived_30d"].judged
