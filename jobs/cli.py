"""The command line `chudian`: the same jobs as in the DAG, without Airflow."""

import sys
from contextlib import nullcontext
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from expectations.errors import ChudianError, teach
from jobs.commands import deliveries, own_files, pages, people, scenarios, stop, tag_work, tags, why, wiki
from jobs.commands.arguments import BusinessDate, PageFile, day, day_option
from jobs.commands.started import started
from jobs.screen import bar, console, teller

if TYPE_CHECKING:
    from jobs.runtime.sequence import Ended

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="chudian 触点 turns an operator's nightly extracts into ranked target lists. All dates are business dates, yyyy-mm-dd.",
    epilog="Settings: CHUDIAN_HOME (where a run writes), CHUDIAN_SPARK (which Spark to use), CHUDIAN_LAKE (where the tables are).",
)
DEMO_NIGHT = "2026-03-04"

# The headings of the help.
RUN, LOOK, OWN, PEOPLE = "Run", "Look", "Deliveries", "People"


@app.command(rich_help_panel=RUN)
def simulate(
    subscribers: Annotated[int, typer.Option(min=1, help="Number of subscribers in the province.")] = 10_000,
    night: Annotated[date, day_option("--night", "Last day of the history; the demo's business date.")] = DEMO_NIGHT,  # type: ignore[assignment]
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 20260304,
    wap_rows: Annotated[int, typer.Option(min=1, help="WAP log rows per subscriber and day, on average.")] = 10,
    bad_rows: Annotated[int, typer.Option(min=0, help="Faulty rows per million, so that the quarantine has rows.")] = 20,
    fault: Annotated[
        list[str] | None,
        typer.Option(help="Dirt in this share of daily deliveries, per mille, as in 'late=150'; simulator/README.md has all kinds."),
    ] = None,
    bad_week: Annotated[
        date | None, day_option("--bad-week", "First of the seven days with dirt; without --fault, with every kind of it.")
    ] = None,
    live: Annotated[
        date | None,
        day_option("--live", "Write the days from the end of the history to this one instead; people answer the lists they got."),
    ] = None,
) -> None:
    """Write a synthetic province's extracts into the landing, as an operator delivers them."""
    from jobs.runtime.settings import close_to_others, settings
    from jobs.runtime.vault import make_demo_key
    from simulator.dirt import BAD_WEEK, read_fault
    from simulator.history import live_up_to
    from simulator.history import simulate as write_history
    from simulator.province import Province
    from simulator.truth import province_in

    chosen = settings()
    close_to_others()
    if live:
        province = province_in(chosen.home)
        with bar(f"Living on to {live}") as advance:
            live_up_to(province, chosen.home, live, progress=advance)
    else:
        # Refused before anything is written: a home with the mark of a demo may be deleted.
        faults = tuple(map(read_fault, fault or ())) or (BAD_WEEK if bad_week else ())
        province = Province(subscribers, seed, night, wap_rows, bad_rows_per_million=bad_rows, faults=faults, bad_week=bad_week)
        make_demo_key(chosen.vault, seed)
        with bar(f"Simulating {subscribers:,} subscribers") as advance:
            write_history(province, chosen.home, progress=advance)
    console.print(f"Extracts: {chosen.landing}\nSimulated truth (no pipeline code reads it): {chosen.home / 'truth'}", markup=False)


@app.command(rich_help_panel=RUN)
def load(
    since: Annotated[date, day_option("--from", "First landing folder to load.")],
    upto: Annotated[date, day_option("--to", "Last landing folder to load.")],
    and_train: Annotated[
        bool, typer.Option("--train", help="Then train the models that have no champion, with data known on the last day.")
    ] = False,
) -> None:
    """Load all deliveries of a range of nights in one pass, without looking for missing ones. Running it again gives the same result."""
    if since > upto:
        raise typer.BadParameter(f"--from {since} is after --to {upto}")
    _refuse_before_spark(since, upto)

    from jobs.register import history_jobs
    from jobs.runtime.sequence import run_sequence

    with started(f"load --from {since} --to {upto}") as runner:
        console.print(f"Loading {since} to {upto}")
        jobs = history_jobs()
        ended = run_sequence(runner, jobs, upto, teller(len(jobs)), since)
        if and_train:
            from jobs.train.train_models import train_models, without_champion

            models = without_champion(runner.settings)
            train_models(runner, models, upto + timedelta(days=1), teller(len(models)))
    _refuse_missed(ended)


