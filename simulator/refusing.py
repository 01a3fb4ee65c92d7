"""S17: numbers on no-call lists."""

from typing import Any

import numpy as np
import pyarrow as pa

from simulator.chance import Chance
from simulator.days import NEVER, dates
from simulator.traits import Traits

LISTED = 0.006
# Half of the listed want no marketing at all, which the list states by an empty scope.
_SCOPES = ("", "sms", "outbound_call")
_SCOPE_SHARES = np.array([50.0, 30, 20])


def no_call_values(traits: Traits, chance: Chance, day: int) -> dict[str, Any]:
    """Return the columns of S17: each listed number with the day it was listed, some time after its holder's entry.

    A number that somebody else takes over later is not listed, because its second holder might be listed too.
    """
    listed_on = traits.entry + 20 + chance.below(200, "no call day", 0, traits.subscriber)
    listed = (chance.uniform("no call", 0, traits.subscriber) < LISTED) & (listed_on <= day) & (traits.number_reused == NEVER)
    row = np.flatnonzero(listed)
    scope = chance.choice(_SCOPE_SHARES, "no call scope", 0, traits.subscriber[row])
    return {
        "MSISDN": np.where(traits.number_change <= listed_on, traits.next_number, traits.number)[row],
        "SCOPE": pa.array(_SCOPES).take(pa.array(scope)),
        "LIST_DATE": dates(listed_on[row]),
    }
