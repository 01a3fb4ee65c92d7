"""How people live: they come back, pass numbers on, share homes, keep holidays, change handsets, and remember complaints."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from simulator.chance import Chance
from simulator.circles import MOVES, MOVING_DAYS, families_of, homes_of
from simulator.complaints import complains
from simulator.days import NEVER, number_of
from simulator.history import simulate
from simulator.lives import Lives, begin, drift
from simulator.seasons import is_month_end, season_of
from simulator.traits import Traits, draw_traits
from simulator.usage import use
from tests.simulator.landing import SMALL, rows

NIGHT = "20260304"
MANY = replace(SMALL, subscribers=20_000)
CHANCE = Chance(MANY.seed)


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """More people than in the small province, for what is rare."""
    folder = tmp_path_factory.mktemp("village")
    simulate(replace(SMALL, subscribers=1500, history_days=40, wap_days=2, location_days=2, bill_months=1), folder)
    return folder


def test_some_come_back_under_another_number_with_the_handset_of_their_month_of_entry(village: Path) -> None:
    people = rows(village, "boss_subscriber", f"boss_subscriber_{NIGHT}")
    left = people[(people["STATE_CODE"].isin(["50", "60"])) & (people["IMEI"] != "")]
    pairs = people.merge(left, left_on="ENTRY_MONTH_IMEI", right_on="IMEI", suffixes=("", "_LEFT"))
    back = pairs[pairs["USER_ID"] != pairs["USER_ID_LEFT"]]
    assert len(back) > 3
    assert (back["MSISDN"] != back["MSISDN_LEFT"]).all()
    days = (pd.to_datetime(back["OPEN_DATE"]) - pd.to_datetime(back["STATE_DATE_LEFT"])).dt.days
    assert days.between(1, 21).all()


def test_a_transferred_number_goes_on_with_another_customer_on_the_same_day(village: Path) -> None:
    people = rows(village, "boss_subscriber", f"boss_subscriber_{NIGHT}")
    given = people[people["STATE_CODE"] == "60"].merge(people, on="MSISDN", suffixes=("", "_NEW"))
    taken = given[given["USER_ID"] != given["USER_ID_NEW"]]
    assert len(taken) > 3
    assert (taken["STATE_DATE"] == taken["OPEN_DATE_NEW"]).all()


def test_a_family_sleeps_in_one_cell(village: Path) -> None:
    places = rows(village, "location", f"location_{NIGHT}")
    at_night = places[places["MIN_00_07"] == "420"].set_index("MSISDN")["CELL_ID"]
    number = rows(village, "boss_subscriber", f"boss_subscriber_{NIGHT}").drop_duplicates("USER_ID").set_index("USER_ID")["MSISDN"]
    ties = rows(village, "family_tie", f"family_tie_{NIGHT}")
    numbers = {"main": number[ties["MAIN_USER_ID"]], "own": ties["MEMBER_MSISDN"]}
    both = pd.DataFrame({name: at_night.reindex(of).array for name, of in numbers.items()}).dropna()
    assert len(both) > 20
    # Those who travel are in another county.
    assert (both["main"] == both["own"]).mean() > 0.9


def test_a_few_households_move_to_another_county_in_the_weeks_before_the_night() -> None:
    traits, night = draw_traits(MANY, 0, MANY.subscribers), number_of(MANY.night)
    first, middle, last = (homes_of(traits, CHANCE, MANY, night - back)[0] for back in (MOVING_DAYS, MOVING_DAYS // 2, 0))
    assert (first != last).mean() == pytest.approx(MOVES, abs=0.005)
    assert (first != middle).mean() == pytest.approx(MOVES / 2, abs=0.005)
    main, member = families_of(traits, CHANCE)
    assert (last[member] == last[main[member]]).all(), "a family moves together"


def test_some_take_a_new_handset_and_their_requests_come_from_it(village: Path) -> None:
    people = rows(village, "boss_subscriber").query("IMEI != ''")
    imeis = people.groupby("USER_ID")["IMEI"].nunique()
    assert imeis.max() == 2
    assert (imeis == 2).mean() == pytest.approx(0.15 * 40 / 300, abs=0.012)
    assert people.groupby("USER_ID")["ENTRY_MONTH_IMEI"].agg(lambda of: of[of != ""].nunique()).le(1).mean() > 0.9


def used(day: date, lives: Lives | None = None) -> dict[str, float]:
    """Means of a day for the same people in the same state."""
    traits = draw_traits(MANY, 0, MANY.subscribers)
    lives = lives or begin(traits, CHANCE, number_of(date(2025, 8, 1)))
    found = use(lives, traits, np.zeros(MANY.subscribers, dtype=np.int64), CHANCE, number_of(day))
    return {"voice": found.voice.mean(), "sms": found.sms.mean(), "data": found.cellular.mean(), "roaming": (found.roaming > 0).mean()}


def test_holidays_and_weekends_are_spent_as_their_lines_say() -> None:
    working, sunday, feast = used(date(2026, 2, 10)), used(date(2026, 2, 8)), used(date(2026, 2, 17))
    for day, factors in ((sunday, (0.9 / 1.04, 1, 1.15 / 0.95, 1)), (feast, (0.75 / 1.04, 1.9, 1.25 / 0.95, 2.2))):
        assert [day[name] / working[name] for name in working] == [pytest.approx(of, rel=0.2) for of in factors]
    assert season_of(number_of(date(2025, 10, 1))).roaming == 1.9
    assert season_of(number_of(date(2026, 2, 14))) == season_of(number_of(date(2026, 2, 28)))


def test_at_the_end_of_a_month_those_with_data_left_use_more() -> None:
    assert [day for day in range(1, 29) if is_month_end(number_of(date(2026, 2, day)))] == [26, 27, 28]
    traits = draw_traits(MANY, 0, MANY.subscribers)
    lives = begin(traits, CHANCE, number_of(date(2025, 8, 1)))
    nothing_left = replace(lives, month_bytes=np.full(MANY.subscribers, 2**50))
    last = date(2026, 2, 26)
    assert 1.03 < used(last, lives)["data"] / used(last, nothing_left)["data"] < 1.2


def turned(traits: Traits, grudge: float) -> float:
    lives = begin(traits, CHANCE, 20_000)
    for day in range(20_000, 20_020):
        lives.grudge[:] = grudge
        drift(lives, traits, CHANCE, day)
    return float((lives.onset != NEVER).sum())


def test_whoever_complained_turns_away_more_easily(monkeypatch: pytest.MonkeyPatch) -> None:
    traits = draw_traits(MANY, 0, MANY.subscribers)
    share = np.mean([complains(traits, CHANCE, number_of(SMALL.night) + day).mean() for day in range(10)])
    assert share == pytest.approx(0.0015 * np.exp(0.18), rel=0.1)  # The mean of exp(0.6 x a normal number) is exp(0.18).
    monkeypatch.setattr("simulator.complaints.A_DAY", 0.0)
    assert turned(traits, 1.0) / turned(traits, 0.0) == pytest.approx(np.exp(0.8), rel=0.15)


def test_a_trial_that_nobody_offered_ends_after_fifteen_days_in_a_purchase_or_in_nothing(village: Path) -> None:
    orders = rows(village, "boss_subscription")
    trials = orders[orders["ORDER_SOURCE"] == "2"].drop_duplicates("ORDER_ID", keep="last")
    begun, ended = (pd.to_datetime(trials[name], format="%Y%m%d", errors="coerce") for name in ("EFF_DATE", "EXP_DATE"))
    assert len(trials) > 8
    assert (ended - begun).dropna().dt.days.le(15).all()
    assert (begun[ended.isna()] > pd.Timestamp("2026-02-17")).all(), "no trial is older than its fifteen days"
    over = trials[(ended - begun).dt.days == 15]
    bought = orders.merge(over, left_on=["USER_ID", "PRODUCT_CODE", "EFF_DATE"], right_on=["USER_ID", "PRODUCT_CODE", "EXP_DATE"])
    assert 0 < len(bought) < len(over)
    assert not set(bought["ORDER_SOURCE_x"]) & {"2"}
