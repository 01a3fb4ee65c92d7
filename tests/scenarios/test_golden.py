"""C11 and C13 to the letter: what hand-written customers are offered, through which channel, with which gift and words."""

from datetime import date
from typing import Any

import pytest
from pyspark.sql import Row, SparkSession

from models.tariff import Tariff
from scenarios.library.c11_idle_data_without_pack import SCENARIO as C11
from scenarios.library.c13_new_customer import SCENARIO as C13
from tests.frames import by_role, role
from tests.scenarios.test_candidates import MB, found_of

# What C11 and C13 name beside the usual catalogues.
TARIFFS = {
    **{f"dp{fee:03}": Tariff(100 * fee, f"dp{fee:03}", size * MB, 0, 29, 400) for fee, size in ((5, 30), (10, 100), (20, 150), (30, 500))},
    **{f"dp{fee:03}": Tariff(100 * fee, f"dp{fee:03}", 1024 * MB, 0, 29, 400) for fee in (50, 100, 200)},
    **{"ip005": Tariff(500, "ip005", 0, 300 * MB, None, 700), "ip010": Tariff(1000, "ip010", 0, 1024 * MB, None, 680)},
}
APP_FEES = {"reading": 500, "video": 600, "mm": 400, "games": 500, "surf": 300, "gamers_club": 500}
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
        "surf": "冲浪助手",
        "gamers_club": "手机玩家俱乐部",
    },
    "fees": {"dp010": 1000, "ip005": 500, "ip010": 1000, **APP_FEES},
    "kinds": {
        "dp010": "data_plan",
        "ip005": "idle_pack",
        "ip010": "idle_pack",
        **dict.fromkeys(APP_FEES, "app"),
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


ENTRY = "欢迎入网!您可到营业厅体验流量使用培训,办理10元套餐,即赠300M流量。"
CONTENT = "您入网已一周,推荐您使用{},每月{}元,现在开通即赠300M流量!"
PLAN = "您入网已满一月,按您的用量推荐办理10元套餐,预计每月节省7.4元!"
REPLY = "回Y办理,退订回TD"
APPS = {
    **{"reading": CONTENT.format("手机阅读", 5), "video": CONTENT.format("手机视频", 6), "games": CONTENT.format("游戏", 5)},
    **{"mm": CONTENT.format("MM", 4), "surf": CONTENT.format("冲浪助手", 3), "gamers_club": CONTENT.format("手机玩家俱乐部", 5)},
}
CONTACTED = "subscriber_id | scenario | step | channel | mode | offer | business_date\n"
REPORTED = "subscriber_id | scenario | step | channel | list_date | stage | happened_at | day\n"
BY_SMS = CONTACTED + "new | c13_new_customer | {} | sms | active | {} | {}"
BY_APP = (
    f"{BY_SMS.format('content', 'reading', '2026-02-24')}\nnew | c13_new_customer | content_app | app_hall | passive | reading | 2026-02-26"
)
NOT_SEEN = REPORTED + "new | c13_new_customer | content_app | app_hall | 2026-02-26 | accepted | 2026-02-27T08:00:00 | 2026-02-27"
NEWCOMER = {"is_high_value": True, "is_gamer_club_member": False}
# By step: the tenure, what went before, the channel, the gift, and the offers with their words.
STEPS: dict[str, tuple[int, dict[str, str], str, str | None, dict[str, str]]] = {
    "entry": (0, {}, "crm", "data_300m", {"dp010": ENTRY}),
    "entry_sms": (6, {}, "sms", "data_300m", {"dp010": ENTRY + REPLY}),
    "content": (7, {}, "sms", "data_300m", {app: words + REPLY for app, words in APPS.items()}),
    "content_app": (9, {"contacts": BY_SMS.format("content", "reading", "2026-03-03")}, "app_hall", "data_300m", APPS),
    "content_toolbar": (15, {"contacts": BY_APP, "feedback": NOT_SEEN}, "toolbar", "data_300m", APPS),
    "plan": (30, {}, "sms", None, {"dp010": PLAN + REPLY}),
    "plan_toolbar": (37, {"contacts": BY_SMS.format("plan", "dp010", "2026-02-26")}, "toolbar", None, {"dp010": PLAN}),
}


@pytest.mark.parametrize("step", STEPS)
def test_c13_offers_each_step_through_its_own_channel_whatever_the_customers_value(spark: SparkSession, step: str) -> None:
    tenure, history, channel, gift, words = STEPS[step]
    found = c13_of(spark, step, history, new=NEWCOMER | {"tenure_days": tenure})
    assert {row.offer: row.message for row in found} == words
    assert {(row.channel, row.resource, tuple(row.reasons)) for row in found} == {(channel, gift, ())}


def test_the_golden_steps_of_c13_are_all_that_it_has() -> None:
    assert [*STEPS] == [step.name for step in C13.timing.steps]


def test_c13_sends_nobody_to_the_toolbar_who_may_have_seen_the_app_hall_or_has_had_it_less_than_five_days(spark: SparkSession) -> None:
    later = {"contacts": BY_APP.replace("02-26", "02-27"), "feedback": NOT_SEEN.replace("02-26", "02-27")}
    for history in ({"contacts": BY_APP, "feedback": NOT_SEEN.replace("accepted", "shown")}, {"contacts": BY_APP}, later):
        assert c13_of(spark, "content_toolbar", history, new=NEWCOMER | {"tenure_days": 15}) == []


def test_c13_offers_no_app_that_is_held_and_no_club_to_a_member_or_to_who_may_be_one(spark: SparkSession) -> None:
    orders = """
        subscriber_id | order_id | product | product_kind | ordered_at          | valid_from | valid_to
        reader        | 1        | reading | app          | 2026-03-01T09:00:00 | 2026-03-01 |
    """
    who = {"reader": {}, "member": {"is_gamer_club_member": True}, "unsure": {"is_gamer_club_member": None}}
    found = c13_of(spark, "content", {"orders": orders}, **{name: NEWCOMER | {"tenure_days": 7} | of for name, of in who.items()})
    blocked = [(role(row.subscriber_id), row.offer) for row in found if row.reasons == ["already_holds"]]
    assert sorted(blocked) == [("member", "gamers_club"), ("reader", "reading"), ("unsure", "gamers_club")]
    assert [row.reasons for row in found if row.reasons] == [["already_holds"]] * 3


ALL_AGAINST: dict[str, Any] = {
    **{"state": "stopped", "is_sensitive": True, "sensitive_channels": ["sms"], "has_consent": False, "is_examined": True},
    **{"do_not_disturb_channels": ["all"], "is_employee": True, "bundle_end_date": date(2026, 4, 1), "has_open_complaint": True},
    **{"is_negative_value": True, "no_call_scopes": ["all"]},
}
EXCLUDED = [
    *("bundle_not_ended", "do_not_disturb", "employee", "examined", "negative_value", "no_call", "no_consent", "open_complaint"),
    *("sensitive_channel", "sensitive_number", "state"),
]


def test_c11_and_c13_tell_every_reason_against_a_customer_and_send_no_words(spark: SparkSession) -> None:
    for scenario, step, of in ((C11, "wave1", IDLE), (C13, "entry_sms", NEWCOMER | {"tenure_days": 0})):
        against = of | ALL_AGAINST
        found = found_of(spark, step=scenario.timing.step(step), scenario=scenario, told=TOLD, no=against)
        assert [(sorted(row.reasons), row.message) for row in found.collect()] == [(EXCLUDED, None)], scenario.name


def c13_of(spark: SparkSession, step: str, history: dict[str, str], **who: dict[str, Any]) -> list[Row]:
    return found_of(spark, step=C13.timing.step(step), scenario=C13, told=TOLD, history=history, **who).collect()
