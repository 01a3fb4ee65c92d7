"""Commands about lists at the desk: stop a scenario or a channel, resume it, approve lists that are held, look for alarms."""

from datetime import date
from typing import Annotated

import typer

from jobs.commands.arguments import BusinessDate
from jobs.screen import console, teller

Name = Annotated[str, typer.Argument(metavar="SCENARIO|CHANNEL", help="Name of a scenario or a channel.")]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it is recorded with your user name.")]


def stop(name: Name, reason: Reason) -> None:
    """Stop a scenario or a channel: its valid rows are recalled at once, and no list of it is published until `chudian resume`."""
    from jobs.commands.started import started
    from jobs.publish.stopped import newest_lists
    from jobs.register import job_named
    from jobs.runtime.sequence import run_sequence

    since = _change(name, reason, is_stopped=True)
    console.print(f"{name} is stopped: no lists from business date {since} on.", markup=False)
    with started(f"stop {name}") as runner:
        night = newest_lists(runner.lake)
        if night is None:
            console.print("No list was ever published, so nothing is recalled.")
            return
        run_sequence(runner, [job_named("recall_contacts")], night, teller(1))
    console.print(f"The recall files are in {runner.settings.outbox}/<channel>/recall/{night}/.", markup=False)


def resume(name: Name, reason: Reason) -> None:
    """Publish the lists of a stopped scenario or channel again. Rows that were recalled stay recalled until the next night."""
    since = _change(name, reason, is_stopped=False)
    console.print(f"{name} goes on with the lists of business date {since}.", markup=False)


def approve_lists(
    on: BusinessDate,
    reason: Reason,
    names: Annotated[
        list[str] | None,
        typer.Option("--list", metavar="CHANNEL/SCENARIO/STEP[@VERSION]", help="Only this list, and only if it is still this version."),
    ] = None,
) -> None:
    """Approve the lists of a night that were held before publish, and publish them. It is recorded with your user name."""
    from jobs.commands.started import started
    from jobs.publish.held import approve
    from jobs.register import job_named
    from jobs.runtime.access_log import user
    from jobs.runtime.lake import Lake
    from jobs.runtime.records import now
    from jobs.runtime.sequence import run_sequence
    from jobs.runtime.settings import close_to_others, settings

    close_to_others()
    released = approve(Lake(settings()), on, names or [], reason, user(), now())
    console.print(f"Approved: {', '.join(released)}.", markup=False)
    with started(f"approve-lists {on}") as runner:
        run_sequence(runner, [job_named("publish_lists")], on, teller(1))


def alarms(on: BusinessDate) -> None:
    """Say which lists of a night are late for their channels now, and which no channel acknowledged. Status 1 if there are any."""
    from jobs.report.alarms import alarms as found
    from jobs.runtime.lake import Lake
    from jobs.runtime.records import now
    from jobs.runtime.settings import close_to_others, settings

    close_to_others()
    told = [alarm.text for alarm in found(Lake(settings()), on, now())]
    for text in told or [f"No alarm for the night of {on}."]:
        console.print(text, markup=False, soft_wrap=True)
    if told:
        raise typer.Exit(1)


def _change(name: str, reason: str, is_stopped: bool) -> date:
    from jobs.publish.stopped import change
    from jobs.runtime.lake import Lake
    from jobs.runtime.records import now
    from jobs.runtime.settings import close_to_others, settings

    close_to_others()
    return change(Lake(settings()), name, reason, is_stopped, now())
