"""How small an effect control groups of a size can show 对照组功效 (P8): two shares, compared by the normal approximation.

Source: Fleiss, Levin and Paik, Statistical Methods for Rates and Proportions, 3rd edition, chapter 4.
"""

from math import ceil, sqrt
from statistics import NormalDist

# A difference that is not there is seen in one of twenty comparisons; one that is there is missed in one of five.
ALPHA, POWER = 0.05, 0.8
_DEVIATIONS = NormalDist().inv_cdf(1 - ALPHA / 2) + NormalDist().inv_cdf(POWER)


def least_effect_ppm(contacted: int, held_out: int, rate_ppm: int) -> int | None:
    """Return the smallest difference of take-up, in ppm, that groups of these sizes show; None if one of them is empty.

    `rate_ppm` is the rate without contact. It counts as at least one in a thousand, because a rate of 0 would make any group large enough.
    """
    if not contacted or not held_out:
        return None
    rate = max(rate_ppm, 1000) / 1e6
    return ceil(1e6 * _DEVIATIONS * sqrt(rate * (1 - rate) * (1 / contacted + 1 / held_out)))


def control_per_mille(members: int, effect_ppm: int, rate_ppm: int) -> int | None:
    """Return the least share to hold out of so many members to show the effect; None if half of them would not be enough."""
    if (least_effect_ppm(members - members // 2, members // 2, rate_ppm) or effect_ppm + 1) > effect_ppm:
        return None
    rate = max(rate_ppm, 1000) / 1e6
    # 1 / contacted + 1 / held_out = members / (contacted x held_out), and the two add up to the members.
    product = members * rate * (1 - rate) * (_DEVIATIONS / (effect_ppm / 1e6)) ** 2
    held = (members - sqrt(max(0.0, members**2 - 4 * product))) / 2
    return ceil(1000 * held / members)
