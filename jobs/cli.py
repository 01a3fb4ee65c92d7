"""The console script `chudian`: the same jobs as the DAG, at the desk."""

import calendar
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table as Grid

from expectations.dates import iso_day
from expectations.errors import ChudianError, teach

if TYPE_CHECKING:
    from jobs.runtime.sequence import Ended

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="chudian 触点: from an operator's nightly extracts to ranked target lists. Dates are business dates, yyyy-mm-dd.",
    epilog="Settings: CHUDIAN_HOME (what a run writes), CHUDIAN_SPARK (where Spark is), CHUDIAN_LAKE (where the lake is).",
)
# Behind a pipe there is no width to fit into: names must not be cut.
console = Console(highlight=False, width=None if sys.stdout.isatty() else 200)
DEMO_NIGHT = "2026-03-04"
FIRST_YEAR, LAST_YEAR = 2000, 2100


def _day(text: str | date) -> date:
    if isinstance(text, date):
        return text
    day = iso_day(text)
    if day is None and re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        raise typer.BadParameter(f"{text} does not exist: {_why_no_day(text)}")
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise typer.BadParameter(f"expected a date as yyyy-mm-dd, {FIRST_YEAR} to {LAST_YEAR}, came {text!r}")
    return day


def _why_no_day(text: str) -> str:
    year, month, _ = map(int, text.split("-"))
    if year < 1:
        return "there is no year 0"
    if not 1 <= month <= 12:
        return "the months of a year are 01 to 12"
    return f"{calendar.month_name[month]} {year} has {calendar.monthrange(year, month)[1]} days"


def _option(name: str, says: str) -> Any:
    return typer.Option(name, parser=_day, metavar="YYYY-MM-DD", help=says)


BusinessDate = Annotated[date, typer.Argument(parser=_day, metavar="YYYY-MM-DD", help="Business date D; channels import its lists on D+1.")]


@app.command()
def simulate(
    subscribers: Annotated[int, typer.Option(min=1, help="How many subscribers live in the province.")] = 10_000,
    night: Annotated[date, _option("--night", "Last day of the history; the demo's business date.")] = DEMO_NIGHT,  # type: ignore[assignment]
    seed: Annotated[int, typer.Option(help="Same seed, same bytes.")] = 20260304,
    wap_rows: Annotated[int, typer.Option(min=1, help="WAP log rows per subscriber and day.")] = 10,
    bad_rows: Annotated[int, typer.Option(min=0, help="Rows in a million with a planted fault, for the quarantine.")] = 20,
    live: Annotated[
        date | None,
        _option("--live", "Write the days after the history up to this one, for the home's province: people answer their lists."),
    ] = None,
) -> None:
    """Write a synthetic province's extracts into the landing, as an operator delivers them."""
    from jobs.runtime.settings import close_to_others, settings
    from jobs.runtime.vault import make_demo_key
    from simulator.history import live_up_to
    from simulator.history import simulate as write_history
    from simulator.province import Province
    from simulator.truth import province_in

    chosen = settings()
    close_to_others()
    if live:
        province = province_in(chosen.home)
        with _bar(f"Living on to {live}") as advance:
            live_up_to(province, chosen.home, live, progress=advance)
    else:
        # Refused before anything is made: a home that is marked as a demo's may be cleaned.
        province = Province(subscribers=subscribers, seed=seed, night=night, wap_rows=wap_rows, bad_rows_per_million=bad_rows)
        make_demo_key(chosen.vault, seed)
        with _bar(f"Simulating {subscribers:,} subscribers") as advance:
            write_history(province, chosen.home, progress=advance)
    console.print(f"Extracts: {chosen.landing}\nTruth, which no pipeline code reads: {chosen.home / 'truth'}", markup=False)


@app.command()
def load(
    since: Annotated[date, _option("--from", "First landing folder, i.e. the first night that saw a delivery.")],
    upto: Annotated[date, _option("--to", "Last landing folder.")],
    and_train: Annotated[
        bool, typer.Option("--train", help="Then train what has no champion yet, as known by the day after; one Spark serves both.")
    ] = False,
) -> None:
    """Load history in bulk: every delivery of a range of nights, each known on the night it arrived. Safe to run again."""
    if since > upto:
        raise typer.BadParameter(f"--from {since} is after --to {upto}")
    _refuse_before_spark(since, upto)

    from jobs.register import history_jobs
    from jobs.runtime.night import Runner
    from jobs.runtime.sequence import run_sequence

    console.print(f"Loading {since} to {upto}")
    with console.status("starting Spark"):
        runner = Runner()
    jobs = history_jobs()
    ended = run_sequence(runner, jobs, upto, _teller(len(jobs)), since)
    if and_train:
        from jobs.train.train_models import train_all, without_champion

        if models := without_champion(runner.settings):
            train_all(runner, models, upto + timedelta(days=1), _teller(0))
    _refuse_missed(ended)


@app.command()
def train(
    on: BusinessDate,
    again: Annotated[bool, typer.Option("--again", help="Train all models anew, not only those without a champion.")] = False,
) -> None:
    """Train, evaluate and register the models on what was known before business date D. A model that has a champion is left alone."""
    from jobs.runtime.night import Runner
    from jobs.runtime.settings import settings
    from jobs.train.train_models import train_all, without_champion
    from models.library import MODELS

    models = MODELS if again else without_champion(settings())
    if not models:
        console.print("Champions are registered already; --again trains anew.")
        return
    with console.status("starting Spark"):
        runner = Runner()
    train_all(runner, models, on, _teller(0))