@app.command(rich_help_panel=RUN)
def train(
    on: Annotated[date, typer.Argument(parser=day, metavar="YYYY-MM-DD", help="Business date D; models learn from earlier days.")],
    again: Annotated[bool, typer.Option("--again", help="Train all models, not only those without a champion.")] = False,
) -> None:
    """Train the models that have no champion on data known before business date D. A better version becomes champion."""
    from jobs.runtime.settings import settings
    from jobs.train.train_models import train_models, without_champion
    from models.library import MODELS

    models = MODELS if again else without_champion(settings())
    if not models:
        console.print("All models have a champion. Use --again to train them again.")
        return
    with started(f"train {on}") as runner:
        train_models(runner, models, on, teller(len(models)))


@app.command(rich_help_panel=RUN)
def night(
    on: BusinessDate,
    only: Annotated[str | None, typer.Option("--only", metavar="JOB", help="Run only this job; `chudian jobs` lists them.")] = None,
    stage: Annotated[
        str | None, typer.Option("--from", metavar="STAGE", help="Start at this stage of `chudian jobs`. The earlier stages must have run.")
    ] = None,
) -> None:
    """Run the night of business date D without Airflow. Running it again gives the same result."""
    from jobs.register import job_named, night_jobs
    from jobs.runtime.sequence import run_sequence

    if only is not None and stage is not None:
        raise typer.BadParameter("give either --only or --from, not both")
    chosen = night_jobs(stage) if only is None else [job_named(only)]
    if only is None and any(job.stage == "receive" for job in chosen):
        _refuse_before_spark(on, on)
    with started(f"night {on}") as runner:
        console.print(f"Night of {on}: {len(chosen)} jobs")
        try:
            ended = run_sequence(runner, chosen, on, teller(len(chosen)))
        finally:
            report = runner.settings.reports / str(on) / "night.html"
            if report.exists():
                console.print(f"Report: {report}", soft_wrap=True, markup=False)
    _refuse_missed(ended)


@app.command(rich_help_panel=RUN)
def maintain(on: BusinessDate) -> None:
    """Keep the home in order, as Airflow does weekly: merge small files, remove unused ones and partitions older than their tables keep.

    It also computes all tags of the newest night again from the facts, checks how well the segments separate, and lists hosts and handsets
    that the dictionaries do not know.
    """
    from jobs.register import scheduled
    from jobs.runtime.sequence import run_sequence

    jobs = [job for job in scheduled("weekly") if job.stage == "maintain"]
    with started(f"maintain {on}") as runner:
        run_sequence(runner, jobs, on, teller(len(jobs)), called=f"Maintenance of {on}")


@app.command(rich_help_panel=RUN)
def spark(
    hours: Annotated[float, typer.Option(min=0.001, help="Hours until the server stops by itself.")] = 12,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on this machine; 0 chooses a free one.")] = 0,
    held_for: Annotated[str, typer.Option(help="Lock the home for this run while the server runs.", hidden=True)] = "",
) -> None:
    """Start a Spark Connect server for this home and wait until Ctrl-C. Other commands use it through CHUDIAN_SPARK."""
    from jobs.runtime.lock import home_lock
    from jobs.runtime.served import serve
    from jobs.runtime.settings import close_to_others, settings

    close_to_others()
    with home_lock(settings(), held_for, shared=True) if held_for else nullcontext():
        serve(settings(), lambda address: console.print(f"CHUDIAN_SPARK={address}", markup=False), hours, port)


@app.command(rich_help_panel=LOOK)
def jobs() -> None:
    """List the jobs of a night in order: what each reads, writes and does."""
    from jobs import show

    console.print(show.jobs())


