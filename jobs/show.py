"""Terminal tables of jobs, lists, coverage, channels and tags."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import typer
from rich.table import Table as Grid

from expectations.channels import CHANNELS
from expectations.errors import ChudianError
from features.dictionary import dictionary_rows, record_rows
from features.library import CAR
from jobs.explore import Explored
from jobs.register import night_jobs
from jobs.report.coverage import coverage
from jobs.report.night_lists import lists_on
from jobs.report.page import FRESHNESS, MISSING, share
from jobs.runtime.lake import Lake
from jobs.runtime.settings import settings
from jobs.screen import console, grid_of
from scenarios.library import SCENARIOS

COLOURS = {"complete": "green", "not complete": "red", "not written": "red", "held": "yellow"}

SHOWN_AS = {"good": "green", "look": "yellow", "bad": "red"}


def lists_of(on: date) -> Grid:
    """Return the lists of a night as a table, including those that were decided but not written. ChudianError when there is none."""
    chosen = settings()
    found = lists_on(Lake(chosen), on)
    if not found:
        raise ChudianError(f"No lists for {on} in {chosen.outbox}.\n  To see why: the night report, or `chudian night {on}`.")
    grid = grid_of("channel", "scenario", "step", "decided", "in files", "files", "needed by", "state", "valid")
    # A caption, not a column: the same words in each row would fold it.
    grid.caption, grid.caption_justify = f"folder of a list: outbox/<channel>/<scenario>/<step>/{on}/", "left"
    for of in found:
        decided = "?" if of.decided is None else f"{of.decided:,}"
        state = f"[{COLOURS[of.state]}]{of.state}[/]"
        grid.add_row(of.channel, of.scenario, of.step, decided, f"{of.rows:,}", f"{of.files}", of.publish_by, state, of.valid)
    return grid


def channels() -> Grid:
    """Return the declared channels as a table."""
    grid = grid_of("channel", "label", "contacts", "needs lists by", "file", "columns")
    for name, channel in CHANNELS.items():
        form = channel.form
        grid.add_row(name, channel.label, ", ".join(channel.modes), f"{channel.publish_by:%H:%M}", form.file_name, ", ".join(form.columns))
    return grid


def tags(words: str = "") -> Grid:
    """Return the tag dictionary as a table: of the tags and columns that have all these words, as the site's search finds them."""
    grid = grid_of("family", "tag", "label", "unit", "meaning", "null means")
    for row in (*dictionary_rows(), *record_rows()):
        shown = (row.family, row.tag, row.called, row.unit, row.meaning, row.null_means)
        if all(word in " ".join(shown).lower() for word in words.lower().split()):
            grid.add_row(*shown)
    return grid


def jobs() -> Grid:
    """Return the jobs of a night in order as a table."""
    grid = grid_of("stage", "job", "reads", "writes", "runbook")
    for job in night_jobs():
        grid.add_row(
            job.stage, job.name, "\n".join(job.needs), "\n".join(table.name for table in job.writes), " ".join(job.runbook.split())
        )
    return grid


def coverage_of(on: date) -> Grid:
    """Return the coverage of a night as a table. ChudianError when nothing has been loaded."""
    classes = coverage(Lake(settings()), on)
    if not any(cover.newest for of in classes for cover in of.feeds):
        raise ChudianError(f"Nothing has been loaded by the night of {on}.\n  To load deliveries: chudian load or `chudian night {on}`.")
    grid = grid_of("class", "feed", "due", "newest", "freshness", "rows", "quarantined", "fields", "filled")
    for of in classes:
        for cover in of.feeds:
            colour, word = FRESHNESS[cover.state]
            freshness = f"[{SHOWN_AS[colour]}]{' '.join((cover.state, word, *cover.missing))}[/]"
            days = (f"{cover.due or 'on change'}", f"{cover.newest or MISSING}")
            figures = (f"{cover.rows:,}", share(cover.quarantined_share), f"{len(cover.columns)}", share(cover.filled_share))
            grid.add_row(f"{of.name} {of.label}", cover.feed.name, *days, freshness, *figures)
    return grid


def print_or_write(table: Callable[[], Grid], page: Path | None, text: Callable[[str], str]) -> None:
    """Print the table. If a page is given, write it instead; `text` makes its new text from the present one. BadParameter as below."""
    if page:
        write_page(page, text(read_page(page)))
    else:
        console.print(table())


def read_page(page: Path) -> str:
    """Read a Markdown page, empty when there is none. BadParameter when it is no page."""
    try:
        return page.read_text("utf-8") if page.exists() else ""
    except UnicodeDecodeError:
        raise typer.BadParameter(f"{page} is no text in UTF-8, so it is not overwritten") from None
    except OSError as error:
        raise typer.BadParameter(f"{page} cannot be read: {error.strerror}") from None


def write_page(page: Path, text: str) -> None:
    """Write a Markdown page. BadParameter when it cannot be written."""
    try:
        page.write_text(text, "utf-8")
    except OSError as error:
        raise typer.BadParameter(f"{page} cannot be written: {error.strerror}") from None


def explored(found: Explored) -> list[tuple[str, Grid]]:
    """Return an audience as headed tables: figures beside the base, distributions, and overlaps with scenarios."""
    figures = grid_of("figure", "label", "mean", "mean of all", "times", "known", "unit")
    for one in found.figures:
        declared = CAR.column(one.tag)
        times = "" if one.index is None else f"{one.index / 1000:.2f}"
        mean, of_all = ("" if value is None else f"{value:,}" for value in (one.mean, one.mean_of_base))
        figures.add_row(one.tag, declared.label, mean, of_all, times, f"{one.known:,}", declared.unit or "yes, per mille")
    shown = [("Beside all live subscribers", figures)]
    for tag, values in found.spread.items():
        grid = grid_of("value", "audience", "share", "all", "share of all", "times")
        for value, ours, base in values:
            own, every = (count / whole if whole else 0.0 for count, whole in ((ours, found.size), (base, found.base)))
            times = f"{own / every:.2f}" if every else ""
            grid.add_row("unknown" if value is None else f"{value}", f"{ours:,}", f"{own:.1%}", f"{base:,}", f"{every:.1%}", times)
        shown.append((f"{tag} {CAR.column(tag).label}", grid))
    overlaps = grid_of("scenario", "state", "in both", "share", f"listed on {found.on}")
    states = {scenario.name: scenario.state for scenario in SCENARIOS}
    for shared in found.overlaps:
        part = f"{shared.members / found.size:.1%}" if found.size else ""
        overlaps.add_row(shared.scenario, states[shared.scenario], f"{shared.members:,}", part, f"{shared.listed:,}")
    shown.append(("In the audiences of scenarios" if found.overlaps else "No scenario's audience has any of them", overlaps))
    return shown
