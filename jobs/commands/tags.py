"""The command `chudian tags`: the dictionary, and the tags that somebody accepts as they are."""

from datetime import date
from typing import Annotated

import typer

from expectations.errors import ChudianError
from jobs.commands.arguments import PageFile, day_option
from jobs.screen import console

app = typer.Typer(invoke_without_command=True)


@app.callback()
def tags(
    asked: typer.Context,
    page: PageFile = None,
    words: Annotated[
        str, typer.Option("--find", metavar="WORDS", help="Only those with all these words, for example ARPU or 'voice 6m'.")
    ] = "",
) -> None:
    """Show the dictionary of tags and of the customer record: name, label, unit, meaning, null. Or accept tags that a night found bad."""
    from features.dictionary import dictionary_page
    from jobs import show

    if asked.invoked_subcommand is not None:
        return
    found = show.tags(words)
    if not found.row_count:
        raise ChudianError(f"No tag has the words {words}.\n  To see all: chudian tags")
    show.print_or_write(lambda: found, page, lambda _: dictionary_page())


@app.command()
def accept(
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why the tags are right as they are; it is recorded.")],
    names: Annotated[list[str] | None, typer.Argument(metavar="[TAG]", help="The tags.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All tags that the night found bad.")] = False,
    since: Annotated[date | None, day_option("--from", "The first night that counts; by default the newest one.")] = None,
) -> None:
    """Accept tags that a night found bad as the new normal. They are compared with nights from --from on alone.

    For seven nights there is too little to compare with, so they are not judged. Who accepted them, when and why is in ops.tag_accepted.
    """
    from jobs.runtime.access_log import user
    from jobs.runtime.lake import Lake
    from jobs.runtime.records import now
    from jobs.runtime.settings import close_to_others, settings
    from jobs.tag.accepted import accept as take
    from jobs.tag.accepted import bad_tags, newest_profiled

    if bool(names) == every:
        raise typer.BadParameter("give either tags or --all")
    close_to_others()
    lake = Lake(settings())
    night = since or newest_profiled(lake)
    if night is None:
        raise ChudianError("No night has profiles of tags yet. Run `chudian night` first.")
    chosen = bad_tags(lake, night) if every else names or []
    if not chosen:
        raise ChudianError(f"The night of {night} found no tag bad.\n  To mend it: give the night with --from.")
    take(lake, chosen, night, reason, user(), now())
    console.print(f"Accepted from {night} on: {', '.join(chosen)}.", markup=False)
    console.print(f"To judge that night again: chudian night {night} --from tag", markup=False)
