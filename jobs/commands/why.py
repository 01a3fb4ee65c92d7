"""The command `chudian why`: why a subscriber was contacted, or why not."""

import json
import re
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from jobs.commands.arguments import day_option
from jobs.screen import console, grid_of

if TYPE_CHECKING:
    from jobs.people.why import Why

# The form of a contact's id; no telephone number has it.
CONTACT_ID = re.compile("[0-9a-f]{32}")


def why(
    who: Annotated[str, typer.Argument(metavar="NUMBER|CONTACT", help="Telephone number, or the id of a contact.")],
    reason: Annotated[str, typer.Option("--reason", help="Why you look; it is logged with your user name.")],
    scenario: Annotated[str | None, typer.Argument(metavar="[SCENARIO]", help="Only this scenario.")] = None,
    on: Annotated[date | None, day_option("--date", "Business date; by default the newest night.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON, with every delivery.")] = False,
) -> None:
    """Say in words why a subscriber was contacted by each scenario of a night, or why not, and from which deliveries. It is logged."""
    from jobs.people.why import why_contact, why_number
    from jobs.people.why_words import passed_over, sentences
    from jobs.runtime.lake import Lake
    from jobs.runtime.settings import close_to_others, settings

    is_contact = bool(CONTACT_ID.fullmatch(who))
    if is_contact and (scenario or on):
        raise typer.BadParameter("a contact has its own scenario and date; give its id alone")
    close_to_others()
    lake = Lake(settings())
    found = [why_contact(lake, who, reason)] if is_contact else why_number(lake, who, reason, scenario, on)
    if as_json:
        told = [asdict(one) | {"words": sentences(one)} for one in found]
        typer.echo(json.dumps(told, ensure_ascii=False, indent=1, default=str))
        return
    # Of one scenario everything is said; of all of them, what was decided about the subscriber.
    shown = found if scenario or is_contact else [one for one in found if one.decision]
    for one in shown:
        _print(one)
    for line in passed_over([one for one in found if one not in shown]):
        console.print(f"\n{line}", markup=False, soft_wrap=True)


def _print(one: "Why") -> None:
    from jobs.people.why_words import deliveries, sentences

    console.print(f"\n{one.scenario} {one.step or ''} of {one.business_date}", style="bold", markup=False)
    for sentence in sentences(one):
        console.print(sentence, markup=False, soft_wrap=True)
    if one.step is None:
        return
    grid = grid_of("value that night", "label", "value", "unit", "used by")
    for known in one.values:
        shown = "no longer kept" if not known.is_kept else "unknown" if known.value is None else f"{known.value}"
        grid.add_row(known.name, known.label, shown, known.unit, ", ".join(known.used_by))
    console.print(grid, markup=False)
    for line in deliveries(one.sources):
        console.print(f"From {line}", markup=False, soft_wrap=True)
