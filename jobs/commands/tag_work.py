"""Commands for tags: how a night makes one, and whether what was published is what the facts give."""

from datetime import date
from typing import Annotated

import typer

from expectations.errors import ChudianError
from jobs.commands.arguments import day, day_option
from jobs.commands.started import started
from jobs.screen import console, grid_of, teller

NIGHT_OF = "The business date, as year-month-day."


def plan(
    tag: Annotated[str, typer.Argument(metavar="TAG", help="The tag's name, for example data_bytes_30d.")],
    on: Annotated[date | None, day_option("--date", "The night; by default the newest one.")] = None,
) -> None:
    """Show from which tables and partitions a night makes a tag, and how many rows it reads for the tag's family."""
    from jobs.plan import family_of, form_of, jobs_of, newest_date, opened
    from jobs.runtime.lake import Lake
    from jobs.runtime.session import columns_without_spark
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
    grid = grid_of("job", "table", "read", "files", "rows", "partitions")
    with columns_without_spark():
        read = opened(lake, jobs_of(family), night)
    for one in read:
        days = f"{one.partitions[0]} .. {one.partitions[-1]} ({len(one.partitions)})" if one.partitions else ""
        grid.add_row(one.job, one.table, one.how, f"{one.files:,}", f"{one.rows:,}", days)
    console.print(f"The night of {night} opens, for all {len(family.tags)} tags of the family:", markup=False)
    console.print(grid)
    console.print(f"Together {sum(one.rows for one in read):,} rows in {sum(one.files for one in read):,} files.", markup=False)


def audit(
    on: Annotated[date, typer.Argument(parser=day, metavar="YYYY-MM-DD", help=NIGHT_OF)],
    repair: Annotated[bool, typer.Option("--repair", help="Make the families that differ again, from all days.")] = False,
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
    where: Annotated[str, typer.Argument(metavar="SQL", help="A predicate over the customer record, or the name of a saved audience.")],
    by: Annotated[str, typer.Option("--by", help="Tags whose distribution to show, with commas between them.")] = "",
    on: Annotated[date | None, day_option("--date", "The night; by default the newest one.")] = None,
    given: Annotated[list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Value of a {parameter} of the predicate.")] = None,
    name: Annotated[str, typer.Option("--save", metavar="NAME", help="Save it as an audience; needs --meaning and --owner.")] = "",
    meaning: Annotated[str, typer.Option(help="Whom the audience means, in a sentence.")] = "",
    owner: Annotated[str, typer.Option(help="Who answers for the audience.")] = "",
) -> None:
    """Show an audience: its size, what it is like beside all live subscribers, and which scenarios want the same people."""
    from jobs.audiences import Audience, save, saved
    from jobs.explore import explore as look
    from jobs.runtime.lake import Lake
    from jobs.runtime.settings import close_to_others, settings
    from jobs.show import explored
    from jobs.store import Store

    close_to_others()
    chosen = settings()
    values = dict(_pair(one) for one in given or ())
    is_name = where.replace("_", "").isalnum() and (chosen.audiences / f"{where}.toml").exists()
    if is_name:
        audience = saved(chosen.audiences, where)
    else:
        audience = Audience(name or "unsaved", where, meaning or "not saved", owner or "not saved", values)
    if name and not (meaning and owner):
        raise typer.BadParameter("--save needs --meaning and --owner")
    filled = audience.filled(values)
    night = on or max(Store(chosen).nights(), default=None)
    if night is None:
        raise ChudianError("No night has a customer record yet. Run `chudian night` first.")
    with console.status("counting"):
        found = look(Lake(chosen), filled, [tag.strip() for tag in by.split(",") if tag.strip()], night)
    console.print(f"Audience: {filled}", markup=False)
    console.print(found.description(), markup=False)
    for heading, grid in explored(found):
        console.print(f"\n{heading}", markup=False)
        console.print(grid)
    if name:
        console.print(f"\nSaved as {save(chosen.audiences, audience, found.description(), night)}", markup=False)


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name:
        raise typer.BadParameter(f"{text!r} is not NAME=VALUE")
    return name, value
