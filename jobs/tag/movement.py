"""How the values of a tag move by design, so that a movement is not taken for a fault. It follows from what the tag is made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from expectations.tables.dwd_channel_response import DWD_CHANNEL_RESPONSE
from expectations.tables.dwd_contact_cost import DWD_CONTACT_COST
from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from expectations.tables.ods_external_contact import DWD_EXTERNAL_CONTACT
from expectations.tables.ods_feedback import DWD_FEEDBACK
from features.family import Family
from features.library import FAMILIES
from features.tag import Aggregated, NotArrived
from jobs.made_of import AnyTag, Named, made_of
from jobs.tag.tag_profile import profiled

# A campaign of one day changes such figures of most subscribers at once.
CAMPAIGNS = frozenset(table.name for table in (DWD_FEEDBACK, DWD_EXTERNAL_CONTACT, DWD_CHANNEL_RESPONSE, DWD_CONTACT_COST))
UNITS_OF_TIME = ("days", "nights", "months", "years")


@dataclass(frozen=True)
class Movement:
    """How a tag moves.

    A tag that `counts_time` grows by a day every night, or is a date that stays while the nights go on; many subscribers may be in step.
    A tag that is `monthly` uses closed months, so it jumps at the beginning of a month and when bills arrive. A tag that is not `judged`
    moves with our own campaigns alone, or counts days that have not arrived.
    """

    counts_time: bool = False
    monthly: bool = False
    judged: bool = True


@lru_cache(maxsize=1)
def movements() -> Mapping[str, Movement]:
    """Return how each column of the customer record moves, by its name. Needs a second and no query of Spark."""
    tags = {tag.column.name: (family, tag) for family in FAMILIES for tag in family.tags}
    made = {name: of.columns for name, of in made_of().items()}
    found = {}
    for name, column in profiled().items():
        near = _all_of(name, made)
        counts_time = column.type == "date" or (column.unit in UNITS_OF_TIME and not (name in tags and _is_aggregate(tags[name][1])))
        monthly = any(_has_months(*tags[one]) for one in near if one in tags)
        roots = {table for one in near for table, _ in made.get(one, ()) if not table.startswith("tag.")} - {DWD_SUBSCRIBER.name}
        judged = not (name in tags and isinstance(tags[name][1], NotArrived)) and not (roots and roots <= CAMPAIGNS)
        found[name] = Movement(counts_time, monthly, judged)
    return found


def _all_of(name: str, made: Mapping[str, tuple[Named, ...]]) -> set[str]:
    """Return the tag and all tags that it is made of, near and far."""
    found, ahead = {name}, [name]
    while ahead:
        new = {column for table, column in made.get(ahead.pop(), ()) if table.startswith("tag.")} - found
        found |= new
        ahead += new
    return found


def _is_aggregate(tag: AnyTag) -> bool:
    return isinstance(tag, Aggregated)


def _has_months(family: Family, tag: AnyTag) -> bool:
    return isinstance(tag, Aggregated) and tag.window is not None and tag.window.kind != "days"
