"""Commands about scenarios: a new one made from another, the approval of one, and what an edit changes."""

import json
from datetime import date
from typing import Annotated

import typer

from jobs.commands.arguments import day_option
from jobs.screen import console, grid_of

app = typer.Typer(no_args_is_help=True)


@app.callback()
def scenario() -> None:
    """Scenarios: begin a new one from one that is there, see which are approved and what an edit changes."""


@app.command()
def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the new scenario: small letters, digits and _.")],
    other: Annotated[str, typer.Option("--from", metavar="SCENARIO", help="The scenario whose file is copied.")],
) -> None:
    """Copy a scenario's file as a draft, which no command and no night reads. Its own texts are marked TODO."""
    from scenarios.copied import DRAFTS, LIBRARY, write_copy

    path = write_copy(name, other, LIBRARY, DRAFTS)
    told = f"Write what is marked TODO; docs/recipes/add-a-scenario.md says how. Then: chudian scenario adopt {name}"
    console.print(f"{path} is a draft, and nothing else reads it. {told}", markup=False, soft_wrap=True)


@app.command()
def adopt(name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the draft.")]) -> None:
    """Check a draft and move it into the library. Until all its TODO are written it is refused, and stays a draft."""
    from scenarios.copied import DRAFTS, LIBRARY
    from scenarios.copied import adopt as into_library

    console.print(f"{into_library(name, LIBRARY, DRAFTS)} is a scenario now: chudian scenario list shows it.", markup=False, soft_wrap=True)


@app.command(name="list")
def list_scenarios(
    on: Annotated[date | None, day_option("--date", "Business date; by default that of the newest lists.")] = None,
) -> None:
    """Show each scenario with its state and version, and whether this version is approved."""
    from jobs.decide.approve import states
    from jobs.publish.stopped import newest_lists
    from jobs.runtime.lake import Lake
    from jobs.runtime.records import now
    from jobs.runtime.settings import close_to_others, settings

    close_to_others()
    lake = Lake(settings())
    grid = grid_of("scenario", "label", "state", "version", "approval")
    for scenario, version, why in states(lake, on or newest_lists(lake) or now().date()):
        grid.add_row(scenario.name, scenario.label, scenario.state, version, why)
    console.print(grid)


def approve(
    name: Annotated[str, typer.Argument(metavar="SCENARIO", help="The scenario's name.")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="What you looked at; it is recorded with your user name.")],
    said: Annotated[
        str, typer.Option("--as", metavar="APPROVER", help="For whom you approve, if this machine knows no user or group of that name.")
    ] = "",
) -> None:
    """Approve a scenario as it is declared now. Only the approver whom it names may, and never its owner."""
    from jobs.decide.approve import approve as record
    from jobs.runtime.access_log import user
    from jobs.runtime.lake import Lake
    from jobs.runtime.records import now
    from jobs.runtime.settings import close_to_others, settings

    close_to_others()
    version, since = record(Lake(settings()), name, user(), said, reason, now())
    console.print(f"Approved: {name}, version {version}, for the nights from {since} on.", markup=False)


@app.command()
def diff(
    name: Annotated[str, typer.Argument(metavar="SCENARIO", help="The scenario whose file was edited.")],
    on: Annotated[date | None, day_option("--date", "Business date of the night to compare with; by default the newest one.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Say what a scenario's present file changes in the lists of a night: who enters, leaves, gets another offer or channel, and why."""
    from dataclasses import asdict

    from expectations.errors import ChudianError
    from jobs.decide.approve import newest_night
    from jobs.edited import edit, lines
    from jobs.runtime.lake import Lake
    from jobs.runtime.settings import close_to_others, settings

    close_to_others()
    lake = Lake(settings(), advances=False)
    night = on or newest_night(lake)
    if night is None:
        raise ChudianError("No night was decided yet. Run `chudian night` first.")
    with console.status("deciding the night again"):
        found = edit(lake, name, night)
    if as_json:
        typer.echo(json.dumps(asdict(found), default=str, indent=1))
        return
    console.print(f"{name}, as its file is now, in the night of {night}:", markup=False)
    for line in lines(found):
        console.print(line, markup=False, soft_wrap=True)
