"""Who may be contacted, with what, through which channel, and what a contact is worth: worked out by hand for a few people."""

from dataclasses import replace
from datetime import date
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from features.library import CAR
from jobs.decide.find_candidates import with_scores
from models.library import SCORE_SUBSCRIBER
from models.tariff import Tariff
from scenarios.candidates import candidates
from scenarios.catalogues import Catalogues
from scenarios.library.c10_data_without_plan import SCENARIO
from scenarios.offers import NO_RESOURCE, BestFit, Content, Fixed, Upgrade
from scenarios.other_offers import Care, Conversion, CrossSell, Handset
from scenarios.scenario import Scenario
from scenarios.timing import Assumed, Stayed, Step
from tests.frames import by_role, rows, token
from tests.scenarios.nights import ON, tonight

MB = 1 << 20
C10 = replace(SCENARIO, offer=BestFit(("dp005", "dp010")))
WAVE_1, WAVE_2 = C10.timing.steps

# 60 MB in each of three months at 29 fen cost 1740; dp010 has 100 MB for 1000, and leaves 400 of 1000 as margin.
USUAL: dict[str, Any] = {
    **{"state": "active", "city": "a", "county": "b", "is_live": True, "is_sensitive": False, "is_examined": False, "is_employee": False},
    **{"has_consent": True, "no_call_scopes": [], "has_open_complaint": False, "is_habitual_complainer": False},
    **{"holds_data_plan": False, "has_booked_data_plan": False, "holds_unknown_product": False, "shares_number": False},
    **{
        "base_plan": "bp18",
        "base_plan_allowance_bytes": 0,
        "held_data_plan_bytes": 0,
        "held_idle_pack_bytes": 0,
        "bill_data_fee_outside_fen_1m": 1740,
        "is_high_value": False,
    },
    **{f"data_bytes_{month}": 60 * MB for month in ("1m", "m2", "m3")},
    **{f"idle_bytes_{month}": 0 for month in ("1m", "m2", "m3")},
    **{"data_plan_propensity_ppm": 100_000, "data_plan_propensity_version": "3"},
}


def people(spark: SparkSession, **who: dict[str, Any]) -> DataFrame:
    """The usual customer under each name, but for what is given."""
    row = with_scores(CAR.empty(spark), SCORE_SUBSCRIBER.empty(spark), DWD_SUBSCRIBER.empty(spark))
    values = [{"subscriber_id": token(name), **USUAL, **other} for name, other in who.items()]
    return spark.createDataFrame([tuple(value.get(field.name) for field in row.schema) for value in values], row.schema)


def catalogues(spark: SparkSession, **other: Any) -> Catalogues:
    usual: dict[str, Any] = {
        "tariffs": {"dp005": Tariff(500, "dp005", 30 * MB, 0, 29, 400), "dp010": Tariff(1000, "dp010", 100 * MB, 0, 29, 400)},
        "overage_fen_per_mb": {"bp18": 29, "withdrawn": 29},
        "names": {"dp005": "5元套餐", "dp010": "10元套餐", "reading": "手机阅读", "video": "手机视频"},
        "fees": {"dp005": 500, "dp010": 1000, "reading": 500, "video": 600},
        "resource_fen": {"credit_5": 500},
        "contact_fen": {"sms": 5, "crm": 200, "web_hall": 0},
        "modes": {"sms": "active", "crm": "passive", "web_hall": "passive"},
        "known_channels": frozenset({"sms", "crm", "web_hall", "fetion"}),
        "kinds": {"dp005": "data_plan", "dp010": "data_plan", "reading": "app", "video": "app"},
    }
    return Catalogues(**usual | other)


def found_of(
    spark: SparkSession,
    step: Step = WAVE_1,
    scenario: Scenario = C10,
    told: dict[str, Any] | None = None,
    history: dict[str, str] | None = None,
    learned: dict[str, Any] | None = None,
    **who: dict[str, Any],
) -> DataFrame:
    night = replace(tonight(spark, catalogues(spark, **told or {}), **history or {}), **learned or {})
    if step not in scenario.timing.steps:
        scenario = replace(scenario, timing=replace(scenario.timing, steps=(step,)))
    return candidates(scenario, step, night.with_history(people(spark, **who)), night)


def decided(spark: SparkSession, *columns: str, **how: Any) -> dict:
    return by_role(found_of(spark, **how), *columns)


