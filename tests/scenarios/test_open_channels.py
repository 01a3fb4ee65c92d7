"""Which channels are open to whom: the rules of P3 in order, the value matching of P4, and the few that the allocation chooses among."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from pyspark.sql import SparkSession

from models.tariff import Tariff
from scenarios.errors import ScenarioError
from scenarios.offers import NO_RESOURCE, Content, Fixed
from scenarios.override import Override
from scenarios.scenario import Channels
from scenarios.timing import Assumed
from tests.frames import rows
from tests.scenarios.test_candidates import C10, MB, WAVE_1, WAVE_2, decided, found_of

ALLOWED = ("sms", "crm", "web_hall", "account_manager", "outbound_call", "toolbar")
MODES = {name: "active" if name in ("sms", "account_manager", "outbound_call") else "passive" for name in (*ALLOWED, "kiosk")}
TOLD: dict[str, Any] = {
    "modes": MODES,
    "contact_fen": dict.fromkeys(MODES, 5),
    "known_channels": frozenset(MODES),
    "tariffs": {f"dp{yuan:03}": Tariff(yuan * 100, f"dp{yuan:03}", yuan * 10 * MB, 0, 29, 400) for yuan in (5, 10, 20)},
    "names": {"dp005": "5", "dp010": "10", "dp020": "20", "phone": "手机"},
    "fees": {"dp005": 500, "dp010": 1000, "dp020": 2000, "phone": 3000},
    "kinds": {"dp005": "data_plan", "dp010": "data_plan", "dp020": "data_plan", "phone": "handset"},
}
BY_RULE = replace(
    C10, channels=Channels(allowed=ALLOWED, high_value="crm", preferred="preferred_channel", chosen_by="rule"), resource=NO_RESOURCE
)
BY_ALLOCATION = replace(BY_RULE, channels=replace(BY_RULE.channels, chosen_by="allocation"))
VIP = {"customer_tier": "honoured", "account_manager": "M0001"}


def open_to(spark: SparkSession, scenario: Any = BY_ALLOCATION, **how: Any) -> dict[str, list[str | None]]:
    """The channels of each member's options, by name."""
    found: dict[str, list[str | None]] = {}
    for who, channel in rows(found_of(spark, scenario=scenario, told=TOLD, **how), "subscriber_id", "channel"):
        found.setdefault(who, []).append(channel)
    return found


def test_the_first_rule_whose_channel_the_scenario_allows_chooses(spark: SparkSession) -> None:
    found = decided(
        spark,
        "channel",
        scenario=BY_RULE,
        told=TOLD,
        valued={"is_high_value": True, "preferred_channel": "web_hall", **VIP},
        prefers={"preferred_channel": "web_hall", **VIP},
        elsewhere={"preferred_channel": "kiosk", **VIP},
        vip=VIP,
        member={"company_group": "G1", "account_manager": "M0001", "customer_tier": "ordinary"},
        unserved={"customer_tier": "gold"},
        ordinary={"customer_tier": "ordinary", "account_manager": "M0001"},
        unknown={"is_high_value": None},
    )
    assert found == {
        **{"valued": "crm", "prefers": "web_hall", "elsewhere": "sms", "vip": "account_manager", "member": "account_manager"},
        **{"unserved": "sms", "ordinary": "sms", "unknown": "sms"},
    }


def test_c10_gives_its_costly_channel_the_preferred_one_or_a_short_message_then_the_web_hall(spark: SparkSession) -> None:
    who = {
        "valued": {"is_high_value": True},
        "prefers": {"preferred_channel": "web_hall"},
        "vip": VIP,
        "usual": {"value_class": "ordinary"},
    }
    assert decided(spark, "channel", **who) == {"valued": "crm", "prefers": "web_hall", "vip": "sms", "usual": "sms"}
    sent = {"valued": "crm | passive", "prefers": "web_hall | passive", "vip": "sms | active", "usual": "sms | active"}
    contacts = "subscriber_id | scenario | step | channel | mode | offer | business_date\n" + "\n".join(
        f"{name} | {C10.name} | wave1 | {by} | dp010 | 2026-03-03" for name, by in sent.items()
    )
    second = decided(spark, "channel", step=WAVE_2, history={"contacts": contacts}, **who)
    assert second == {"valued": "sms", "prefers": "sms", "vip": "web_hall", "usual": "web_hall"}


