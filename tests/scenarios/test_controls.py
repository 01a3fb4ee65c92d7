import hashlib
import random
from collections import Counter
from dataclasses import replace
from math import sqrt

import pytest
from pyspark.sql import SparkSession

from scenarios.controls import held_out, in_pilot, propensity_ppm
from scenarios.library import SCENARIOS
from scenarios.library.c10_data_without_plan import SCENARIO as C10
from scenarios.policy import CONTROL_SALT, UNIVERSAL_CONTROL_PER_MILLE
from scenarios.scenario import Scenario

SEED = 20260304
IDS = 20_000
NIGHTS = ("2026-03-04", "2026-04-04")
Groups = dict[str, dict[str, str | None]]


def within(share: float, expected: float, of: int) -> bool:
    """Whether a share is what a fair draw gives in all but one of 15,000 tries (four standard errors)."""
    print(f"seed {SEED}: share {share:.4f}, expected {expected:.4f}, of {of}")  # noqa: T201
    return abs(share - expected) < 4 * sqrt(expected * (1 - expected) / of)


def groups_of(spark: SparkSession, ids: list[str]) -> Groups:
    frame = spark.createDataFrame([(who,) for who in ids], "subscriber_id string")
    named = spark.createDataFrame(
        [(scenario.name, scenario.timing.steps[0].name) for scenario in SCENARIOS], "scenario string, step string"
    )
    found = frame.crossJoin(named).select("scenario", "subscriber_id", held_out(SCENARIOS).alias("group")).collect()
    groups: Groups = {scenario.name: {} for scenario in SCENARIOS}
    for row in found:
        groups[row.scenario][row.subscriber_id] = row.group
    return groups


@pytest.fixture(scope="module")
def ids() -> list[str]:
    chance = random.Random(SEED)
    return [f"{chance.getrandbits(128):032x}" for _ in range(IDS)]


@pytest.fixture(scope="module")
def groups(spark: SparkSession, ids: list[str]) -> Groups:
    return groups_of(spark, ids)


def by_hand(scenario: Scenario, who: str) -> str | None:
    """The same draw told again, without Spark."""

    def draw(group: str) -> int:
        return int(hashlib.sha256(f"{CONTROL_SALT}:{group}:{who}".encode()).hexdigest()[:15], 16) % 1_000_000

    if draw("universal") < UNIVERSAL_CONTROL_PER_MILLE * 1000:
        return "universal"
    return "scenario" if draw(scenario.name) < scenario.strategy.control_per_mille * 1000 else None


def test_a_subscriber_stays_in_the_same_group_whoever_else_is_there_and_in_whatever_order(
    spark: SparkSession, ids: list[str], groups: Groups
) -> None:
    again = groups_of(spark, sorted(ids[: IDS // 4], reverse=True))
    assert all(groups[name][who] == group for name, members in again.items() for who, group in members.items())


def test_a_group_is_a_salted_sha256_of_the_subscriber_alone(ids: list[str], groups: Groups) -> None:
    expected = {scenario.name: {who: by_hand(scenario, who) for who in ids} for scenario in SCENARIOS}
    assert groups == expected


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_about_2_percent_are_held_out_of_everything_and_10_percent_of_the_rest_of_each_scenario(groups: Groups, scenario: Scenario) -> None:
    counted = Counter(groups[scenario.name].values())
    assert within(counted["universal"] / IDS, 0.02, IDS)
    assert within(counted["scenario"] / (IDS - counted["universal"]), 0.10, IDS - counted["universal"])


def test_the_propensity_on_the_row_is_the_share_that_is_really_contacted(spark: SparkSession, groups: Groups) -> None:
    named = spark.createDataFrame(
        [(scenario.name, scenario.timing.steps[0].name) for scenario in SCENARIOS], "scenario string, step string"
    )
    told = {row.scenario: row.ppm for row in named.select("scenario", propensity_ppm(SCENARIOS).alias("ppm")).collect()}
    assert told == {scenario.name: 882_000 for scenario in SCENARIOS}
    for scenario in SCENARIOS:
        contacted = Counter(groups[scenario.name].values())[None]
        assert within(contacted / IDS, told[scenario.name] / 1e6, IDS)


def test_the_universal_group_is_one_group_for_all_scenarios(groups: Groups) -> None:
    universal = [{who for who, group in groups[scenario.name].items() if group == "universal"} for scenario in SCENARIOS]
    assert all(one == universal[0] for one in universal)


def test_who_is_held_out_of_one_scenario_is_as_likely_as_anyone_to_be_held_out_of_another(groups: Groups) -> None:
    one, other = (groups[scenario.name] for scenario in SCENARIOS[:2])
    held = [who for who, group in one.items() if group == "scenario"]
    assert within(sum(other[who] == "scenario" for who in held) / len(held), 0.10, len(held))


def test_a_step_holds_out_its_own_share_of_those_whom_the_scenario_does_not(spark: SparkSession, ids: list[str]) -> None:
    one = spark.createDataFrame([(C10.name, "wave2", who) for who in ids], "scenario string, step string, subscriber_id string")
    found = one.select("subscriber_id", held_out(SCENARIOS).alias("group"), propensity_ppm(SCENARIOS).alias("ppm")).collect()
    counted = Counter(row.group for row in found)
    assert {row.ppm for row in found} == {882_000 * 95 // 100}
    assert within(counted["step"] / (counted["step"] + counted[None]), 0.05, counted["step"] + counted[None])


def test_a_pilot_contacts_its_share_whatever_the_control_groups_are_and_a_live_scenario_everybody(
    spark: SparkSession, ids: list[str], groups: Groups
) -> None:
    live = SCENARIOS[0]
    pilot = replace(live, state="pilot", pilot_per_mille=200)
    frame = spark.createDataFrame([(who,) for who in ids], "subscriber_id string")
    found = frame.select("subscriber_id", in_pilot(pilot).alias("pilot"), in_pilot(live).alias("live")).collect()
    chosen = {row.subscriber_id for row in found if row.pilot}
    assert within(len(chosen) / IDS, 0.2, IDS)
    assert all(row.live for row in found)
    held = {who for who, group in groups[live.name].items() if group}
    assert within(len(chosen & held) / len(held), 0.2, len(held))
