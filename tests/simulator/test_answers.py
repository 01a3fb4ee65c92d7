"""What the channels report and what the subscribers do agree with each other and with the planted effects."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from expectations.channels import CHANNELS
from simulator.answers import Waiting, answers_to
from simulator.catalogue import uplifts
from simulator.chance import Chance
from simulator.days import number_of
from simulator.errors import SimulatorError
from simulator.history import live_on, simulate
from simulator.lives import Lives, begin
from simulator.reach import liked_channel, reach
from simulator.traits import Traits, draw_traits
from tests.simulator.landing import SMALL, contents, rows
from tests.simulator.lists import contact_of, publish

PROVINCE = replace(SMALL, subscribers=3000, history_days=3, wap_days=1, bill_months=1, wap_rows=1)
NIGHT, NEXT = PROVINCE.night, PROVINCE.night + timedelta(days=1)
DAY = number_of(NEXT)


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("calm")
    simulate(PROVINCE, home)
    return home


@pytest.fixture
def home(calm: Path, tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "home"
    shutil.copytree(calm, folder)
    yield folder
    shutil.rmtree(folder)


def truth(home: Path) -> pd.DataFrame:
    """The subscribers on the night, without those whose number changes or is shared."""
    found = pd.read_parquet(home / "truth" / "latent_traits.parquet")
    return found[found["number_change"].isna() & ~found["number"].duplicated(keep=False)]


def told(home: Path, channel: str) -> pd.Series:
    """The channel's feedback of the day after the night: numbers by stage."""
    return told_on(home, channel, NEXT)


def told_on(home: Path, channel: str, day: date) -> pd.Series:
    """The channel's feedback of a day."""
    feed = rows(home, f"{channel}_feedback", f"{channel}_feedback_{day:%Y%m%d}")
    columns = dict((CHANNELS[channel].feedback or CHANNELS["sms"].feedback).columns)  # type: ignore[union-attr]
    codes = {code: stage for stage, code in CHANNELS[channel].feedback.stages}  # type: ignore[union-attr]
    return feed.groupby(feed[columns["stage"]].map(codes))[columns["number"]].agg(set)


