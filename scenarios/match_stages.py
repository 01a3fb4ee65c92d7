"""The four stages of matching 业务匹配, 终端匹配, 用户匹配, 渠道匹配, in turn, and the stage of each reason for an exclusion.

It is declared here and not in `Exclusion`, because an approval names a hash of all that a scenario declares.
"""

from collections.abc import Iterable

from scenarios.offers import ALREADY_HOLDS, NO_BETTER_TIER, NO_INTEREST, NO_TRIAL
from scenarios.policy import (
    ASKED_FOR_REST,
    DO_NOT_DISTURB,
    HOLDS_UNKNOWN_PRODUCT,
    MESSAGE_TOO_LONG,
    NO_CALL,
    NO_CHANNEL_FITS,
    NO_CHANNEL_LEFT,
    NO_MESSAGE,
    SENSITIVE_CHANNEL,
    STAFF_OFF,
)

PRODUCT, TERMINAL, CUSTOMER, CHANNEL = "product", "terminal", "customer", "channel"
STAGES = {PRODUCT: "Product 业务匹配", TERMINAL: "Terminal 终端匹配", CUSTOMER: "Customer 用户匹配", CHANNEL: "Channel 渠道匹配"}
# A reason of the channel may be against one channel and not against another. All that are in neither set are about the customer.
# No reason is about the terminal: the handset that an offer needs is a condition of its audience.
_OF_PRODUCT = {ALREADY_HOLDS, NO_BETTER_TIER, NO_INTEREST, NO_TRIAL, HOLDS_UNKNOWN_PRODUCT.code}
_OF_CHANNEL = {
    one.code
    for one in (
        *(SENSITIVE_CHANNEL, DO_NOT_DISTURB, NO_CALL, ASKED_FOR_REST),
        *(NO_CHANNEL_LEFT, NO_CHANNEL_FITS, STAFF_OFF, NO_MESSAGE, MESSAGE_TOO_LONG),
    )
}


def stage_of(code: str) -> str:
    """Return the stage of a reason."""
    return PRODUCT if code in _OF_PRODUCT else CHANNEL if code in _OF_CHANNEL else CUSTOMER


def first_stage(codes: Iterable[str]) -> str:
    """Return the first stage in which any of the reasons drops a member."""
    found = set(map(stage_of, codes))
    return next(stage for stage in STAGES if stage in found)
