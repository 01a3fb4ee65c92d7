"""Commands for tags: how a night makes one, and whether what was published is what the facts give."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from expectations.errors import ChudianError
from jobs.commands.arguments import day, day_option
from jobs.commands.started import started
from jobs.screen import console, grid_of, teller

if TYPE_CHECKING:
    from features.family import Family
    from jobs.audiences import Audience
    from jobs.runtime.lake import Lake

NIGHT_OF = "The business date, as year-month-day."


def plan(
    tag: Annotated[str, typer.Argument(metavar="TAG", help="The tag's name, for example data_bytes_30d.")],
    on: Annotated[date | None, day_option("--date", "The night; by default the newest one.")] = None,
) -> None:
    """Show from which tables and partitions a night makes a tag, and how many rows it reads for the tag's family."""
    from jobs.plan import families_before, family_of, form_of, newest_date
    from jobs.runtime.lake import Lake
    from jobs.runtime.settings import close_to_others, settings

    family, declared = family_of(tag)
    console.print(f"{tag}: {declared.column.comment}", markup=False)
    console.print(f"{form_of(family, declared)}. Family {family.name}, table {family.table.name}.", markup=False)
    close_to_others()
    lake = Lake(settings())
    night = on or newest_date(lake)
    if night is None:
        console.print("No delivery was received yet, so there are no partitions to show.", markup=False)
        return
    console.print(f"The night of {night} opens, for all {len(family.tags)} tags of the family:", markup=False)
    _print_opened(lake, [family], night)
    if before := families_before(family, declared):
        console.print(f"Before it, for the tags of {', '.join(one.name for one in before)}, which the tag may use:", markup=False)
        _print_opened(lake, before, night)


def _print_opened(lake: "Lake", families: "list[Family]", night: date) -> None:
    from jobs.plan import jobs_of, opened
    from jobs.runtime.session import columns_without_spark

    grid = grid_of("job", "table", "read", "files", "rows", "KB", "partitions")
    with columns_without_spark():
        read = opened(lake, [job for family in families for job in jobs_of(family)], night)
    for one in read:
        days = f"{one.partitions[0]} .. {one.partitions[-1]} ({len(one.partitions)})" if one.partitions else ""
        grid.add_row(one.job, one.table, one.how, f"{one.files:,}", f"{one.rows:,}", f"{one.size // 1024:,}", days)
    console.print(grid)
    files, rows, size = (sum(values) for values in zip(*((one.files, one.rows, one.size) for one in read), strict=True))
    console.print(f"Together {rows:,} rows in {files:,} files of {size // 1024:,} KB. Spark reads only the columns it needs.", markup=False)


def audit(
    on: Annotated[date, typer.Argument(parser=day, metavar="YYYY-MM-DD", help=NIGHT_OF)],
    repair: Annotated[
        bool,
        typer.Option("--repair", help="Make the families that differ again, from all days; scores, labels and lists stay as they are."),
    ] = False,
) -> None:
    """Compute the tags of a night again from facts and compare every value with what was published. The maintenance does it weekly."""
    from jobs.maintain.audit_tags import differences, repairing
    from jobs.runtime.sequence import run_sequence

    with started(f"audit {on}", advances=False) as runner:
        found = differences(runner.lake, on)
        for difference in found:
            console.print(str(difference), markup=False)
        if not found:
            console.print(f"All published tags of {on} are what the facts give.", markup=False)
            return
        if not repair:
            console.print(f"To make them again: chudian audit {on} --repair", markup=False)
            raise typer.Exit(1)
        jobs = repairing(sorted({difference.table.split(".")[1] for difference in found}))
        run_sequence(runner, jobs, on, teller(len(jobs)), called=f"Repair of {on}")


def explore(
    where: Annotated[
        str, typer.Argument(metavar="[SQL]", help="A predicate over the customer record, or a saved audience. Without it: what is saved.")
    ] = "",
    by: Annotated[str, typer.Option("--by", help="Tags whose distribution to show, with commas between them.")] = "",
    on: Annotated[date | None, day_option("--date", "The night; by default the newest one.")] = None,
    given: Annotated[list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Value of a {parameter} of the predicate.")] = None,
    name: Annotated[str, typer.Option("--save", metavar="NAME", help="Save it as an audience; needs --meaning and --owner.")] = "",
    meaning: Annotated[str, typer.Option(help="Whom the audience means, in a sentence.")] = "",
    owner: Annotated[str, typer.Option(help="Who answers for the audience.")] = "",
) -> None:
    """Show an audience: its size, what it is like beside all live subscribers, and which scenarios want the same people."""
    from jobs.audiences import free_path, save
    from jobs.explore import explore as look
    from jobs.runtime.lake import Lake
    from jobs.runtime.settings import close_to_others, settings
    from jobs.show import explored
    from jobs.store import Store

    close_to_others()
    chosen = settings()
    if not where:
        _list_saved(chosen.audiences)
        return
    audience = _audience(chosen.audiences, where, dict(_pair(one) for one in given or ()))
    if name:
        # All that can be refused is refused before the count.
        audience = replace(audience, name=name, meaning=meaning or audience.meaning, owner=owner or audience.owner)
        free_path(chosen.audiences, name)
    night = on or max(Store(chosen).nights(), default=None)
    if night is None:
        raise ChudianError("No night has a customer record yet. Run `chudian night` first.")
    filled = audience.filled({})
    with console.status("counting"):
        found = look(Lake(chosen), filled, [tag.strip() for tag in by.split(",") if tag.strip()], night)
    if audience.name:
        console.print(f"{audience.name}: {audience.meaning} Owner {audience.owner}.", markup=False, soft_wrap=True)
    # In one line, so that it can be copied into a scenario.
    console.print(f"Audience: {filled}", markup=False, soft_wrap=True)
    console.print(found.description(), markup=False)
    for heading, grid in explored(found):
        console.print(f"\n{heading}", markup=False)
        console.print(grid)
    if name:
        console.print(f"\nSaved as {save(chosen.audiences, audience, found.description(), night)}", markup=False, soft_wrap=True)


def _audience(folder: Path, where: str, values: dict[str, str]) -> "Audience":
    """Return the saved audience of that name with these values, or the predicate as an audience that is not saved."""
    from jobs.audiences import Audience, is_name, names_in, saved

    if where not in names_in(folder) and not is_name(where):
        return Audience("", where, "", "", values)
    audience = saved(folder, where)
    audience.filled(values)
    return replace(audience, parameters={**audience.parameters, **values})


def _list_saved(folder: Path) -> None:
    from jobs.audiences import names_in, saved

    grid = grid_of("audience", "meaning", "owner", "predicate", "usual values", "described on", "description")
    for name in names_in(folder):
        one = saved(folder, name)
        usual = ", ".join(f"{parameter}={value}" for parameter, value in sorted(one.parameters.items()))
        grid.add_row(*map(escape, (name, one.meaning, one.owner, one.where, usual, one.described_on, one.description)))
    if not grid.rows:
        console.print(f"No audience is saved yet in {folder}.\nTo look at one: chudian explore SQL", markup=False, soft_wrap=True)
        return
    console.print(grid)


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name:
        raise typer.BadParameter(f"{text!r} is not NAME=VALUE")
    return name, value