def test_a_contact_is_worth_the_expected_margin_less_gift_contact_and_attention(spark: SparkSession) -> None:
    found = decided(
        spark,
        *("offer", "figures", "effect_ppm", "value_fen", "margin_fen"),
        *("resource_fen", "contact_fen", "attention_fen", "effect_version", "message"),
        usual={},
        # (1000 x 6 x 0.4 - 500) x 0.1 - 5 - 5 = 180; of 20 % at the counter a tenth is shown: 38 - 200 x .1 - 1; without a score 1 % is
        # assumed. An active contact takes attention worth 5, a passive one 1.
        shown={"data_plan_propensity_ppm": 200_000, "is_high_value": True},
        unscored={"data_plan_propensity_ppm": None},
    )
    # The channel of short messages adds how to order and how to be left alone.
    words = "按近3月用量您每月流量费约17.4元,办理10元套餐约10元,每月省7.4元!办理即赠5元话费哦!"
    by_sms = f"{words}回Y办理,退订回TD"
    figures = {"saving_fen": 740, "bill_change_fen": -740, "current_bill_fen": 1740, "offer_bill_fen": 1000}
    assert found == {
        "usual": ("dp010", figures, 100_000, 180, 2400, 500, 5, 5, "data_plan_propensity 3", by_sms),
        "shown": ("dp010", figures, 20_000, 17, 2400, 500, 20, 1, "data_plan_propensity 3", words),
        "unscored": ("dp010", figures, 10_000, 9, 2400, 500, 5, 5, "assumed", by_sms),
    }


def test_who_holds_a_base_plan_that_is_no_longer_sold_is_priced_by_it_all_the_same(spark: SparkSession) -> None:
    assert decided(spark, "offer", old={"base_plan": "withdrawn"}, unknown={"base_plan": "unheard"}) == {"old": "dp010", "unknown": None}


def test_who_holds_a_data_plan_pays_its_price_for_what_lies_beyond_and_not_the_base_plans(spark: SparkSession) -> None:
    who = {"without": {}, "withplan": {"data_plan": "dp005"}, "unheard": {"data_plan": "unheard"}}
    found = decided(spark, "figures", told={"overage_fen_per_mb": {"bp18": 100, "dp005": 29}}, **who)
    assert {name: figures["current_bill_fen"] for name, figures in found.items()} == {"without": 6000, "withplan": 1740, "unheard": 6000}


HELD = """
    subscriber_id | order_id | product | product_kind | ordered_at          | valid_from | valid_to
    reader        | 1        | reading | app          | 2026-01-01T09:00:00 | 2026-01-01 |
    booker        | 2        | reading | app          | 2026-03-01T09:00:00 | 2026-04-01 |
    former        | 3        | reading | app          | 2026-01-01T09:00:00 | 2026-01-01 | 2026-02-01
"""


def test_content_gives_an_option_for_each_product_and_blocks_what_is_held_or_booked(spark: SparkSession) -> None:
    apps = replace(WAVE_1, offer=Content(("reading", "video"), margin_per_mille=500), effect=Assumed(100_000), message="{product_name}")
    found = found_of(spark, step=apps, history={"orders": HELD}, reader={}, booker={}, former={})
    # (500 x 6 x 0.5 - 500) x 0.1 - 5 - 5 = 90; (600 x 6 x 0.5 - 500) x 0.1 - 5 - 5 = 120.
    assert rows(found, "subscriber_id", "offer", "reasons", "value_fen", "effect_version") == [
        ("booker", "reading", ["already_holds"], 90, "assumed"),
        ("booker", "video", [], 120, "assumed"),
        ("former", "reading", [], 90, "assumed"),
        ("former", "video", [], 120, "assumed"),
        ("reader", "reading", ["already_holds"], 90, "assumed"),
        ("reader", "video", [], 120, "assumed"),
    ]


def test_a_service_on_trial_is_offered_for_money_and_who_tries_nothing_is_told_so(spark: SparkSession) -> None:
    step = replace(WAVE_1, offer=Conversion(("reading", "video"), margin_per_mille=500), message="{product_name}", resource=NO_RESOURCE)
    orders = """
        subscriber_id | order_id | product | product_kind | order_source | ordered_at          | valid_from | valid_to
        tries         | 1        | reading | app          | trial        | 2026-03-01T09:00:00 | 2026-03-01 |
        tried         | 2        | reading | app          | trial        | 2026-02-01T09:00:00 | 2026-02-01 | 2026-02-16
        pays          | 3        | video   | app          | paid         | 2026-02-01T09:00:00 | 2026-02-01 |
        tomorrow      | 4        | video   | app          | trial        | 2026-03-04T09:00:00 | 2026-03-05 |
    """
    found = found_of(spark, step=step, history={"orders": orders}, tries={}, tried={}, pays={}, tomorrow={})
    assert rows(found, "subscriber_id", "offer", "reasons") == [
        ("pays", None, ["no_trial"]),
        ("tomorrow", None, ["no_trial"]),
        ("tried", None, ["no_trial"]),
        ("tries", "reading", []),
    ]


