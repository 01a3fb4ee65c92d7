"""Commands about scenarios: a new one made from another."""

from typing import Annotated

import typer

from jobs.screen import console

app = typer.Typer(no_args_is_help=True, help="Scenarios: begin a new one from one that is there.")


@app.callback()
def scenario() -> None:
    """Scenarios: begin a new one from one that is there."""


@app.command()
def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the new scenario: small letters, digits and _.")],
    other: Annotated[str, typer.Option("--from", metavar="SCENARIO", help="The scenario whose file is copied.")],
) -> None:
    """Copy a scenario's file as a draft. Its own texts are marked TODO, and it is refused until they are written."""
    from scenarios.copied import write_copy

    path = write_copy(name, other)
    console.print(f"{path}: write what is marked TODO; docs/recipes/add-a-scenario.md says how.", markup=False, soft_wrap=True)
