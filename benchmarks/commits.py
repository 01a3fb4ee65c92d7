"""What Delta's check for stamps before 1901 costs a small commit outside UTC: `python -m benchmarks.commits`.

The same one-row append with the check and without it, by turns in one session, so that both meet the same machine.
"""

import time
from dataclasses import replace
from datetime import date
from statistics import median
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from expectations.tables.ops import PIN
from jobs.runtime.lake import Lake
from jobs.runtime.session import spark_session
from jobs.runtime.settings import settings

CHECK = "spark.databricks.delta.allFilesInCrc.verificationMode.forceOnNonUTC.enabled"


def main(turns: Annotated[int, typer.Option(min=6, help="Appends of each kind; the first five are not counted.")] = 40) -> None:
    """Print the median seconds of a commit with and without the check, and their ratio."""
    spark = spark_session(settings())
    seconds: dict[str, list[float]] = {"true": [], "false": []}
    rows = spark.createDataFrame([(date(2026, 3, 4), "churn", "1")], PIN.ddl)
    with TemporaryDirectory() as folder:
        lakes = {check: Lake(spark, replace(settings(), lake=f"{folder}/{check}")) for check in seconds}
        for _ in range(turns):
            for check, lake in lakes.items():
                spark.conf.set(CHECK, check)
                began = time.monotonic()
                lake.append(PIN, rows)
                seconds[check].append(time.monotonic() - began)
    with_check, without = (median(taken[5:]) for taken in seconds.values())
    typer.echo(f"a commit of one row: {with_check:.3f} s with the check, {without:.3f} s without, ratio {with_check / without:.2f}")


if __name__ == "__main__":
    typer.run(main)
