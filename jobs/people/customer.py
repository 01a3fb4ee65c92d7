"""Who holds a number: the person, and what the tags say of them. For those who may read the vault."""

import os
from typing import Any

from expectations.errors import ChudianError
from expectations.tables.vault import VAULT_NUMBER, VAULT_PERSON
from features.library import CAR
from jobs.people.find import latest_where, rows_where
from jobs.runtime.access_log import Reading, log_reads
from jobs.runtime.forgotten import written
from jobs.runtime.lake import Lake

PERSONAL = ("number", "name", "address", "document_id", "manager_name", "manager_phone")


class CustomerError(ChudianError):
    """The vault is missing or may not be read, nobody holds the number, or no reason is given."""


def refuse_if_closed(lake: Lake) -> None:
    """CustomerError when there is no vault, or this user may not read it."""
    vault = lake.settings.vault
    if not vault.exists():
        raise CustomerError(f"There is no vault at {vault}.\n  To mend it: set CHUDIAN_HOME to a home that has received deliveries.")
    if not os.access(vault, os.R_OK | os.X_OK):
        raise CustomerError(f"The vault {vault} is closed to you.\n  To mend it: ask its owner; who may read it may see customers' data.")


def holders(lake: Lake, number: str) -> list[str]:
    """Return the subscriber ids with the number in the newest extract. CustomerError when there is none."""
    import pyarrow.compute as pc

    found = sorted({row["subscriber_id"] for row in latest_where(lake, VAULT_NUMBER, pc.field("number").isin(written(number)))})
    if not found:
        raise CustomerError("Nobody holds this number in the newest extract.\n  To mend it: check its digits; expected 11, as in S1.")
    return found


def customers(lake: Lake, number: str, reason: str) -> list[dict[str, Any]]:
    """Return for each holder of the number their personal data and tags, and log the read. CustomerError as above."""
    import pyarrow.compute as pc

    found = _asked(lake, number, reason, "customer", PERSONAL)
    is_of = pc.field("subscriber_id").isin(found)
    people = {row["subscriber_id"]: row for row in latest_where(lake, VAULT_PERSON, is_of)}
    nights = [file.partition["business_date"] for file in lake.at(CAR).present()]
    of_night = [file for file in lake.at(CAR).present() if file.partition["business_date"] == max(nights)]
    tags = {row["subscriber_id"]: row for row in rows_where(lake, CAR, is_of, of_night)}
    return [
        {"subscriber_id": one, "number": number}
        | {name: people.get(one, {}).get(name) for name in PERSONAL if name != "number"}
        | {name: value for name, value in tags.get(one, {}).items() if name != "subscriber_id"}
        for one in found
    ]


def tokens(lake: Lake, number: str, reason: str) -> list[str]:
    """Return the subscriber ids of the number's holders, and log the read. CustomerError as for `customers`.

    With a token an analyst finds the rows of a subscriber in the lake, which has no numbers.
    """
    return _asked(lake, number, reason, "token", ("number",))


def _asked(lake: Lake, number: str, reason: str, by: str, what: tuple[str, ...]) -> list[str]:
    refuse_if_closed(lake)
    if not reason.strip():
        raise CustomerError("The reason is empty.\n  To mend it: say in --reason why you look; it is logged.")
    try:
        found = holders(lake, number)
    except CustomerError:
        log_reads(lake, [Reading(by, ("number",), 0, reason)])
        raise
    log_reads(lake, [Reading(by, what, 1, reason, subscriber_id=one) for one in found])
    return found