def test_the_allocation_chooses_among_the_channels_of_the_rules_and_then_the_scenarios_own(spark: SparkSession) -> None:
    found = open_to(
        spark,
        usual={},
        prefers={"preferred_channel": "web_hall"},
        vip=VIP,
        refuses={"sensitive_channels": ["sms"], "do_not_disturb_channels": ["crm"]},
        refuses_all={"do_not_disturb_channels": ["sms", "crm", "web_hall", "outbound_call", "toolbar"]},
        employee={"is_employee": True},
        high={"is_high_value": True},
    )
    # Of three at most; no work order without an account manager, none for middle value, and no pop-up for high value.
    assert found == {
        "usual": ["crm", "sms", "web_hall"],
        "prefers": ["crm", "sms", "web_hall"],
        "vip": ["crm", "sms", "web_hall"],
        "refuses": ["outbound_call", "toolbar", "web_hall"],
        "refuses_all": ["crm", "sms", "web_hall"],
        "employee": ["sms"],
        "high": ["crm", "sms", "web_hall"],
    }


def test_where_each_product_is_an_option_a_member_has_fewer_channels_for_each(spark: SparkSession) -> None:
    step = replace(WAVE_1, offer=Content(("dp005", "dp010", "dp020"), margin_per_mille=500), message="{product_name}")
    # Eight rows at most: two channels for each of three products.
    assert open_to(spark, step=step, usual={}) == {"usual": ["crm"] * 3 + ["sms"] * 3}


CELLS: dict[str, tuple[str, dict[str, Any], list[str | None], list[str]]] = {
    "customer x channel: a call for high value": ("dp010", {"is_high_value": True}, ["outbound_call"], []),
    "customer x channel: the class counts as well": ("dp010", {"value_class": "high_value"}, ["outbound_call"], []),
    "customer x channel: a call for middle value": ("dp010", {"value_class": "middle"}, ["outbound_call", "toolbar"], []),
    "unknown value is middle value": ("dp010", {"value_class": None}, ["outbound_call", "toolbar"], []),
    "customer x channel: none for low value": ("dp010", {"value_class": "ordinary"}, ["toolbar"], []),
    "customer x perception: no pop-up for high value": ("dp010", {"is_high_value": True, "account_manager": "M1"}, ["outbound_call"], []),
    "product x channel: a handset is worth a call": ("phone", {"value_class": "ordinary"}, ["outbound_call"], []),
    "customer x product: 20 yuan are beyond low value": ("dp020", {"value_class": "ordinary"}, ["toolbar"], ["beyond_value"]),
    "customer x product: not beyond middle value": ("dp020", {"value_class": "middle"}, ["outbound_call", "toolbar"], []),
}


def test_each_cell_of_the_value_matching_closes_a_channel_or_a_product(spark: SparkSession) -> None:
    channels = Channels(allowed=("outbound_call", "toolbar"), high_value=None, preferred=None, chosen_by="allocation")
    expected, found = {}, {}
    for offer in ("dp010", "dp020", "phone"):
        step = replace(WAVE_1, channel="outbound_call", instead=None, offer=Fixed(offer), message="{product_name}", effect=Assumed(10_000))
        scenario = replace(C10, channels=channels, resource=NO_RESOURCE, timing=replace(C10.timing, steps=(step,)))
        told = TOLD | {"tariffs": TOLD["tariffs"] | {"phone": Tariff(3000, "phone", 0, 0, 29, 400)}}
        names = {f"case{place}": case for place, case in enumerate(CELLS) if CELLS[case][0] == offer}
        asked = found_of(spark, step=step, scenario=scenario, told=told, **{who: CELLS[case][1] for who, case in names.items()})
        for who, channel, reasons in rows(asked, "subscriber_id", "channel", "reasons"):
            of_case = found.setdefault(names[who], ([], reasons))
            of_case[0].append(channel)
            assert of_case[1] == reasons
        expected |= {case: CELLS[case][2:] for case in names.values()}
    assert found == expected


