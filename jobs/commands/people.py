"""Commands about people: the vault's key, who a customer is, groups and managers, and forgetting somebody."""

import json
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from expectations.contract import Table
from jobs.commands.arguments import day_option
from jobs.screen import console, grid_of

if TYPE_CHECKING:
    from jobs.runtime.lake import Lake

vault_app = typer.Typer(no_args_is_help=True, help="The vault: rotate the key of the tokens.")


@vault_app.command()
def rotate() -> None:
    """Make later tokens with a new key and destroy the one in use. Tokens that exist stay. Destroy backups of the former key yourself."""
    from jobs.people.rotate import rotate as rotate_key
    from jobs.runtime.lake import Lake
    from jobs.runtime.lock import home_lock
    from jobs.runtime.settings import close_to_others, settings

    close_to_others()
    chosen = settings()
    with home_lock(chosen, "`chudian vault rotate`"):
        stored = rotate_key(Lake(chosen))
    console.print(f"A new key is in use. {stored:,} identifiers have their stored tokens.", markup=False)


Number = Annotated[str, typer.Argument(metavar="NUMBER", help="Telephone number, as in S1.")]


Reason = Annotated[str, typer.Option("--reason", help="Why you look; it is logged with your user name.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print it as JSON.")]
First = Annotated[int, typer.Option("--first", min=1, help="Show and log so many people.")]


def customer(number: Number, reason: Reason, as_json: AsJson = False) -> None:
    """Show who holds a number: the person, and their unified view 客户统一视图 of the newest night. Each look is logged in the vault."""
    from expectations.tables.dws_customer_view import DWS_CUSTOMER_VIEW
    from jobs.people.customer import PERSONAL, customers

    for found in customers(_lake(), number, reason):
        _print(found, DWS_CUSTOMER_VIEW, PERSONAL, as_json)


def group(
    code: Annotated[str, typer.Argument(metavar="ID", help="The group's code, as in S5.")],
    reason: Reason,
    first: First = 20,
    as_json: AsJson = False,
) -> None:
    """Show a company's group 集团: figures, products, guide, key persons and members. Each person shown is logged in the vault."""
    from expectations.tables.dws_group_view import DWS_GROUP_VIEW
    from jobs.people.customer import view_of

    _print(view_of(_lake(), DWS_GROUP_VIEW, code, first, reason), DWS_GROUP_VIEW, (), as_json)


def manager(
    code: Annotated[str, typer.Argument(metavar="ID", help="The account manager's code, as in S5.")],
    reason: Reason,
    first: First = 20,
    as_json: AsJson = False,
) -> None:
    """Show an account manager's customers, those with the most value at risk first. Each person shown is logged in the vault."""
    from expectations.tables.dws_group_view import DWS_MANAGER_VIEW
    from jobs.people.customer import view_of

    _print(view_of(_lake(), DWS_MANAGER_VIEW, code, first, reason), DWS_MANAGER_VIEW, (), as_json)


def _lake() -> "Lake":
    from jobs.runtime.lake import Lake
    from jobs.runtime.settings import close_to_others, settings

    close_to_others()
    return Lake(settings())


def _print(found: dict[str, Any], table: Table, personal: tuple[str, ...], as_json: bool) -> None:
    from jobs.people.record import as_grids

    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=1, default=str))
        return
    for heading, grid in as_grids(found, table, personal):
        console.print(f"\n{heading}", style="bold", markup=False)
        console.print(grid, markup=False)


def token(number: Number, reason: Reason) -> None:
    """Print the subscriber_id of a number's holder, by which the lake knows them. Each look is logged in the vault."""
    from jobs.people.customer import tokens

    for found in tokens(_lake(), number, reason):
        console.print(found, markup=False)


def forget(
    number: Number,
    on: Annotated[date | None, day_option("--on", "Forget who held it on this day, for a number that has a new holder or none.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Forget the holder of a number for good: their personal data everywhere in the home, and the way from them to their token.

    The token key is replaced. The lake keeps rows under a token that nothing leads to any more. Receive drops the person from later
    extracts. Destroy backups of the vault, the landing and the outbox yourself.
    """
    from jobs.people.forget import forget as forget_holder
    from jobs.people.forget import to_forget
    from jobs.runtime.lake import Lake
    from jobs.runtime.lock import home_lock
    from jobs.runtime.settings import close_to_others, settings

    close_to_others()
    chosen = settings()
    with home_lock(chosen, "`chudian forget`"):
        lake = Lake(chosen)
        console.print(f"To forget: {to_forget(lake, number, on).of_number(number)}.", markup=False)
        if not yes:
            typer.confirm("Forget this subscriber? This cannot be undone", abort=True)
        proof = forget_holder(lake, number, on)
    grid = grid_of("searched for user id, number, document", "hits before", "hits after")
    for place in sorted({*proof.before, *proof.after}):
        grid.add_row(place, f"{proof.before[place]:,}", f"{proof.after[place]:,}")
    console.print(grid, markup=False)
    console.print("Deleted: " + ", ".join(f"{count:,} {kind}" for kind, count in proof.deleted.items()), markup=False)
    console.print("The lake keeps rows under their token. The key that made it is destroyed, so nothing leads to it.", markup=False)
    for path in proof.unreadable:
        console.print(f"{path} cannot be searched: it is damaged. Remove it, or replace it and forget again.", style="yellow", markup=False)
    for place in proof.elsewhere:
        console.print(f"{place} is not searched: it is not in the home. It has tokens alone.", style="yellow", markup=False)
    if left := sum(proof.after.values()):
        console.print(f"{left:,} hits are left: another holder's days of the number, or text about somebody else.", style="yellow")
