"""Who holds a number: the person and their unified view. Groups and managers with their people. For those who may read the vault."""

import os
from datetime import date
from typing import Any

from expectations.contract import Table
from expectations.errors import ChudianError
from expectations.tables.dws_customer_view import DWS_CUSTOMER_VIEW
from expectations.tables.vault import VAULT_NUMBER, VAULT_PERSON
from jobs.people.find import latest_where, newest_where
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


def holders(lake: Lake, number: str, upto: date | None = None) -> list[str]:
    """Return the subscriber ids with the number in the newest extract, or in that known on `upto`. CustomerError when there is none."""
    import pyarrow.compute as pc

    is_it = pc.field("number").isin(written(number))
    found = sorted({row["subscriber_id"] for row in latest_where(lake, VAULT_NUMBER, is_it, upto or date.max)})
    if not found:
        extract = f"extract known on {upto}" if upto else "newest extract"
        raise CustomerError(f"Nobody holds this number in the {extract}.\n  To mend it: check its digits; expected 11, as in S1.")
    return found


def customers(lake: Lake, number: str, reason: str) -> list[dict[str, Any]]:
    """Return for each holder of the number their personal data and newest view, and log the read. CustomerError as above."""
    import pyarrow.compute as pc

    found = asked(lake, number, reason, "customer", PERSONAL)
    is_of = pc.field("subscriber_id").isin(found)
    people = {row["subscriber_id"]: row for row in latest_where(lake, VAULT_PERSON, is_of)}
    views = {row["subscriber_id"]: row for row in newest_where(lake, DWS_CUSTOMER_VIEW, is_of)}
    return [
        {"subscriber_id": one, "number": number}
        | {name: people.get(one, {}).get(name) for name in PERSONAL if name != "number"}
        | {name: value for name, value in views.get(one, {}).items() if name != "subscriber_id"}
        for one in found
    ]


def view_of(lake: Lake, table: Table, code: str, first: int, reason: str) -> dict[str, Any]:
    """Return the newest view of a group or an account manager by its code; CustomerError when there is none.

    Of each of its lists of people the first so many are returned, with `number` and `name` before the facts. Each person is logged.
    """
    import pyarrow.compute as pc

    (key,), command = table.key, table.name.removeprefix("dws.").removesuffix("_view")
    refuse_if_closed(lake)
    refuse_without_reason(reason)
    found = newest_where(lake, table, pc.field(key) == code)
    if not found:
        raise CustomerError(
            f"No {command} has the code {code} in the newest night.\n  To mend it: check the code; only live customers count."
        )
    view, lists = found[0], [name for name, value in found[0].items() if _is_of_people(value)]
    shown = {one["subscriber_id"] for name in lists for one in view[name][:first]}
    is_of = pc.field("subscriber_id").isin(sorted(shown))
    names = {row["subscriber_id"]: row["name"] for row in latest_where(lake, VAULT_PERSON, is_of)}
    numbers = {row["subscriber_id"]: row["number"] for row in latest_where(lake, VAULT_NUMBER, is_of)}
    log_reads(lake, [Reading(command, ("number", "name"), 1, reason, subscriber_id=one) for one in sorted(shown)])

    def named(one: dict[str, Any]) -> dict[str, Any]:
        return {"number": numbers.get(one["subscriber_id"]), "name": names.get(one["subscriber_id"]), **one}

    return view | {name: [named(one) for one in view[name][:first]] for name in lists}


def _is_of_people(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(one, dict) and "subscriber_id" in one for one in value)


def tokens(lake: Lake, number: str, reason: str) -> list[str]:
    """Return the subscriber ids of the number's holders, and log the read. CustomerError as for `customers`.

    With a token an analyst finds the rows of a subscriber in the lake, which has no numbers.
    """
    return asked(lake, number, reason, "token", ("number",))


def asked(lake: Lake, number: str, reason: str, by: str, what: tuple[str, ...], upto: date | None = None) -> list[str]:
    """Return the holders of a number for the command `by`, and log the read of `what`. CustomerError as for `customers`."""
    refuse_if_closed(lake)
    refuse_without_reason(reason)
    try:
        found = holders(lake, number, upto)
    except CustomerError:
        log_reads(lake, [Reading(by, ("number",), 0, reason)])
        raise
    log_reads(lake, [Reading(by, what, 1, reason, subscriber_id=one) for one in found])
    return found


def refuse_without_reason(reason: str) -> None:
    """CustomerError when the reason says nothing."""
    if not reason.strip():
        raise CustomerError("The reason is empty.\n  To mend it: say in --reason why you look; it is logged.")
