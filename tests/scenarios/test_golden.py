"""C11 and C13 to the letter: what hand-written customers are offered, through which channel, with which gift and words."""

from typing import Any

import pytest
from pyspark.sql import SparkSession

from models.tariff import Tariff
from scenarios.library.c11_idle_data_without_pack import SCENARIO as C11
from scenarios.library.c13_new_customer import SCENARIO as C13
from tests.frames import by_role
from tests.scenarios.test_candidates import MB, found_of

# What C11 and C13 name beside the usual catalogues.
TARIFFS = {
    **{f"dp{fee:03}": Tariff(100 * fee, f"dp{fee:03}", size * MB, 0, 29, 400) for fee, size in ((5, 30), (10, 100), (20, 150), (30, 500))},
    **{f"dp{fee:03}": Tariff(100 * fee, f"dp{fee:03}", 1024 * MB, 0, 29, 400) for fee in (50, 100, 200)},
    **{"ip005": Tariff(500, "ip005", 0, 300 * MB, None, 700), "ip010": Tariff(1000, "ip010", 0, 1024 * MB, None, 680)},
}
TOLD: dict[str, Any] = {
    "tariffs": TARIFFS,
    "names": {
        "dp010": "10元套餐",
        "ip005": "5元闲时包",
        "ip010": "10元闲时包",
        "reading": "手机阅读",
        "video": "手机视频",
        "mm": "MM",
        "games": "游戏",
    },
    "fees": {"dp010": 1000, "ip005": 500, "ip010": 1000, "reading": 500, "video": 600, "mm": 400, "games": 500},
    "kinds": {
        "dp010": "data_plan",
        "ip005": "idle_pack",
        "ip010": "idle_pack",
        **dict.fromkeys(("reading", "video", "mm", "games"), "app"),
    },
    "resource_fen": {"credit_5": 500, "data_300m": 300},
    "contact_fen": {"sms": 5, "crm": 200, "web_hall": 0, "app_hall": 2, "toolbar": 3},
    "modes": {"sms": "active", "crm": "passive", "web_hall": "passive", "app_hall": "passive", "toolbar": "passive"},
    "known_channels": frozenset({"sms", "crm", "web_hall", "app_hall", "toolbar"}),
}
IDLE = {
    **{"holds_idle_pack": False, "has_booked_idle_pack": False},
    **{f"{what}_{month}": 32 * MB for what in ("data_bytes", "idle_bytes") for month in ("1m", "m2", "m3")},
}


@pytest.fixture(scope="module")
def c11(spark: SparkSession) -> dict[str, Any]:
    found = found_of(
        spark,
        step=C11.timing.steps[0],
        scenario=C11,
        told=TOLD,
        usual=IDLE,
        valued=IDLE | {"is_high_value": True},
        # 32 MB at 29 fen cost 928; the pack covers them for 500. At 17 MB a month it would save nothing.
        little=IDLE | {f"{what}_{month}": 17 * MB for what in ("data_bytes", "idle_bytes") for month in ("1m", "m2", "m3")},
        # A plan that includes more than is used leaves nothing to save.
        included=IDLE | {"base_plan_allowance_bytes": 200 * MB},
        # 700 MB at night are more than the small pack has.
        much=IDLE | {f"{what}_{month}": 700 * MB for what in ("data_bytes", "idle_bytes") for month in ("1m", "m2", "m3")},
        booked=IDLE | {"has_booked_idle_pack": True},
        unsure=IDLE | {"has_booked_idle_pack": None},
        planned=IDLE | {"holds_data_plan": True},
    )
    return by_role(found, "reasons", "offer", "resource", "channel", "message")


def test_c11_offers_the_pack_that_fits_with_five_yuan_of_credit_in_the_domains_words(c11: dict[str, Any]) -> None:
    words = "您上月闲时流量{}M,建议您办理{}元闲时包!办理即赠5元话费哦!"
    assert c11["usual"] == ([], "ip005", "credit_5", "sms", words.format(32, 5) + "回Y办理,退订回TD")
    assert c11["valued"] == ([], "ip005", "credit_5", "crm", words.format(32, 5))
    assert c11["much"][1:] == ("ip010", "credit_5", "sms", words.format(700, 10) + "回Y办理,退订回TD")
    # A data plan is no reason against an idle pack.
    assert c11["planned"][:2] == ([], "ip005")


def test_c11_offers_nothing_to_who_saves_nothing_or_has_a_pack_or_may_have_booked_one(c11: dict[str, Any]) -> None:
    for who in ("little", "included"):
        assert c11[who][:2] == (["no_better_tier"], None)
    for who in ("booked", "unsure"):
        assert c11[who][0] == ["already_holds"]


@pytest.mark.parametrize(
    ("step", "channel", "gift", "offers", "words"),
    [
        ("entry", "crm", "data_300m", ["dp010"], "欢迎入网!您可到营业厅体验流量使用培训,办理10元套餐,即赠300M流量。"),
        ("entry_sms", "sms", "data_300m", ["dp010"], "欢迎入网!您可到营业厅体验流量使用培训,办理10元套餐,即赠300M流量。回Y办理,退订回TD"),
        ("content", "sms", "data_300m", ["games", "mm", "reading", "video"], None),
        ("plan", "sms", None, ["dp010"], "您入网已满一月,按您的用量推荐办理10元套餐,预计每月节省7.4元!回Y办理,退订回TD"),
    ],
    ids=["entry", "entry_sms", "content", "plan"],
)
def test_c13_offers_each_step_through_its_own_channel_whatever_the_customers_value(
    spark: SparkSession, step: str, channel: str, gift: str | None, offers: list[str], words: str | None
) -> None:
    tenure = {"entry": 0, "entry_sms": 6, "content": 7, "plan": 30}[step]
    found = found_of(
        spark, step=C13.timing.step(step), scenario=C13, told=TOLD, new={"tenure_days": tenure, "is_high_value": True}
    ).collect()
    assert sorted(row.offer for row in found) == offers
    assert {(row.channel, row.resource, tuple(row.reasons)) for row in found} == {(channel, gift, ())}
    if words:
        assert found[0].message == words
