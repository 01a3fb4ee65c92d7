"""What other departments' campaigns and channels' visits look like: arms drawn as stated, effects as planted, visits by liking."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from simulator.campaigns import Campaign, Drawn, add_prompts, campaigns
from simulator.chance import Chance
from simulator.contacts import no_prompts
from simulator.history import simulate
from simulator.lives import begin
from simulator.reach import liked_channel
from simulator.traits import draw_traits
from tests.simulator.landing import SMALL, rows

PROVINCE = replace(SMALL, subscribers=4000, history_days=60, wap_days=1, bill_months=3, wap_rows=1)
READING = next(campaign for campaign in campaigns() if campaign.product == "reading")


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("campaigns")
    simulate(PROVINCE, folder)
    return folder


@pytest.fixture(scope="module")
def contacts(province: Path) -> pd.DataFrame:
    found = rows(province, "external_contact")
    truth = pd.read_parquet(province / "truth" / "latent_traits.parquet")
    return found.merge(truth[truth["number_change"].isna()], left_on="MSISDN", right_on="number")


@pytest.mark.parametrize("campaign", campaigns(), ids=lambda campaign: campaign.name)
def test_each_campaign_draws_its_arms_with_the_probability_that_it_reports(contacts: pd.DataFrame, campaign: Campaign) -> None:
    drawn = contacts[contacts["CAMPAIGN_CODE"] == campaign.name]
    assert set(drawn["PROPENSITY_PPM"]) == {f"{round(campaign.treated * 1_000_000)}"}
    assert drawn["ARM"].eq("T").mean() == pytest.approx(campaign.treated, abs=0.08)
    assert set(drawn["CONTACT_TIME"].map(lambda text: pd.Timestamp(text[:8]).weekday())) == {campaign.weekday}


def test_a_campaigns_effect_on_orders_is_the_one_planted(province: Path, contacts: pd.DataFrame) -> None:
    orders = rows(province, "boss_subscription").drop_duplicates("ORDER_ID")
    bought = orders[(orders["PRODUCT_CODE"] == READING.product) & (orders["CHANNEL_CODE"] == READING.channel)]
    that_day = set(zip(bought["USER_ID"], bought["EFF_DATE"], strict=True))
    drawn = contacts[(contacts["CAMPAIGN_CODE"] == READING.name) & (contacts["data_date"] > "20260104")]
    orders_of = pd.Series(
        [pair in that_day for pair in zip(drawn["user_id"], drawn["CONTACT_TIME"].str[:8], strict=True)], index=drawn.index
    )
    treated = drawn["ARM"] == "T"
    # Some have the service already, and who likes the channel takes more.
    assert orders_of[treated].mean() == pytest.approx(READING.least, abs=0.035)
    assert orders_of[~treated].mean() < 0.01


def test_a_campaign_harms_only_restless_subscribers_whom_it_contacted() -> None:
    chance = Chance(PROVINCE.seed)
    traits = draw_traits(PROVINCE, 0, PROVINCE.subscribers)
    everybody = np.arange(PROVINCE.subscribers)
    calls = next(campaign for campaign in campaigns() if campaign.harmed)
    treated = everybody % 2 == 0
    prompts = no_prompts(PROVINCE.subscribers)
    drawn = [Drawn(calls, everybody, treated)]
    add_prompts(prompts, drawn, traits, begin(traits, chance, 0), liked_channel(traits, chance), chance, 0)
    restless = treated & (traits.unrest > 0.6)
    assert not prompts.drops[~restless].any()
    assert prompts.drops[restless].mean() == pytest.approx(calls.harmed, abs=0.06)
    assert (prompts.contacts == treated).all()


def test_a_channel_is_visited_mostly_by_those_who_like_it_and_only_for_its_moments(province: Path) -> None:
    visits = rows(province, "channel_visit")
    truth = pd.read_parquet(province / "truth" / "latent_traits.parquet").set_index("number")["liked_channel"]
    likes = truth[~truth.index.duplicated()]
    in_app = visits[visits["CHANNEL_CODE"] == "app_hall"]
    liking = likes.reindex(in_app["MSISDN"]).eq("app_hall").mean()
    assert liking > 2 * likes.eq("app_hall").mean()
    assert set(visits[visits["CHANNEL_CODE"] == "toolbar"]["MOMENT"]) == {"31"}


def test_who_is_on_the_no_call_list_stays_there(province: Path) -> None:
    listed = rows(province, "no_call").groupby("data_date")["MSISDN"].agg(set)
    before, last = listed.iloc[0], listed.iloc[-1]
    assert before <= last
    assert 0 < len(last) < 0.02 * PROVINCE.subscribers