def test_where_no_channel_suits_or_every_mode_is_used_the_reason_says_which(spark: SparkSession) -> None:
    step = replace(WAVE_1, channel="outbound_call", instead=None)
    channels = replace(BY_ALLOCATION.channels, allowed=("outbound_call",), high_value=None)
    calls = replace(BY_ALLOCATION, channels=channels, timing=replace(C10.timing, steps=(step,)))
    found = decided(spark, "channel", "reasons", scenario=calls, step=step, told=TOLD, low={"value_class": "ordinary"})
    assert found == {"low": (None, ["no_channel_fits"])}
    contacts = "subscriber_id | scenario | step | channel | mode | offer | business_date\n" + "\n".join(
        f"both | {C10.name} | wave1 | {channel} | {MODES[channel]} | dp010 | 2026-03-03" for channel in ("sms", "crm")
    )
    second = replace(BY_ALLOCATION, timing=replace(C10.timing, steps=(WAVE_1, WAVE_2)))
    both = decided(spark, "channel", "reasons", scenario=second, step=WAVE_2, told=TOLD, history={"contacts": contacts}, both={})
    assert both == {"both": (None, ["no_channel_left"])}


def test_on_a_day_off_no_channel_with_staff_is_open_and_who_has_no_other_is_told_so(spark: SparkSession) -> None:
    saturday, monday = {"on": date(2026, 3, 6)}, {"on": date(2026, 3, 8)}
    step = replace(WAVE_1, channel="toolbar")
    calls = replace(BY_ALLOCATION.channels, allowed=("outbound_call", "toolbar"), high_value=None)
    scenario = replace(BY_ALLOCATION, channels=calls, timing=replace(C10.timing, steps=(step,)))
    who: dict[str, Any] = {"usual": {}, "high": {"is_high_value": True}}
    asked = {"scenario": scenario, "step": step}
    # A window that nobody asked for does not suit high value, and a call suits no low value.
    assert open_to(spark, **asked, history=monday, **who) == {"usual": ["outbound_call", "toolbar"], "high": ["outbound_call"]}
    closed = decided(spark, "channel", "reasons", **asked, told=TOLD, history=saturday, **who)
    assert closed == {"usual": ("toolbar", []), "high": (None, ["staff_off"])}
    by_rule = replace(scenario, channels=replace(calls, preferred="preferred_channel", chosen_by="rule"))
    prefers = {"prefers": {"preferred_channel": "outbound_call"}}
    for night, channel in ((saturday, "toolbar"), (monday, "outbound_call")):
        assert open_to(spark, **asked | {"scenario": by_rule}, history=night, **prefers) == {"prefers": [channel]}


def test_a_step_that_fixes_its_channel_uses_no_other_whatever_the_customer_prefers(spark: SparkSession) -> None:
    fixed = replace(WAVE_1, channel="web_hall", fixes_channel=True)
    who = {"usual": {}, "prefers": {"preferred_channel": "toolbar"}, "high": {"is_high_value": True}, "vip": VIP}
    assert open_to(spark, step=fixed, **who) == {name: ["web_hall"] for name in who}
    # Where a city leaves other channels alone, nobody gets the step.
    there = Override(scenario=C10.name, city="a", county=None, owner="city", audience=None, channels=("sms",), most_contacts=None)
    narrow = replace(BY_ALLOCATION, timing=replace(C10.timing, steps=(fixed,))).narrowed((there,))
    found = decided(spark, "channel", "reasons", scenario=narrow, step=fixed, told=TOLD, here={}, away={"city": "z"})
    assert found == {"here": (None, ["no_channel_left"]), "away": ("web_hall", [])}


