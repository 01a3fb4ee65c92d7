"""Commands about people: the vault's key, who a customer is, and forgetting them."""

from datetime import date
from typing import Annotated

import typer

from jobs.commands.arguments import day_option
from jobs.screen import console, grid_of

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


def customer(
    number: Number, reason: Annotated[str, typer.Option("--reason", help="Why you look; it is logged with your user name.")]
) -> None:
    """Show who holds a number: the person, their account manager, and the tags of the newest night. Each look is logged in the vault."""
    from jobs.people.customer import customers
    from jobs.runtime.lake import Lake
    from jobs.runtime.settings import close_to_others, settings

    close_to_others()
    for found in customers(Lake(settings()), number, reason):
        grid = grid_of("field", "value")
        for name, value in found.items():
            grid.add_row(name, "" if value is None else str(value))
        console.print(grid, markup=False)


def token(number: Number, reason: Annotated[str, typer.Option("--reason", help="Why you look; it is logged with your user name.")]) -> None:
    """Print the subscriber_id of a number's holder, by which the lake knows them. Each look is logged in the vault."""
    from jobs.people.customer import tokens
    from jobs.runtime.lake import Lake
    from jobs.runtime.settings import close_to_others, settings

    close_to_others()
    for found in tokens(Lake(settings()), number, reason):
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
