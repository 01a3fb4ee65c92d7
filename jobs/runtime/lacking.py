"""What a snapshot of tonight lacks: columns that no scenario and no model may use, each with the reason."""

from collections.abc import Mapping
from datetime import date

from expectations.contract import Table
from expectations.errors import teach
from expectations.tables.ops import OPS_TAG_PROFILE
from features.library import CAR, families_by_tag
from jobs.runtime.gaps import NotPublishedError
from jobs.runtime.lake import Lake


def lacking(lake: Lake, table: Table, on: date) -> Mapping[str, str]:
    """Return the columns that cannot be used tonight, each with the reason as a sentence.

    NotPublishedError when there is no snapshot, or when the customer record was published again and has no profiles yet.
    """
    made = lake.published(table, on)
    found = missing(made.lacks)
    if table.name != CAR.name:
        return found
    profiles = [row for row in lake.log(OPS_TAG_PROFILE, business_date=on) if row["car_run"] == made.run_id]
    if not profiles:
        cure = "run profile_tags for that date."
        raise NotPublishedError(teach(f"Table {OPS_TAG_PROFILE.name}", [f"the customer record of {on} has no profiles"], cure))
    bad = {row["tag"]: f"tag {row['tag']} is bad tonight: {'; '.join(row['reasons'])}" for row in profiles if row["state"] == "bad"}
    return {**found, **bad}


def missing(families: frozenset[str]) -> dict[str, str]:
    """Return the columns that need one of these families, which were not made."""
    needed = {tag: sorted(of & families) for tag, of in families_by_tag().items()}
    return {tag: f"the tags of {', '.join(of)} are missing tonight" for tag, of in needed.items() if of}
