"""Every tag family, and the customer record that they form together."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache

from expectations.columns import SUBSCRIBER_ID
from expectations.contract import BUSINESS_DATE, YEAR_KEPT_DAYS, Column, Table
from expectations.errors import ContractError, teach
from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from features.billing import BILLING_TAGS
from features.channel import CHANNEL_TAGS
from features.content import CONTENT_TAGS
from features.family import Family
from features.identity import IDENTITY_TAGS
from features.lifecycle import LIFECYCLE_TAGS
from features.location import LOCATION_TAGS
from features.platform import PLATFORM_TAGS
from features.product import PRODUCT_TAGS
from features.profile import PROFILE_TAGS
from features.reads import Yesterday
from features.recognition import RECOGNITION_TAGS
from features.segment import SEGMENT_TAGS
from features.service import SERVICE_TAGS
from features.social import SOCIAL_TAGS
from features.tag import Aggregated, Derived
from features.terminal import TERMINAL_TAGS
from features.usage import USAGE_TAGS
from features.value import VALUE_TAGS


def one_name_each(families: tuple[Family, ...]) -> tuple[Family, ...]:
    """Return the families. ContractError when two have the same name, or declare the same tag."""
    owners: dict[str, list[str]] = {}
    for family in families:
        for tag in family.tags:
            owners.setdefault(tag.column.name, []).append(family.name)
    faults = [f"tag {name} is declared in {' and '.join(by)}" for name, by in owners.items() if len(by) > 1]
    faults += [f"family {name} is declared {n} times" for name, n in Counter(family.name for family in families).items() if n > 1]
    if faults:
        raise ContractError(teach("Tag families", faults, "rename one of them."))
    return families


FAMILIES = one_name_each(
    (
        LIFECYCLE_TAGS,
        TERMINAL_TAGS,
        USAGE_TAGS,
        BILLING_TAGS,
        CONTENT_TAGS,
        PRODUCT_TAGS,
        LOCATION_TAGS,
        CHANNEL_TAGS,
        SERVICE_TAGS,
        SOCIAL_TAGS,
        VALUE_TAGS,
        PLATFORM_TAGS,
        PROFILE_TAGS,
        IDENTITY_TAGS,
        SEGMENT_TAGS,
        RECOGNITION_TAGS,
    )
)


def wide_columns() -> tuple[Column, ...]:
    """Return the columns: the subscriber and the tags of every family, in the order of FAMILIES."""
    return (SUBSCRIBER_ID, *(tag.column for family in FAMILIES for tag in family.tags))


@lru_cache(maxsize=1)
def families_by_tag() -> Mapping[str, frozenset[str]]:
    """Return, by tag, the names of the families it needs: the one that declares it, and those that the tag may use."""
    return {
        tag.column.name: frozenset({family.name}).union(*(family.families[read].stands_on for read in taken))
        for family in FAMILIES
        for tag, taken in family.may_take()
    }


def families_of(columns: Iterable[str]) -> frozenset[str]:
    """Return the names of the families that these columns need; a column that is no tag needs none."""
    by_tag = families_by_tag()
    return frozenset[str]().union(*(by_tag.get(column, ()) for column in columns))


@lru_cache(maxsize=1)
def low_when_days_are_absent() -> frozenset[str]:
    """Return the tags that are made from the other days when a day has not arrived, and derived tags that may use one of them.

    They serve models and audiences. No message states such a figure.
    """
    return frozenset[str]().union(*(low_of(family) for family in FAMILIES))


def low_of(family: Family) -> frozenset[str]:
    """Return these tags of one family. A derived tag may use any tag of its own family, and of the families that it may take."""
    kept = {tag.column.name for tag in family.declared if isinstance(tag, Aggregated) and tag.is_kept}
    of_others = {read for read, other in family.families.items() if low_of(other)}
    derived = [(tag, taken) for tag, taken in family.may_take() if isinstance(tag, Derived)]
    low = {tag.column.name for tag, taken in derived if kept or taken & of_others}
    # What used such a tag last night may be in a tag that takes last night's.
    remembers = {tag.column.name for tag, _ in derived if any(isinstance(family.reads.get(name), Yesterday) for name in tag.takes)}
    return frozenset(kept | low | (remembers if low else set())) & {tag.column.name for tag in family.tags}


# The CAR has no number and no serial number of a handset: no reader needs them (law 6).
_NOT_CARRIED = ("number_token", "imei_token", "entry_imei_token")


def _car_columns() -> tuple[Column, ...]:
    # Values were checked where they were made. Every tag may be null here, because its family may have failed.
    tags = [replace(column, checks=()) for column in wide_columns()[1:]]
    taken = {column.name for column in tags} | {SUBSCRIBER_ID.name, BUSINESS_DATE.name, *_NOT_CARRIED}
    spine = [replace(column, checks=()) for column in DWD_SUBSCRIBER.columns if column.name not in taken]
    return (SUBSCRIBER_ID, *spine, *tags)


CAR = Table(
    name="dws.car",
    kept_days=YEAR_KEPT_DAYS,
    owner="customer-value",
    comment="客户分析记录, the customer record: one row per subscription and night, with the data of BOSS and CRM and all tags.",
    key=("subscriber_id",),
    at_least_rows=1,
    columns=_car_columns(),
)