def test_who_refuses_short_messages_gets_no_text_behind_an_answer_and_all_others_may(spark: SparkSession) -> None:
    channels = Channels(allowed=("sms", "sms_tail", "web_hall"), high_value=None, preferred=None, chosen_by="allocation")
    scenario = replace(BY_ALLOCATION, channels=channels, timing=replace(C10.timing, steps=(WAVE_1,)))
    told = {
        **TOLD,
        **{"modes": MODES | {"sms_tail": "passive"}, "contact_fen": TOLD["contact_fen"] | {"sms_tail": 5}},
        "known_channels": TOLD["known_channels"] | {"sms_tail"},
    }
    found = found_of(
        spark,
        scenario=scenario,
        told=told,
        usual={},
        sensitive={"sensitive_channels": ["sms"]},
        undisturbed={"do_not_disturb_channels": ["sms"]},
        listed={"no_call_scopes": ["sms"]},
        untailed={"do_not_disturb_channels": ["sms_tail"]},
        # Active channels wait after another department's message. A tail is passive.
        rests={},
        history={"others": "subscriber_id | day | channel | product\nrests | 2026-03-04 | sms | dp005"},
    )
    may = {(who, channel) for who, channel, reasons in rows(found, "subscriber_id", "channel", "reasons") if not reasons}
    everywhere = {(who, "web_hall") for who in ("usual", "sensitive", "undisturbed", "listed", "untailed", "rests")}
    assert may == everywhere | {("usual", "sms"), ("usual", "sms_tail"), ("untailed", "sms"), ("rests", "sms_tail")}
    tail, _ = found.where("channel = 'sms_tail' AND size(reasons) = 0").collect()
    assert (tail.mode, tail.message[-4:]) == ("passive", "回Y办理")


def test_a_row_has_the_contacts_that_the_customers_value_allows_and_the_manager_of_a_work_order(spark: SparkSession) -> None:
    who = {"high": {"is_high_value": True, "account_manager": "M0001"}, "low": {"value_class": "ordinary"}}
    managers = replace(BY_ALLOCATION, channels=replace(BY_ALLOCATION.channels, high_value="account_manager"))
    found = found_of(spark, scenario=managers, told=TOLD, **who)
    assert rows(found.where("channel IN ('account_manager', 'sms')"), "subscriber_id", "channel", "most_contacts_30d", "manager_id") == [
        ("high", "account_manager", 4, "M0001"),
        ("high", "sms", 4, None),
        ("low", "sms", 8, None),
    ]
    assert decided(spark, "most_contacts_30d", scenario=BY_RULE, told=TOLD, high=who["high"]) == {"high": None}


def test_a_passive_contact_counts_for_the_share_that_is_shown_whoever_chooses_the_channel(spark: SparkSession) -> None:
    learned = {"effects": {("data_plan", "crm"): (20_000, 0)}}
    found = found_of(spark, scenario=BY_ALLOCATION, told=TOLD, learned=learned, usual={})
    # 10 % by short message, a tenth of it by web hall; at the counter 2 % were measured, without an error.
    assert rows(found, "channel", "effect_ppm") == [("crm", 20_000), ("sms", 100_000), ("web_hall", 10_000)]
    who = {"usual": {}, "prefers": {"preferred_channel": "web_hall"}, "high": {"is_high_value": True}}
    by_rule = decided(spark, "effect_ppm", scenario=BY_RULE, told=TOLD, learned=learned, **who)
    assert by_rule == {"usual": 100_000, "prefers": 10_000, "high": 20_000}


def test_a_scenario_with_a_channel_that_the_value_matching_lacks_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scenarios.scenario.matching", lambda: type("Matching", (), {"perceived": {"sms": 2}}))
    with pytest.raises(ScenarioError, match=r"channel web_hall has no line in scenarios/matching/customer_channel\.csv"):
        replace(C10, channels=replace(C10.channels, chosen_by="allocation"))
    replace(C10, channels=C10.channels)