def test_the_service_sold_on_top_has_the_greatest_fee_times_interest_of_those_not_held(spark: SparkSession) -> None:
    sells = CrossSell((("reading", "reading_preference"), ("video", "video_preference")), margin_per_mille=500)
    step = replace(WAVE_1, offer=sells, message="{product_name}", resource=NO_RESOURCE)
    # 5 yuan x 600 are as much as 6 yuan x 500; of equals the first code.
    who = {
        "equal": {"reading_preference": 600, "video_preference": 500},
        "video": {"reading_preference": 600, "video_preference": 501},
        "reader": {"reading_preference": 900, "video_preference": 100},
        "neither": {"reading_preference": 0, "video_preference": None},
    }
    found = decided(spark, "offer", "reasons", step=step, history={"orders": HELD}, **who)
    assert found == {
        "equal": ("reading", []),
        "video": ("video", []),
        "reader": ("video", []),
        "neither": (None, ["no_interest"]),
    }


def test_a_handset_is_of_the_price_band_of_the_present_one(spark: SparkSession) -> None:
    handset = Handset((("low", "dp005"), ("high", "dp010")), other="video", margin_per_mille=200)
    step = replace(WAVE_1, offer=handset, message="{product_name}", resource=NO_RESOURCE)
    found = decided(spark, "offer", step=step, low={"price_band": "low"}, high={"price_band": "high"}, unknown={})
    assert found == {"low": "dp005", "high": "dp010", "unknown": "video"}


def test_care_is_worth_what_the_customer_brings_and_its_words_do_not_say_how_to_order(spark: SparkSession) -> None:
    care = {"offer": Care("video"), "message": "{product_name}", "resource": NO_RESOURCE}
    step = replace(WAVE_1, success=Stayed(90), effect=Assumed(10_000), **care)
    who = {"brings": {"mean_contribution_fen_3m": 5000}, "costs": {"mean_contribution_fen_3m": -100}, "unknown": {}}
    found = decided(spark, "offer", "margin_fen", "value_fen", "message", step=step, **who)
    # 5000 x 6 x 1 % - 5 - 5.
    assert found == {
        "brings": ("video", 30_000, 290, "手机视频退订回TD"),
        "costs": ("video", 0, -10, "手机视频退订回TD"),
        "unknown": ("video", 0, -10, "手机视频退订回TD"),
    }


def test_an_upgrade_takes_the_place_of_the_plan_held_and_counts_what_it_costs_more(spark: SparkSession) -> None:
    held = {"data_plan": "dp005", "held_data_plan_fee_fen": 500, "held_data_plan_bytes": 30 * MB}
    low = {f"data_bytes_{month}": 20 * MB for month in ("1m", "m2", "m3")}
    who = {"overflows": held, "low": held | low, "top": held | {"held_data_plan_fee_fen": 1000}}
    found = {}
    for must_save in (True, False):
        offer = Upgrade(("dp005", "dp010"), must_save)
        step = replace(WAVE_1, offer=offer, message="{product_name}+{extra_fee_fen:yuan}", effect=Assumed(100_000))
        found[must_save] = decided(spark, "offer", "figures", "margin_fen", "reasons", step=step, **who)
    # With dp005 60 MB cost 500 + 30 x 29; with dp010 1000, which is 500 more fee. Of these 6 months bring 40 %.
    saves = {"saving_fen": 370, "bill_change_fen": -370, "current_bill_fen": 1370, "offer_bill_fen": 1000}
    costs = {"saving_fen": -500, "bill_change_fen": 500, "current_bill_fen": 500, "offer_bill_fen": 1000}
    terms = {"extra_fee_fen": 500, "offer_bytes": 100 * MB}
    assert found[True]["overflows"] == found[False]["overflows"] == ("dp010", saves | terms, 1200, [])
    assert [found[must_save]["low"][::3] for must_save in (True, False)] == [(None, ["no_better_tier"]), ("dp010", [])]
    assert found[False]["low"][1] == costs | terms
    assert [found[must_save]["top"][::3] for must_save in (True, False)] == [(None, ["no_better_tier"])] * 2


def test_a_fixed_offer_is_for_all_who_do_not_hold_it_and_a_step_without_resource_costs_none(spark: SparkSession) -> None:
    fixed = replace(WAVE_1, offer=Fixed("dp010"), resource=NO_RESOURCE, message="{product_name}")
    found = decided(spark, "offer", "resource", "resource_fen", "value_fen", step=fixed, usual={})
    # 1000 x 6 x 0.4 x 0.1 - 5 - 5.
    assert found == {"usual": ("dp010", None, 0, 230)}


