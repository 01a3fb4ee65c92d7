"""Each figure of the table of effects is the one that the code or the catalogue has."""

from pathlib import Path

import numpy as np
import pytest

from simulator import (
    answers,
    campaigns,
    circles,
    complaints,
    day,
    feedback,
    lives,
    orders,
    platforms,
    reach,
    refusing,
    seasons,
    traits,
    usage,
)
from simulator.catalogue import uplifts

PAGE = (Path(__file__).parents[2] / "simulator" / "README.md").read_text("utf-8")
ROWS = dict(line.strip("| ").split(" | ", 1) for line in PAGE.partition("## Dirt")[0].splitlines() if line.startswith("| "))
SMS, CALL, HALL = (reach.reach()[name] for name in ("sms", "outbound_call", "web_hall"))
CALLS, PACKS, READING = campaigns.campaigns()
NEW_YEAR = seasons.season_of(20_501)


def share(of: float) -> str:
    return f"{round(of * 100, 4):g} %"


def half_life(a_day: float) -> str:
    return f"{np.log(0.5) / np.log(a_day):.0f} days"


C10, C11, C13 = (uplifts()[name] for name in ("c10", "c11", "c13"))
FIGURES = {
    "a handset set wrongly (C09)": [f"{share(usage.SET_WRONGLY)} of 3G handsets, which use 3G for {share(usage.THEN_3G)}"],
    "uplift of a contact that reaches the subscriber": [f"C10 {share(C10.least)} to {share(C10.most)}"],
    "liked channel": [f"visits x {reach.VISITS_LIKED:g}, others x {reach.VISITS_OTHER:g}; uplift x {reach.TAKES_LIKED:g}"],
    "reach": [
        f"SMS delivered {share(SMS.delivered)}, then noticed {share(SMS.reached)}",
        f"web hall {share(HALL.delivered)}, then {share(HALL.reached)}; {share(HALL.visits)} visit it a day",
    ],
    "rows that a channel rejects": [f"{share(answers.NO_CAPACITY)} no capacity, {share(answers.UNUSABLE)} unusable"],
    "fatigue": [f"exp(-{answers.FATIGUE:g})", half_life(day.RECOVERY_A_DAY)],
    "do-not-disturb": [
        f"{share(SMS.disturbs)} for SMS and {share(CALL.disturbs)} for a call",
        f"x (1 + {answers.ANNOYANCE:g} x contacts still felt)",
    ],
    "harm": [f"unrest above {answers.UNREST_STIRRED:g}", f"{share(C11.harmed)} cancel", f"{share(C13.harmed)} after C13", "none after C10"],
    "trial": [
        f"{share(answers.TRIES)} of those who agree",
        f"for {orders.TRIAL_DAYS} days",
        f"{share(orders.LATER_SOURCES[1])} of those who order one without",
        f"{share(orders.TRIAL_BOUGHT)} less {share(orders.TRIAL_PRICE)} x",
    ],
    "recommendation": [f"{share(answers.RECOMMENDS)} of those who order", f"{share(answers.FOLLOWS)} order it"],
    "answers": [
        f"{share(answers.SAYS_NO)} of refusals",
        f"{share(answers.CONSIDERS)} of the reached",
        f"{share(feedback._REPLIES)} answer",
        f"{share(feedback._CONTENT)} of these",
    ],
    "seasons": [
        f"working day calls x {seasons.WORKING_DAY.voice:g}, data x {seasons.WORKING_DAY.data:g}",
        f"weekend calls x {seasons.WEEKEND.voice:g}, data x {seasons.WEEKEND.data:g}",
        f"holidays calls x {NEW_YEAR.voice:g}, messages x {NEW_YEAR.sms:g}, data x {NEW_YEAR.data:g}, roaming x {NEW_YEAR.roaming:g}",
        f"last {seasons.MONTH_END_DAYS} days of a month data x {seasons.MONTH_END:g}",
    ],
    "complaint": [f"{share(complaints.A_DAY)} a day", f"exp({complaints.GRUDGE:g})", half_life(complaints.FORGOTTEN_A_DAY)],
    "new handset": [f"{share(traits.HANDSET_CHANGES)} of subscribers"],
    "moving house": [f"{share(circles.MOVES)} of households", f"the {circles.MOVING_DAYS} days before"],
    "group and work": [f"{share(circles._IN_GROUP)} of subscribers"],
    "content": [f"({platforms._LIKES * 10:g} in 10 holders)", f"{platforms._FAVOURITE * 10:g} in 10 contents"],
    "family": [f"groups of {['', 'one', 'two', 'three', 'four'][circles._MOST_IN_FAMILY]} neighbours", f"({circles._JOINS * 10:g} in 10)"],
    "leaving": [f"{share(lives.TURNS_A_DAY)} a day", f"{share(lives.LEAVES)} of those leave", f"{share(lives.SUDDEN)} leave suddenly"],
    "other departments' campaigns (S16)": [
        f"{share(PACKS.share)} of the active each (calls {share(CALLS.share)})",
        *(f"{round(100 * of.treated)}:{round(100 - 100 * of.treated)}" for of in campaigns.campaigns()),
    ],
    "... their effects": [
        f"by call {share(CALLS.least)} for the least price-sensitive, {share(CALLS.most)} for the most",
        f"{share(CALLS.harmed)} of the restless",
        f"by SMS {share(PACKS.least)} to {share(PACKS.most)}",
        f"reading {share(READING.least)}",
    ],
    "no-call list (S17)": [f"{share(refusing.LISTED)} of subscribers", "30 % for SMS, 20 % for calls"],
}


@pytest.mark.parametrize("effect", FIGURES)
def test_the_figures_of_an_effect_are_those_of_the_code(effect: str) -> None:
    for figure in FIGURES[effect]:
        assert figure in ROWS[effect]


def test_every_effect_of_the_table_has_its_figures_compared_but_those_that_are_formulas() -> None:
    by_hand = {"effect", "points", "propensity: orders that nobody prompted", "recycled number, transfer, re-entry"}
    assert set(ROWS) - by_hand == set(FIGURES)
