"""The cost of parsing a feed: `python -m benchmarks.parse HOME wap_log --from 2026-03-04`, on a simulated home.

Three steps run in turns in one session: reading and decoding, the same with cells split, and everything (types, tokens, reasons). Nothing
is written, so the differences are those of the steps alone.
"""

import time
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Annotated

import typer
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from expectations.feeds import FEEDS
from jobs.receive.deliveries import deliveries
from jobs.receive.parse import lines_of, parsed, split_cells
from jobs.runtime.session import spark_session
from jobs.runtime.settings import settings
from jobs.runtime.vault import key_path

Day = Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="First landing folder.")]


def main(
    home: Annotated[Path, typer.Argument(help="A home with landing and vault.")],
    feed: Annotated[str, typer.Argument(help="The feed's name.")],
    since: Day,
    upto: Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Last landing folder (default: the first).")] = None,
    turns: Annotated[int, typer.Option(min=2, help="Rounds of each step; the first is not counted.")] = 4,
) -> None:
    """Print the median seconds of each step, and the ratio of everything to reading alone."""
    chosen, declared = settings({"CHUDIAN_HOME": str(home)}), FEEDS[feed]
    spark = spark_session(chosen)
    found = deliveries(declared, chosen.landing, since.date(), (upto or since).date())
    accepted = [delivery for delivery in found if not delivery.faults]
    lines = lines_of(spark, declared, [(delivery, part) for delivery in accepted for part in delivery.parts])
    steps = {
        "read and decode": lines,
        "split as well": split_cells(declared, lines),
        "the whole": parsed(spark, declared, accepted, key_path(chosen.vault)),
    }
    seconds: dict[str, list[float]] = {step: [] for step in steps}
    for _ in range(turns):
        for step, frame in steps.items():
            seconds[step].append(_pass(frame))
    medians = {step: median(taken[1:]) for step, taken in seconds.items()}
    typer.echo(f"{feed}: {sum(delivery.rows or 0 for delivery in accepted):,} rows in {len(accepted)} deliveries")
    for step, taken in medians.items():
        typer.echo(f"  {step:16} {taken:6.2f} s, {taken / medians['read and decode']:.2f} of reading")


def _pass(frame: DataFrame) -> float:
    began = time.monotonic()
    frame.select(F.struct("*")).write.format("noop").mode("overwrite").save()
    return time.monotonic() - began


if __name__ == "__main__":
    typer.run(main)
