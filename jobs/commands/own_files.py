"""Commands about an operator's own files: whether one fits a feed, and a first version of a feed for it."""

import re
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from expectations.dates import iso_day
from expectations.errors import ChudianError, FeedError, unknown
from jobs.screen import console, grid_of

app = typer.Typer(no_args_is_help=True, help="Bring your own extract: check a file against a feed, or draft a feed for it.")
File = Annotated[Path, typer.Argument(metavar="FILE", help="A part file, plain or gzip. It is only read.")]
# More digits after it are no date but a misprint.
_DATE = re.compile(r"(?<![0-9])(20[0-9]{2})-?([01][0-9])(?:-?([0-3][0-9]))?(?![0-9])")


@app.command()
def check(
    file: File,
    name: Annotated[str, typer.Option("--as", metavar="FEED", help="The feed that the file should fit, for example boss_usage.")],
    day: Annotated[
        str | None, typer.Option("--date", metavar="YYYY-MM-DD", help="The data date; otherwise the one in the file name.")
    ] = None,
) -> None:
    """Say by line and column what of a file does not fit a feed, and how the feed would be declared for it. Nothing is loaded."""
    from expectations.feeds import FEEDS
    from jobs.layout.fit import fit
    from jobs.layout.sample import sample_of
    from jobs.runtime.lake import Lake
    from jobs.runtime.settings import close_to_others, settings

    close_to_others()
    if name not in FEEDS:
        raise FeedError(unknown("feed", name, FEEDS))
    feed, data_date = FEEDS[name], _data_date(file, day)
    # What is no text is refused before Spark starts, which takes seconds.
    sample_of(file)
    with console.status("starting Spark"):
        spark = Lake(settings()).spark
        found = fit(spark, feed, file, data_date)
    for fault in found.faults:
        console.print(f"the file: {fault}", style="red", markup=False)
    if found.misfits:
        grid = grid_of("column", "what does not fit", "rows", "first lines")
        for one in found.misfits:
            grid.add_row("" if one.place is None else f"{one.place}", one.reason, f"{one.rows:,}", ", ".join(map(str, one.lines)))
        console.print(grid, markup=False)
    if found.declare:
        console.print(f"To take the file as it is, declare in expectations/feeds/{feed.name}.py:", markup=False)
        for line in found.declare:
            console.print(f"  {line}", markup=False, soft_wrap=True)
    if not found.is_good:
        raise ChudianError(f"{found.loaded:,} of {found.rows:,} rows of {file.name} fit {feed.name} on {data_date}.")
    console.print(f"All {found.rows:,} rows fit {feed.name} on {data_date}.", style="green", markup=False)


@app.command()
def draft(
    file: File,
    name: Annotated[str, typer.Option("--name", help="Name of the new feed: small letters, digits and _.")],
    label: Annotated[str, typer.Option("--label", help="Its name for people, for example 充值.")] = "",
    header: Annotated[
        bool | None, typer.Option("--header/--no-header", help="Whether the first line has names; otherwise its looks decide.")
    ] = None,
    write: Annotated[bool, typer.Option("--write", help="Write the two files into this checkout; existing files are left alone.")] = False,
) -> None:
    """Draft a feed and its table from a sample: delimiter, encoding, header, types, units, key, columns that look personal."""
    from jobs.layout.draft import draft as drafted
    from jobs.layout.sample import sample_of
    from jobs.runtime.settings import CHECKOUT

    if not re.fullmatch("[a-z][a-z0-9_]{0,50}", name):
        raise typer.BadParameter(f"name {name!r}, expected small letters, digits and _")
    made = drafted(sample_of(file, header), name, label)
    taken = [path for path in made.files if (CHECKOUT / path).exists()]
    if write and taken:
        raise ChudianError(f"{taken[0]} exists already.\n  To mend it: choose another --name, or remove the file.")
    for path, text in made.files.items():
        if write:
            (CHECKOUT / path).write_text(text, "utf-8")
            console.print(f"{path} written", markup=False)
        else:
            console.print(f"# {path}\n{text}", markup=False, highlight=False, soft_wrap=True)
    for remark in made.remarks:
        console.print(remark, style="yellow", markup=False, soft_wrap=True)


def _data_date(file: Path, day: str | None) -> date:
    """Return the date given, or the one in the file's name; a month is its first day."""
    match = _DATE.search(file.name) if day is None else None
    text = day or (f"{match[1]}-{match[2]}-{match[3] or '01'}" if match else "")
    found = iso_day(text)
    if found is None:
        fault = f"expected a date as yyyy-mm-dd, got {day!r}" if day else f"{file.name} has no date in its name; state it with --date"
        raise typer.BadParameter(fault)
    return found
