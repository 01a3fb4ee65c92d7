"""Terminal output: tables, progress, and one line per job."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table as Grid

if TYPE_CHECKING:
    from jobs.runtime.sequence import Ended

# Output into a pipe has no width, and names must not be cut.
console = Console(highlight=False, width=None if sys.stdout.isatty() else 200)


def grid_of(*headings: str) -> Grid:
    """Return a table. Its last two columns may fold; names are never cut."""
    grid = Grid(box=None, pad_edge=False)
    for place, heading in enumerate(headings, start=1):
        grid.add_column(heading, no_wrap=place <= len(headings) - 2, overflow="fold")
    return grid


@contextmanager
def bar(text: str) -> Iterator[Callable[[int, int, str], None]]:
    """Return a progress bar and its callback, which takes the number done, the total and the current step."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task(text, total=None)
        yield lambda done, total, what: progress.update(task, completed=done, total=total, description=f"{text}: {what}")
    if not console.is_terminal:
        console.print(f"{text}: done")


def teller(total: int) -> Callable[["Ended"], None]:
    """Return a callback that prints one line per job when it ends, with its warnings below, for terminals and logs."""
    count = 0

    def tell(ended: "Ended") -> None:
        nonlocal count
        count += 1
        place = f"{count:>3}/{total}" if total else f"{count:>3}"
        colour = {"done": "yellow" if ended.warnings else "green", "failed": "red", "skipped": "dim"}.get(ended.state, "yellow")
        console.print(f"{place} [{colour}]{ended.state:<9}[/] {ended.seconds:6.1f} s  {ended.job}", escape(ended.told), markup=True)
        for warning in ended.warnings:
            console.print(f"        {_first_line(warning)}", style="yellow", markup=False, soft_wrap=True)

    return tell


def _first_line(text: str) -> str:
    """Return the first line of a message; for a list of faults, its heading and the first fault."""
    first, *rest = text.splitlines()
    faults = [line.removeprefix("  - ") for line in rest if line.startswith("  - ")]
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    return f"{first} {faults[0]}{more}" if faults else first
