"""Bills: the fees of a closed month."""

from typing import Any

import numpy as np

from simulator.catalogue import products
from simulator.chance import Chance
from simulator.lives import Lives
from simulator.traits import Flags, Traits
from simulator.usage import Usage, allowances, billable

_FEN_A_MINUTE, _FEN_A_MESSAGE = 19, 10
_ACCUMULATED = ("active_days", "idle_bytes", "fee", "plan_fees", "service_fees", "voice", "sms")


def accumulate(lives: Lives, usage: Usage, active: Flags) -> None:
    """Add the day's usage to the month's account, and update the paces."""
    lives.month_active_days += active
    lives.month_bytes += usage.cellular
    lives.month_idle_bytes += usage.idle
    lives.month_fee += usage.fee
    lives.month_voice += usage.voice
    lives.month_sms += usage.sms
    for pace, amount in ((lives.fee_pace, usage.fee), (lives.data_pace, usage.cellular), (lives.idle_pace, usage.idle)):
        pace += (amount - pace) / 30.0


def close_month(lives: Lives, traits: Traits) -> None:
    """Turn the month's account into the bill of the closed month, and begin the next at zero; top-ups end here."""
    allowance, idle_allowance = allowances(lives, traits)
    for name in _ACCUMULATED:
        setattr(lives, f"bill_{name}", getattr(lives, f"month_{name}").copy())
    idle_used = np.minimum(lives.month_idle_bytes, idle_allowance)
    beyond = billable(lives.month_bytes, lives.month_idle_bytes, allowance, idle_allowance)
    lives.bill_allowance = allowance + idle_allowance
    lives.bill_used = np.minimum(lives.month_bytes - idle_used - beyond, allowance) + idle_used
    for name in (*_ACCUMULATED, "bytes"):
        getattr(lives, f"month_{name}").fill(0)
    lives.top_up_bytes.fill(0)


def bill_values(lives: Lives, traits: Traits, chance: Chance, month: int, mistaken: bool = False) -> dict[str, Any]:
    """Return the columns of S4 for the closed month; everybody who was active on any of its days has a bill.

    TOTAL_FEE is the sum of the six fees; OWED_FEE, from earlier months, is not part of it. `mistaken` overstates the outside data fee of 2
    % of the subscribers: this is the delivery that is corrected later.
    """
    rows = np.flatnonzero(lives.bill_active_days > 0)
    who, base_fee = traits.subscriber[rows], products()["base_plan"].fee_fen[traits.base_plan[rows]]
    outside = lives.bill_fee[rows]
    if mistaken:
        wrong = chance.uniform("mistaken bill", month, who) < 0.02
        outside = outside + np.where(wrong, 100 + chance.below(2_000, "mistake", month, who), 0)
    voice = (lives.bill_voice[rows] // 60 - base_fee // 40).clip(min=0) * _FEN_A_MINUTE
    sms = (lives.bill_sms[rows] - base_fee // 100).clip(min=0) * _FEN_A_MESSAGE
    plans, services = lives.bill_plan_fees[rows], lives.bill_service_fees[rows]
    owes = chance.uniform("owes", month, who) < 0.03
    return {
        "USER_ID": traits.user_id[rows],
        "BILL_MONTH": np.full(len(rows), np.datetime64(month, "D")),
        "TOTAL_FEE": base_fee + plans + outside + voice + sms + services,
        "PLAN_FEE": base_fee,
        "DATA_PLAN_FEE": plans,
        "DATA_FEE_OUTSIDE": outside,
        "VOICE_FEE": voice,
        "SMS_FEE": sms,
        "SERVICE_FEE": services,
        "ALLOWANCE_BYTES": lives.bill_allowance[rows],
        "ALLOWANCE_USED_BYTES": lives.bill_used[rows],
        "OWED_FEE": np.where(owes, chance.below(8_000, "owed", month, who), 0),
    }