EXCLUDED: dict[str, tuple[dict[str, Any], list[str]]] = {
    "nobody else": ({}, []),
    "a number not in use": ({"state": "suspended"}, ["state"]),
    "an unknown state": ({"state": None}, ["state"]),
    "a sensitive number": ({"is_sensitive": True}, ["sensitive_number"]),
    "no CRM row": (
        {"is_sensitive": None, "is_examined": None, "is_employee": None, "has_consent": None},
        ["sensitive_number", "sensitive_channel", "no_consent", "do_not_disturb", "examined", "employee"],
    ),
    "no consent": ({"has_consent": False}, ["no_consent"]),
    "a consent nobody recorded": ({"has_consent": None}, ["no_consent"]),
    "not to be disturbed at all": ({"do_not_disturb_channels": ["all"]}, ["do_not_disturb"]),
    "not to be disturbed by the chosen channel": ({"do_not_disturb_channels": ["crm", "sms"]}, ["do_not_disturb"]),
    "not to be disturbed by another channel": ({"do_not_disturb_channels": ["crm"]}, []),
    "not to be disturbed by a channel nobody knows": ({"do_not_disturb_channels": ["SMS"]}, ["do_not_disturb"]),
    "the chosen channel": ({"sensitive_channels": ["mailbox", "sms", "crm"]}, ["sensitive_channel"]),
    "another channel": ({"sensitive_channels": ["crm"]}, []),
    "a channel nobody knows": ({"sensitive_channels": ["SMS"]}, ["sensitive_channel"]),
    "a channel that is closed": ({"sensitive_channels": ["fetion"]}, []),
    "an empty code": ({"sensitive_channels": ["", "crm"]}, []),
    "no code at all": ({"sensitive_channels": []}, []),
    "a no-call list for everything": ({"no_call_scopes": ["all", "crm"]}, ["no_call"]),
    "a no-call list for the chosen channel": ({"no_call_scopes": ["crm", "sms"]}, ["no_call"]),
    "a no-call list for another channel": ({"no_call_scopes": ["crm"]}, []),
    "no no-call list at all": ({"no_call_scopes": None}, ["no_call"]),
    "an examined customer": ({"is_examined": True}, ["examined"]),
    "an employee": ({"is_employee": True}, ["employee"]),
    "a bundle that runs": ({"bundle_end_date": date(2026, 3, 5)}, ["bundle_not_ended"]),
    "a bundle that ended": ({"bundle_end_date": ON}, []),
    "a plan that is booked": ({"has_booked_data_plan": True}, ["already_holds"]),
    "whether a plan is held, unknown": ({"has_booked_data_plan": None}, ["already_holds"]),
    "a product the catalogue does not have": ({"holds_unknown_product": True}, ["holds_unknown_product"]),
    "a number that another live subscription has": ({"shares_number": True}, ["number_held_twice"]),
    "no use to save on": ({f"data_bytes_{month}": 1 for month in ("1m", "m2", "m3")}, ["no_better_tier"]),
    "an open complaint": ({"has_open_complaint": True}, ["open_complaint"]),
    "a complaint nobody can tell of": ({"has_open_complaint": None}, ["open_complaint"]),
    "a habitual complainer": ({"is_habitual_complainer": True}, ["sensitive_customer"]),
    "complaints nobody can count": ({"is_habitual_complainer": None}, ["sensitive_customer"]),
    "a customer who costs more than they pay": ({"is_negative_value": True}, ["negative_value"]),
    "two reasons": ({"state": "suspended", "is_employee": True}, ["state", "employee"]),
}


def test_every_exclusion_that_applies_is_kept_and_one_that_cannot_be_evaluated_excludes(spark: SparkSession) -> None:
    names = {f"case{place}": fault for place, fault in enumerate(EXCLUDED)}
    found = decided(spark, "reasons", **{name: EXCLUDED[fault][0] for name, fault in names.items()})
    # The catalogues of these tests have no mailbox, which makes "the chosen channel" unknown as well; one reason is told once.
    assert {names[who]: reasons for who, reasons in found.items()} == {fault: reasons for fault, (_, reasons) in EXCLUDED.items()}


def test_high_value_goes_to_the_costly_channel_and_all_others_to_the_waves_own(spark: SparkSession) -> None:
    found = decided(spark, "channel", "mode", usual={}, valued={"is_high_value": True}, unknown={"is_high_value": None})
    assert found == {"usual": ("sms", "active"), "valued": ("crm", "passive"), "unknown": ("sms", "active")}
