"""Commands for tags: how a night makes one, and whether what was published is what the facts give."""

from datetime import date
from typing import Annotated

import typer

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
