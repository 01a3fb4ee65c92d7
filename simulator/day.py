"""One day in the life of a chunk: drift, state, orders, usage, and the month's account."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from simulator.bills import accumulate, close_month
from simulator.chance import Chance
from simulator.contacts import Prompts
from simulator.days import NEVER, number_of
from simulator.lives import STATES, Lives, Standing, drift, standing_on
from simulator.orders import Lines, Scene, charge, decide
from simulator.province import month_start
from simulator.traits import Flags, Traits
from simulator.usage import Usage, use

BILLING_DAY = 3
# A contact is felt half as much after two weeks.
RECOVERY_A_DAY = 0.5 ** (1 / 14)


@dataclass(frozen=True)
class Lived:
    """The results of a day."""

    standing: Standing
    active: Flags
    lines: Lines
    usage: Usage


def live(lives: Lives, traits: Traits, chance: Chance, day: date, prompts_of: Callable[[Flags], Prompts]) -> Lived:
    """Advance the lives by one day. Months close on their last day; bills settle on the 3rd.

    `prompts_of` returns what the day's contacts do, given who is active.
    """
    today = number_of(day)
    drift(lives, traits, chance, today)
    standing = standing_on(lives, traits, today)
    closes = standing.terminal & (lives.closed == NEVER)
    lives.closed[closes] = today
    here = traits.entry <= today
    active = here & (standing.state == STATES.index("active"))
    prompts = prompts_of(active)
    scene = Scene(traits, chance, today, active, closes, prompts)
    next_month = month_start(day, -1)
    lines = decide(lives, scene, number_of(next_month) - 1)
    charge(lives, scene, day.day == 1)
    lives.refused_on = np.where(prompts.disturbed & (lives.refused_on == NEVER), today, lives.refused_on)
    lives.advised = prompts.advised
    lives.tired = lives.tired * RECOVERY_A_DAY + prompts.contacts
    usage = use(lives, traits, standing.state, chance, today)
    accumulate(lives, usage, here & np.isin(standing.state, [STATES.index("active"), STATES.index("cancel_booked")]))
    if day.day == BILLING_DAY:
        lives.settled_fee = lives.bill_fee.copy()
    if day + timedelta(days=1) == next_month:
        close_month(lives, traits)
    return Lived(standing, active, lines, usage)
