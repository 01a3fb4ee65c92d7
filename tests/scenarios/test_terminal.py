"""Terminal matching 终端匹配: a handset that cannot closes a channel and blocks a product, one of which nothing is known does not."""

from dataclasses import replace
from typing import Any

import pytest
from pyspark.sql import SparkSession

from features.library import CAR
from scenarios.library import SCENARIOS
from scenarios.library.c13_new_customer import SCENARIO as C13
from scenarios.matching import ABILITIES, matching
from scenarios.needs import columns_needed, columns_read
from scenarios.offers import NO_RESOURCE, Content
from scenarios.scenario import Channels, Scenario
from tests.frames import rows
from tests.scenarios.test_candidates import C10, WAVE_1, found_of
from tests.scenarios.test_golden import TOLD

CHANNELS = {"sms": "active", "mms": "active", "fetion": "active", "app_hall": "passive", "toolbar": "passive", "wap_hall": "passive"}
ASKED = TOLD | {"modes": CHANNELS, "contact_fen": dict.fromkeys(CHANNELS, 1), "known_channels": frozenset(CHANNELS)}
ABLE = dict.fromkeys(ABILITIES, True)
UNKNOWN: dict[str, Any] = dict.fromkeys(ABILITIES)


def calls(*allowed: str) -> tuple[Scenario, Any]:
    """A scenario of these channels, whose step uses the first."""
    step = replace(WAVE_1, channel=allowed[0], offer=Content(("reading", "video"), margin_per_mille=500), message="{product_name}")
    channels = Channels(allowed=allowed, high_value=None, preferred=None, chosen_by="allocation")
    return replace(C10, channels=channels, resource=NO_RESOURCE, timing=replace(C10.timing, steps=(step,))), step


@pytest.mark.parametrize(
    ("channel", "ability"),
    [("mms", "has_mms"), ("fetion", "has_fetion"), ("app_hall", "is_smartphone"), ("toolbar", "is_smartphone"), ("wap_hall", "has_gprs")],
)
def test_a_channel_is_open_to_handsets_that_can_use_it_or_of_which_nothing_is_known(
    spark: SparkSession, channel: str, ability: str
) -> None:
    scenario, step = calls(channel, "sms")
    alone, only = calls(channel)
    who = {"able": ABLE, "cannot": ABLE | {"has_java": True, ability: False}, "unknown": UNKNOWN}
    found = rows(found_of(spark, scenario=scenario, step=step, told=ASKED, **who), "subscriber_id", "offer", "channel")
    assert {(who, by) for who, offer, by in found if offer == "reading"} == {
        *(("able", by) for by in (channel, "sms")),
        ("cannot", "sms"),
        *(("unknown", by) for by in (channel, "sms")),
    }
    told = rows(found_of(spark, scenario=alone, step=only, told=ASKED, cannot=who["cannot"]), "offer", "channel", "reasons")
    assert [line for line in told if line[0] == "reading"] == [("reading", None, ["handset_cannot"])]


def test_an_own_app_is_offered_to_handsets_that_can_run_it_or_of_which_nothing_is_known(spark: SparkSession) -> None:
    java, plain = {**ABLE, "is_smartphone": False}, dict.fromkeys(ABILITIES, False)
    newcomer = {"tenure_days": 7, "is_gamer_club_member": False}
    who = {name: newcomer | of for name, of in {"able": ABLE, "java": java, "plain": plain, "unknown": UNKNOWN}.items()}
    found = found_of(spark, scenario=C13, step=C13.timing.step("content"), told=TOLD, **who)
    blocked: dict[str, list[str]] = {name: [] for name in who}
    for name, offer, reasons in rows(found, "subscriber_id", "offer", "reasons"):
        assert reasons in ([], ["handset_cannot"])
        blocked[name] += [offer] if reasons else []
    assert blocked == {"able": [], "java": ["mm", "video"], "plain": ["games", "mm", "reading", "surf", "video"], "unknown": []}


def test_c13_opens_no_app_hall_to_a_plain_handset(spark: SparkSession) -> None:
    contacts = "subscriber_id | scenario | step | channel | mode | offer | business_date\n"
    history = {"contacts": f"{contacts}plain | {C13.name} | content | sms | active | reading | 2026-03-03"}
    plain = ABLE | {"is_smartphone": False, "tenure_days": 9, "is_gamer_club_member": False}
    found = found_of(spark, scenario=C13, step=C13.timing.step("content_app"), told=TOLD, history=history, plain=plain)
    assert {(channel, *reasons) for channel, reasons in rows(found, "channel", "reasons")} == {(None, "handset_cannot")}


def test_the_table_names_products_that_are_offered_and_tags_and_nothing_waits_for_these() -> None:
    terminal = matching().terminal
    offered = {product for s in SCENARIOS for step in s.timing.steps for product in s.offer_of(step).products}
    assert terminal["product"].keys() <= offered
    assert {*ABILITIES} <= {column.name for column in CAR.columns}
    # A family that failed leaves these null, which is unknown.
    assert {"is_smartphone", "has_java"} <= columns_read(C13) - columns_needed(C13)
