"""Commands about people: the vault's key, who a customer is, and forgetting them."""

from typing import Annotated

import typer

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