@app.command(rich_help_panel=LOOK)
def lists(on: BusinessDate) -> None:
    """Show the lists of business date D: contacts decided and in files, and whether channels may read them."""
    from jobs.show import lists_of

    console.print(lists_of(on))


@app.command(rich_help_panel=LOOK)
def coverage(on: BusinessDate) -> None:
    """Show which feeds are loaded by the night of D, by data class: how fresh, how many rows, how complete."""
    from jobs.show import coverage_of

    console.print(coverage_of(on))


@app.command(rich_help_panel=LOOK)
def channels(
    page: PageFile = None,
    schema: Annotated[Path | None, typer.Option("--schema", help="Write a JSON Schema of each channel's lists into this folder.")] = None,
) -> None:
    """Show the channels: their kinds of contact, when they need their lists, and the form of the lists."""
    from expectations.channel_page import with_tables
    from expectations.list_schema import write_schemas
    from jobs import show

    if schema:
        console.print(f"{len(write_schemas(schema))} schemas in {schema}", markup=False)
        return
    show.print_or_write(show.channels, page, with_tables)


@app.command(rich_help_panel=LOOK)
def doctor() -> None:
    """Check everything a night needs on this machine and say what to install or set."""
    from jobs.doctor import main as examine

    raise typer.Exit(examine())


app.add_typer(tags.app, name="tags", rich_help_panel=LOOK)
app.add_typer(scenarios.app, name="scenario", rich_help_panel=RUN)
app.command(rich_help_panel=LOOK)(tag_work.plan)
app.command(rich_help_panel=LOOK)(tag_work.explore)
app.command(rich_help_panel=LOOK)(pages.site)
app.command(rich_help_panel=LOOK)(stop.alarms)
app.command(rich_help_panel=LOOK)(wiki.wiki)
app.command(rich_help_panel=RUN)(tag_work.audit)
app.command(rich_help_panel=RUN)(stop.stop)
app.command(rich_help_panel=RUN)(stop.resume)
app.command(rich_help_panel=RUN)(stop.approve_lists)
app.command(rich_help_panel=RUN)(scenarios.approve)
app.add_typer(own_files.app, name="feed", rich_help_panel=OWN)
app.command(rich_help_panel=OWN)(deliveries.release)
app.command(rich_help_panel=OWN)(deliveries.quarantine)
app.command(rich_help_panel=PEOPLE)(people.customer)
app.command(rich_help_panel=PEOPLE)(why.why)
app.command(rich_help_panel=PEOPLE)(people.group)
app.command(rich_help_panel=PEOPLE)(people.manager)
app.command(rich_help_panel=PEOPLE)(people.token)
app.command(rich_help_panel=PEOPLE)(people.forget)
app.add_typer(people.vault_app, name="vault", rich_help_panel=PEOPLE)


def _refuse_before_spark(since: date, on: date) -> None:
    """Raise ChudianError if receiving cannot begin.

    Starting Spark takes seconds, and otherwise every feed's job would report the same fault.
    """
    from expectations.feeds import FEEDS
    from jobs.receive.landed import refuse_if_nothing_landed, unknown_in
    from jobs.runtime.settings import settings
    from jobs.runtime.vault import key_path

    landing = settings().landing
    refuse_if_nothing_landed(landing, since, on)
    for fault in unknown_in(landing, since, on, FEEDS):
        console.print(fault, style="yellow", markup=False)
    if not settings().key_variable:
        key_path(settings().vault)


def _refuse_missed(ended: "list[Ended]") -> None:
    """Raise ChudianError if deliveries were refused or held and no other delivery replaced them.

    No job failed, but the result is based on less data than was sent.
    """
    missed = [delivery for end in ended for delivery in end.missed]
    if missed:
        cure = "have each delivery sent again to the same folder, then run this command again. ops.load has all reasons."
        raise ChudianError(teach("Every job ran, but these deliveries were refused or held and have no rows loaded", missed, cure))


def main() -> None:
    """Run the command line. Our own errors are printed without a traceback and end with status 1."""
    try:
        app()
    except ChudianError as refusal:
        console.print(str(refusal), style="red", markup=False)
        sys.exit(1)