@app.command()
def night(
    on: BusinessDate,
    only: Annotated[str | None, typer.Option("--only", metavar="JOB", help="Run this job alone.")] = None,
    stage: Annotated[
        str | None, typer.Option("--from", metavar="STAGE", help="Begin at this stage: those before it have been run.")
    ] = None,
) -> None:
    """Run the night of business date D, without Airflow. Running it again replaces everything by the same."""
    from jobs.register import job_named, night_jobs
    from jobs.runtime.night import Runner
    from jobs.runtime.sequence import run_sequence

    if only is not None and stage is not None:
        raise typer.BadParameter("--only names one job, --from a stage to begin at: give one of the two")
    jobs = night_jobs(stage)
    chosen = jobs if only is None else [job_named(only)]
    if only is None and any(job.stage == "receive" for job in chosen):
        _refuse_before_spark(on, on)
    console.print(f"Night of {on}: {len(chosen)} jobs")
    with console.status("starting Spark"):
        runner = Runner()
    try:
        ended = run_sequence(runner, chosen, on, _teller(len(chosen)))
    finally:
        report = runner.settings.reports / str(on) / "night.html"
        if report.exists():
            console.print(f"Report: {report}", soft_wrap=True, markup=False)
    _refuse_missed(ended)


@app.command()
def jobs() -> None:
    """List the night's jobs in order: what each reads, writes and is for."""
    from jobs.register import night_jobs

    grid = _grid("stage", "job", "reads", "writes", "runbook")
    for job in night_jobs():
        grid.add_row(
            job.stage, job.name, "\n".join(job.needs), "\n".join(table.name for table in job.writes), " ".join(job.runbook.split())
        )
    console.print(grid)


@app.command()
def lists(on: BusinessDate) -> None:
    """Show the list files of business date D: channel, scenario, files, rows, and whether they are complete."""
    from jobs.publish.outbox import manifests
    from jobs.runtime.settings import settings

    found = list(manifests(settings().outbox, on))
    if not found:
        raise ChudianError(f"No lists for {on} in {settings().outbox}.\n  To see why: the night report, or `chudian night {on}`.")
    grid = _grid("channel", "scenario", "wave", "files", "rows", "valid", "complete", "folder")
    for folder, manifest, complete in found:
        valid = f"{manifest['valid_from']} to {manifest['valid_to']}"
        sizes = str(len(manifest["files"])), f"{sum(file['rows'] for file in manifest['files']):,}"
        grid.add_row(
            manifest["channel"], manifest["scenario"], str(manifest["wave"]), *sizes, valid, "yes" if complete else "NO", str(folder)
        )
    console.print(grid)


@app.command()
def tags(
    page: Annotated[Path | None, typer.Option("--page", help="Write the dictionary as this Markdown page.")] = None,
) -> None:
    """Show the tag dictionary: name, label, unit, meaning, meaning of null."""
    from features.dictionary import dictionary_page, dictionary_rows

    if page:
        try:
            page.write_text(dictionary_page(), "utf-8")
        except OSError as error:
            raise typer.BadParameter(f"{page} cannot be written: {error.strerror}") from None
        return
    grid = _grid("family", "tag", "label", "unit", "meaning", "null means")
    for row in dictionary_rows():
        grid.add_row(row.family, row.tag, row.label, row.unit, row.meaning, row.null_means)
    console.print(grid)


@app.command()
def doctor() -> None:
    """Check everything a night needs on this machine, and say what to install or set."""
    from jobs.doctor import examine

    findings = examine()
    for finding in findings:
        verdict = "[green]ok  [/]" if finding.fine else "[red]FAIL[/]"
        console.print(f"{verdict} {finding.what}: {escape(finding.told)}")
    if not all(finding.fine for finding in findings):
        raise typer.Exit(1)


def _grid(*headings: str) -> Grid:
    """A table whose last two columns may fold; names are never cut."""
    grid = Grid(box=None, pad_edge=False)
    for place, heading in enumerate(headings, start=1):
        grid.add_column(heading, no_wrap=place <= len(headings) - 2, overflow="fold")
    return grid


@contextmanager
def _bar(text: str) -> Iterator[Callable[[int, int, str], None]]:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task(text, total=None)
        yield lambda done, total, what: progress.update(task, completed=done, total=total, description=f"{text}: {what}")
    if not console.is_terminal:
        console.print(f"{text}: done")


def _teller(total: int) -> Callable[["Ended"], None]:
    """One line a job as it ends, so that a log shows progress as well as a terminal does; warnings below it, a line each."""
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
    """The first line of a message; of one that lists faults, where and the first of them."""
    first, *rest = text.splitlines()
    faults = [line.removeprefix("  - ") for line in rest if line.startswith("  - ")]
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    return f"{first} {faults[0]}{more}" if faults else first


def _refuse_before_spark(since: date, on: date) -> None:
    """ChudianError when receiving could not begin: Spark takes seconds to start, and a job that fails for it says so once a feed."""
    from jobs.receive.landed import refuse_if_nothing_landed
    from jobs.runtime.settings import settings
    from jobs.runtime.vault import key_path

    chosen = settings()
    refuse_if_nothing_landed(chosen.landing, since, on)
    key_path(chosen.vault)


def _refuse_missed(ended: "list[Ended]") -> None:
    """ChudianError when deliveries were refused and nothing came in their place: what ran ran well, but on less than was sent."""
    missed = [delivery for end in ended for delivery in end.missed]
    if missed:
        cure = "have each sent again, into the same folder, then run the same again; ops.load has the reasons in full."
        raise ChudianError(teach("Every job ran, but of these refused deliveries no rows were loaded", missed, cure))


def main() -> None:
    """Run the console script; a refusal is printed as its text, without a traceback, and ends with status 1."""
    try:
        app()
    except ChudianError as refusal:
        console.print(str(refusal), style="red", markup=False)
        sys.exit(1)