def test_each_channel_answers_for_all_rows_of_its_list_in_its_own_stages(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.answers.uplift_of", lambda _: replace(uplifts()["other"], least=0.6, most=0.6))
    monkeypatch.setattr("simulator.answers.NO_CAPACITY", 0.05)
    everybody_comes = {name: replace(of, visits=1.0, needs="") for name, of in reach().items()}
    monkeypatch.setattr("simulator.reach.reach", lambda: everybody_comes)
    people, channels = truth(home), [name for name in CHANNELS if name != "mailbox"]
    listed = {channel: people["number"].tolist()[place :: len(channels)] for place, channel in enumerate(channels)}
    for channel, numbers in listed.items():
        publish(home, numbers, "video" if channel == "trial_platform" else "dp030", "c10_data_without_plan", channel)
    live_on(PROVINCE, home, NEXT)
    unused = set(people["number"][people["state"] != "active"])
    for channel in channels:
        numbers, counts = told(home, channel), CHANNELS[channel].counts
        assert set(numbers.index) == {stage for stage, _ in CHANNELS[channel].feedback.stages}, channel  # type: ignore[union-attr]
        assert numbers["accepted"] | numbers["rejected"] == set(listed[channel])
        assert not numbers["accepted"] & numbers["rejected"]
        common = {count.common: numbers[count.stage] for count in counts if count.common}
        assert common["taken_up"] <= common["reached"] <= common["pushed"] <= common["customers"], channel
        assert unused & set(listed[channel]) <= numbers["rejected"], "a number that is not in use cannot be contacted"
    numbers = told(home, "sms")
    assert numbers["sent"] == numbers["accepted"] > numbers["delivered"] > numbers["query_clicked"]
    trials = told(home, "trial_platform")
    assert not trials["tried"] & trials["ordered"]
    assert not [path for path in (home / "landing" / f"{NEXT}").iterdir() if path.name == "mailbox_feedback"]


def test_orders_are_those_that_the_feedback_reports_and_the_truth_has_the_effect_of_each_contact(home: Path) -> None:
    people = truth(home)
    publish(home, people["number"].tolist(), "video", "c26_content", "outbound_call")
    live_on(PROVINCE, home, NEXT)
    known = pd.read_parquet(next((home / "truth" / "contacts").glob("20260305_001.parquet")))
    orders = rows(home, "boss_subscription", "boss_subscription_20260305")
    orders = orders[(orders["PRODUCT_CODE"] == "video") & (orders["CHANNEL_CODE"] == "outbound_call") & (orders["EFF_DATE"] == "20260305")]
    agreed = set(known["user_id"][known["takes"]])
    before = rows(home, "boss_subscription", "boss_subscription_20260302")
    assert set(orders["USER_ID"]) <= agreed
    assert agreed - set(orders["USER_ID"]) <= set(before["USER_ID"][before["PRODUCT_CODE"] == "video"]), "who has it does not order it"
    assert set(known["user_id"][known["trial"]]) & set(orders["USER_ID"]) == set(orders["USER_ID"][orders["ORDER_SOURCE"] == "2"])
    least, most = uplifts()["other"].least, uplifts()["other"].most
    assert known["effect"].between(0.5 * least, 1.25 * most).all()


def test_feedback_returns_the_contact_id_of_the_row_and_begins_on_the_lists_first_day(home: Path) -> None:
    numbers = truth(home)["number"].tolist()
    publish(home, numbers, "dp030", "c10_x", "account_manager", days=3, waits=1)
    live_on(PROVINCE, home, NEXT)
    assert not (home / "landing" / f"{NEXT}" / "account_manager_feedback").exists()
    live_on(PROVINCE, home, NEXT + timedelta(days=1))
    came = rows(home, "account_manager_feedback", f"account_manager_feedback_{NEXT + timedelta(days=1):%Y%m%d}")
    assert set(numbers) == set(came["MSISDN"][came["EVENT"].isin(["1", "2"])]), "each row is accepted or rejected"
    assert came["CONTACT_ID"].tolist() == [contact_of(number) for number in came["MSISDN"]]


def test_a_channel_that_waits_makes_its_contact_at_the_first_visit_while_the_list_is_valid(home: Path) -> None:
    listed = truth(home)["number"].tolist()
    publish(home, listed, "dp030", "c10_x", "app_hall", days=3)
    met: list[set[str]] = []
    for day in [NEXT + timedelta(days=after) for after in range(4)]:
        live_on(PROVINCE, home, day)
        if not (home / "landing" / f"{day}" / "app_hall_feedback").exists():
            break
        numbers = told_on(home, "app_hall", day)
        visits = rows(home, "channel_visit", f"channel_visit_{day:%Y%m%d}")
        came = set(visits["MSISDN"][visits["CHANNEL_CODE"] == "app_hall"])
        assert numbers["shown"] <= came & set(listed)
        assert (set(numbers.get("accepted", set())) != set()) == (day == NEXT), "a row is accepted once"
        # Some are in the hall without seeing the offer, and some were rejected or have been met.
        assert len(numbers["shown"]) > 0.8 * len(came & set(listed)) - sum(map(len, met))
        met.append(numbers["shown"])
    assert len(met) == 3, "the list ends on the third day"
    assert len(set.union(*met)) == sum(map(len, met)), "nobody is shown the offer twice"


def test_who_took_an_offer_through_one_channel_is_not_sold_it_by_another_that_waits(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.answers.uplift_of", lambda _: replace(uplifts()["other"], least=0.9, most=0.9))
    listed = truth(home)["number"].tolist()
    for channel in ("sms", "app_hall"):
        publish(home, listed, "video", "c26_x", channel, days=3)
    live_on(PROVINCE, home, NEXT)
    first = told_on(home, "sms", NEXT)["ordered"] | told_on(home, "app_hall", NEXT)["ordered"]
    live_on(PROVINCE, home, NEXT + timedelta(days=1))
    later = told_on(home, "app_hall", NEXT + timedelta(days=1))
    assert later["shown"] & first
    assert not later.get("ordered", set()) & first


def test_a_trial_ends_after_its_days_and_some_are_bought(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.orders.TRIAL_DAYS", 1)
    monkeypatch.setattr("simulator.answers.uplift_of", lambda _: replace(uplifts()["other"], least=0.9, most=0.9))
    publish(home, truth(home)["number"].tolist(), "reading", "c25_trial", "sms")
    live_on(PROVINCE, home, NEXT)
    live_on(PROVINCE, home, NEXT + timedelta(days=1))
    first, then = (rows(home, "boss_subscription", f"boss_subscription_2026030{day}") for day in (5, 6))
    tried = first[(first["PRODUCT_CODE"] == "reading") & (first["ORDER_SOURCE"] == "2") & (first["CHANNEL_CODE"] == "sms")]
    over = then[then["ORDER_ID"].isin(tried["ORDER_ID"])]
    assert set(over["EXP_DATE"]) == {"20260306"}
    assert set(over["ORDER_SOURCE"]) == {"2"}
    assert len(over) > 0.95 * len(tried), "but for those whose subscription ended"
    bought = then[then["USER_ID"].isin(tried["USER_ID"]) & (then["PRODUCT_CODE"] == "reading") & (then["EXP_DATE"] == "")]
    assert set(bought["ORDER_SOURCE"]) == {"1"}
    assert 0.4 < len(bought) / len(over) < 0.6  # 0.7 - 0.4 x price sensitivity, which is 0.5 in the mean.


def answered(tired: float, scenario: str = "c10_x", refused: bool = False) -> tuple[pd.DataFrame, Traits]:
    """Everybody contacted by SMS, each still feeling so many contacts."""
    province = replace(PROVINCE, subscribers=20_000)
    chance = Chance(province.seed)
    traits = draw_traits(province, 0, province.subscribers)
    lives: Lives = begin(traits, chance, DAY)
    lives.tired[:] = tired
    if refused:
        lives.refused_on[:] = DAY - 1
    listed = {"product": "dp030", "scenario": scenario, "step": "wave1", "channel": "sms", "valid_from": DAY, "contact_id": None}
    contacts = pd.DataFrame({"number": traits.number, **listed})
    active = np.ones(len(traits.subscriber), dtype=bool)
    found = answers_to(contacts, traits, lives, active, liked_channel(traits, chance), chance, NIGHT, DAY, Waiting())
    return found.table(traits).to_pandas(), traits


def test_each_further_contact_lowers_the_response_and_raises_do_not_disturb() -> None:
    fresh, tired = answered(0)[0], answered(2)[0]
    assert (tired["effect"] / fresh["effect"]).to_numpy() == pytest.approx(0.4966, abs=1e-4)  # exp(-0.35 x 2)
    assert tired["takes"].sum() < 0.65 * fresh["takes"].sum()
    annoyed = [(of["outcome"] == "do_not_disturb").sum() / of["reached"].sum() for of in (fresh, tired)]
    assert annoyed == pytest.approx([0.010, 0.050], rel=0.25)  # 0.010 x (1 + 2 x 2)


def test_who_asked_for_no_contacts_is_rejected_by_the_channel() -> None:
    assert set(answered(0, refused=True)[0]["reason"]) == {"opted_out"}


def test_a_liked_channel_and_price_sensitivity_move_the_effect_and_nothing_else_does() -> None:
    found, traits = answered(0)
    who = traits.subscriber[(traits.number_reused > DAY) & (traits.entry <= DAY) & (traits.number_change > DAY)]
    planted = 0.03 + 0.11 * traits.price_sensitivity[who]
    by_user = found.set_index("user_id")["effect"].reindex(traits.user_id[who].astype(str)).to_numpy()
    assert set(np.round(by_user / planted, 6)) == {1.0, 1.25}


def test_reach_is_the_channels_own() -> None:
    found = answered(0)[0]
    accepted = found[found["reason"].isna()]
    assert accepted["delivered"].mean() == pytest.approx(reach()["sms"].delivered, abs=0.01)
    assert found["reached"].sum() / found["delivered"].sum() == pytest.approx(reach()["sms"].reached, abs=0.01)


def test_a_list_harms_some_restless_holders_of_a_plan(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.answers.uplift_of", lambda _: replace(uplifts()["c11"], harmed=1.0))
    holders = truth(home)[truth(home)["data_plan"].notna()]
    publish(home, holders["number"].tolist(), "ip005", "c11_idle", "sms")
    live_on(PROVINCE, home, NEXT)
    lines = rows(home, "boss_subscription", "boss_subscription_20260305")
    cancelled = set(lines["USER_ID"][lines["PRODUCT_CODE"].str.startswith("dp") & (lines["EXP_DATE"] == "20260305")])
    restless = set(holders["user_id"][(holders["churn_unrest"] > 0.6) & (holders["state"] == "active")])
    assert len(cancelled & restless) > 0.6 * len(restless)
    assert len(cancelled - restless) < 0.02 * len(holders)


def test_some_friends_of_those_who_ordered_follow_the_next_day(home: Path, calm: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.answers.RECOMMENDS", 1.0)
    monkeypatch.setattr("simulator.answers.uplift_of", lambda _: replace(uplifts()["other"], least=0.9, most=0.9))
    people = pd.read_parquet(calm / "truth" / "latent_traits.parquet")
    friends = people.iloc[1::2]
    publish(home, people.iloc[::2]["number"].tolist(), "video", "c26_content", "sms")
    live_on(PROVINCE, home, NEXT)
    live_on(PROVINCE, home, NEXT + timedelta(days=1))
    then = rows(home, "boss_subscription", "boss_subscription_20260306")
    followed = then[(then["PRODUCT_CODE"] == "video") & then["USER_ID"].isin(friends["user_id"]) & (then["EFF_DATE"] == "20260306")]
    told = rows(home, "recommendation", "recommendation_20260305")
    by_friend = told[(told["RECOMMENDER_KIND"] == "2") & (told["PRODUCT_CODE"] == "video")]
    numbers = friends.set_index("number")["user_id"]
    assert followed["USER_ID"].isin(numbers.reindex(by_friend["MSISDN"])).mean() > 0.95, "who followed was told the day before"
    assert len(by_friend) > 2 * len(followed)
    assert 0.1 < len(followed) / len(friends) < 0.3  # About 0.75 of the contacted order, and 0.3 of their friends follow.


def test_answers_are_the_same_again_and_in_other_chunks(home: Path, tmp_path: Path) -> None:
    numbers = truth(home)["number"].tolist()
    publish(home, numbers, "dp030", "c10_x")
    live_on(PROVINCE, home, NEXT)
    first = contents(home)
    live_on(PROVINCE, home, NEXT)
    assert contents(home) == first
    other, pieces = tmp_path / "pieces", replace(PROVINCE, chunk=700)
    simulate(pieces, other)
    publish(other, numbers, "dp030", "c10_x")
    live_on(pieces, other, NEXT)
    lines = [sorted(map(tuple, rows(folder, "sms_feedback").to_numpy().tolist())) for folder in (home, other)]
    assert lines[0] == lines[1]


def test_a_list_that_was_changed_after_its_ok_is_refused(home: Path) -> None:
    publish(home, ["12900000001"], "dp030", "c10_x", night=date(2026, 3, 4))
    (home / "outbox" / "sms" / "c10_x" / "wave1" / "2026-03-04" / "all.txt").write_text("12900000002|dp030\n")
    with pytest.raises(SimulatorError, match="is not the file that its manifest describes"):
        live_on(PROVINCE, home, NEXT)
