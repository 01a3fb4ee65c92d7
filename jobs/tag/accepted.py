"""Tags that somebody accepted as they are: `chudian tags accept TAG`. They are compared with nights from that night on alone."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from expectations.errors import ContractError, teach, unknown
from expectations.tables.ops import OPS_TAG_ACCEPTED, OPS_TAG_PROFILE
from jobs.runtime.lake import Lake
from jobs.tag.tag_profile import profiled


def accepted(lake: Lake, on: date) -> Mapping[str, date]:
    """Return, by tag, the first night that counts for the night of `on`: the newest one accepted by then."""
    known = (row for row in lake.log(OPS_TAG_ACCEPTED) if row["from_date"] <= on)
    return {row["tag"]: row["from_date"] for row in sorted(known, key=lambda row: row["from_date"])}


def bad_tags(lake: Lake, on: date) -> list[str]:
    """Return the tags that the night found bad, by name."""
    return sorted(row["tag"] for row in lake.log(OPS_TAG_PROFILE, business_date=on) if row["state"] == "bad")


def newest_profiled(lake: Lake) -> date | None:
    """Return the newest night with profiles."""
    nights: list[date] = [file.partition["business_date"] for file in lake.at(OPS_TAG_PROFILE).present()]
    return max(nights, default=None)


def accept(lake: Lake, tags: Sequence[str], since: date, reason: str, who: str, at: datetime) -> None:
    """Accept the tags as they are from the night `since` on. ContractError for unknown tags, and for a reason that says nothing."""
    faults = [unknown("tag", tag, profiled()) for tag in tags if tag not in profiled()]
    faults += ["the reason is empty"] if not reason.strip() else []
    faults += ["no tag is named"] if not tags else []
    if faults:
        raise ContractError(teach("Tags to accept", faults, "name tags of `chudian tags`, and say why they are right."))
    told = {"from_date": since, "reason": reason, "who": who, "accepted_at": at}
    lake.records.append(OPS_TAG_ACCEPTED, [{"tag": tag, **told} for tag in tags])
