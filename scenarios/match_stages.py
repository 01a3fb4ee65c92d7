"""The four stages of matching 业务匹配, 终端匹配, 用户匹配, 渠道匹配, in turn, and the stage of each reason for an exclusion.

The stage follows from where a reason comes from and what it looks at. It is no field of `Exclusion`: an approval names a hash of all that
a scenario declares, so every scenario would have to be approved again.
"""

import re
from collections.abc import Iterable

from scenarios.offers import BLOCKED, HANDSET_CANNOT
from scenarios.policy import ALWAYS, HOLDS_UNKNOWN_PRODUCT, STANDARD

PRODUCT, TERMINAL, CUSTOMER, CHANNEL = "product", "terminal", "customer", "channel"
STAGES = {PRODUCT: "Product 业务匹配", TERMINAL: "Terminal 终端匹配", CUSTOMER: "Customer 用户匹配", CHANNEL: "Channel 渠道匹配"}
_OF_TERMINAL = {HANDSET_CANNOT}
# What offers say against an option is about the product, unless it is about the handset.
_OF_PRODUCT = {*BLOCKED, HOLDS_UNKNOWN_PRODUCT.code} - _OF_TERMINAL
# They look at the channel or at the message that it sends, so they may be against one channel and not against another.
_OF_CHANNEL = {one.code for one in (*STANDARD, *ALWAYS) if re.search("channel|message", one.when)} - _OF_TERMINAL


def stage_of(code: str) -> str:
    """Return the stage of a reason; any other reason is about the customer."""
    stages = ((PRODUCT, _OF_PRODUCT), (TERMINAL, _OF_TERMINAL), (CHANNEL, _OF_CHANNEL))
    return next((stage for stage, codes in stages if code in codes), CUSTOMER)


def first_stage(codes: Iterable[str]) -> str:
    """Return the first stage in which any of the reasons drops a member."""
    found = set(map(stage_of, codes))
    return next(stage for stage in STAGES if stage in found)
