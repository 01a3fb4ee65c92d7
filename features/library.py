"""Every tag family there is, and the row they make together."""

from collections import Counter

from expectations.columns import SUBSCRIBER_ID
from expectations.contract import Column
from expectations.errors import ContractError, teach
from features.billing import BILLING_TAGS
from features.content import CONTENT_TAGS
from features.family import Family
from features.lifecycle import LIFECYCLE_TAGS
from features.product import PRODUCT_TAGS
from features.terminal import TERMINAL_TAGS
from features.usage import USAGE_TAGS


def one_name_each(families: tuple[Family, ...]) -> tuple[Family, ...]:
    """The families as given; ContractError when two of them declare a tag, or two families a name, that is the same."""
    owners: dict[str, list[str]] = {}
    for family in families:
        for tag in family.tags:
            owners.setdefault(tag.column.name, []).append(family.name)
    faults = [f"tag {name} is declared in {' and '.join(by)}" for name, by in owners.items() if len(by) > 1]
    faults += [f"family {name} is declared {n} times" for name, n in Counter(family.name for family in families).items() if n > 1]
    if faults:
        raise ContractError(teach("Tag families", faults, "another quantity has another name: rename one of them."))
    return families


FAMILIES = one_name_each((LIFECYCLE_TAGS, TERMINAL_TAGS, USAGE_TAGS, BILLING_TAGS, CONTENT_TAGS, PRODUCT_TAGS))


def wide_columns() -> tuple[Column, ...]:
    """The subscriber and the tags of every family, in the order of FAMILIES: the row that audiences and models see."""
    return (SUBSCRIBER_ID, *(tag.column for family in FAMILIES for tag in family.tags))
