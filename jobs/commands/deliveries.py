"""Commands for deliveries: release what is held, look at quarantined rows and send them again corrected."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from jobs.commands.arguments import day, day_option
from jobs.screen import console, grid_of

FeedName = Annotated[str, typer.Argument(metavar="FEED", help="The feed's name, for example boss_subscriber.")]


def release(
    feed: FeedName,
    on: Annotated[date, typer.Argument(parser=day, metavar="YYYY-MM-DD", help="The held delivery's day.")],
    scope: Annotated[str | None, typer.Option("--scope", help="The scope in its file name, needed if several are held.")] = None,
) -> None:
    """Release a delivery that is held because it is unusual. The next run of its night loads it."""
    from jobs.receive.releases import release as let_in
    from jobs.runtime.lake import Lake
    from jobs.runtime.records import now
    from jobs.runtime.settings import close_to_others, settings

    close_to_others()
    held = let_in(Lake(settings()), feed, on, now(), scope)
    console.print(f"Released {feed} of {on}: {held['rows_delivered']:,} rows. To load it: chudian night {held['known_on']}", markup=False)


def quarantine(
    feed: Annotated[str | None, typer.Argument(metavar="[FEED]", help="Only this feed; --out and --release need it.")] = None,
    on: Annotated[date | None, day_option("--date", "Only rows that this night received; --out and --release need it.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Write the rows' text, which is personal, to this new file.")] = None,
    corrected: Annotated[Path | None, typer.Option("--release", help="Send the rows of this file in their place.")] = None,
    night: Annotated[date | None, day_option("--night", "The night that receives them; by default that of --date.")] = None,
) -> None:
    """Count quarantined rows by reason, write their text to a file, or send them again corrected.

    A corrected delivery has the good rows of the first one and the rows of the file, which take the place of all rows in quarantine. Rows
    that are not in the file are left out.
    """
    from jobs.receive.corrected import counts, read_rows, send_corrected, texts, with_headers, write_private
    from jobs.runtime.access_log import Reading, log_reads
    from jobs.runtime.lake import Lake
    from jobs.runtime.settings import close_to_others, settings

    close_to_others()
    chosen = settings()
    lake = Lake(chosen)
    if out is None and corrected is None:
        grid = grid_of("night", "feed", "rows", "reason")
        found_by_reason = counts(lake, feed, on)
        if not found_by_reason:
            asked = (f" of {feed}" if feed else "") + (f" of the night of {on}" if on else "")
            console.print(f"No row{asked} is in quarantine.", markup=False)
            return
        for found in found_by_reason:
            grid.add_row(f"{found.known_on}", found.feed, f"{found.rows:,}", found.reason)
        console.print(grid)
        return
    if feed is None or on is None or (out and corrected):
        raise typer.BadParameter("give FEED and --date, and either --out or --release")
    # Rows in quarantine are personal, so it is recorded that somebody takes them out. A kill must not leave them unrecorded.
    if out:
        rows = texts(lake, feed, on)
        log_reads(lake, [Reading("quarantine", ("text",), len(rows), f"{feed} of {on} written out")])
        write_private(out, with_headers(chosen.landing, feed, on, rows))
        done = f"{len(rows):,} rows in {out}. Correct them, then: chudian quarantine {feed} --date {on} --release {out}"
    else:
        lines = read_rows(corrected or Path())
        log_reads(lake, [Reading("quarantine", ("text",), len(lines), f"{feed} of {on} sent again")])
        sent = send_corrected(lake, chosen, feed, on, lines, night or on)
        still = f", {sent.unchanged:,} of them as they were: these will be quarantined again" if sent.unchanged else ""
        written = ", ".join(map(str, sent.parts))
        done = f"Written {written} with {sent.rows:,} rows of the file{still}. To load them: chudian night {night or on}"
    console.print(done, markup=False)
