"""Commands about people: the vault's key, who a customer is, and forgetting them."""

import typer

from jobs.screen import console

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
