"""A night's sums and tags over windows, measured: a worker of benchmarks/windows.py. Its jobs are those that every family has."""

import time
from datetime import date
from pathlib import Path
from typing import Any

import psutil
from pyspark.sql import Column
from pyspark.sql import functions as F

from benchmarks.night import Watch
from benchmarks.worker import serve
from expectations.tables.ods_usage import ODS_USAGE
from features.family import Family
from features.reads import Rows
from jobs.runtime.job_run import Runner
from jobs.runtime.settings import settings
from jobs.tag.compute_tags import sums_job, tags_job


def lengths(days: int) -> tuple[int, ...]:
    """Return five windows whose longest has so many days: 7, 14, 30, 60 and 90 for 90."""
    return tuple(sorted({7, 14, days // 3, 2 * days // 3, days}))


def family(days: int) -> Family:
    """Return tags of the house's usage family, each over the five windows."""
    made = Family(name=f"windows{days}", owner="benchmarks", label="窗口", reads={"usage": Rows(ODS_USAGE, keeps_sums=True)})
    windows = lengths(days)

    @made.windowed("sum", days=windows, unit="bytes", label="上网流量")
    def data_bytes() -> Column:
        """Cellular data volume. A day without a record is zero."""
        return F.col("data_bytes")

    @made.windowed("sum", days=windows, unit="seconds", label="通话时长")
    def voice_s() -> Column:
        """Call duration: local, roaming and long distance together."""
        return F.col("voice_local_s") + F.col("voice_roaming_s") + F.col("voice_long_s")

    @made.windowed("active_days", days=windows, unit="days", label="上网天数")
    def data_days() -> Column:
        """Days with cellular data."""
        return F.col("data_bytes") > 0

    @made.windowed("active_days", days=windows, unit="days", label="活跃天数")
    def active_days() -> Column:
        """Days with any use."""
        return F.lit(True)

    return made


def processor() -> float:
    """Processor seconds of this process and all its children, Java among them."""
    tree = [psutil.Process(), *psutil.Process().children(recursive=True)]
    return sum(sum(process.cpu_times()[:4]) for process in tree)


def main() -> None:
    """Run the two jobs of the family for each night that is asked for."""
    watch = Watch(psutil.Process())
    watch.start()

    def work(home: str, days: int, on: str, advances: bool) -> dict[str, Any]:
        of, night, began, used = family(days), date.fromisoformat(on), time.monotonic(), processor()
        runner = Runner(settings({"CHUDIAN_HOME": str(Path(home))}), advances=advances)
        seconds = {}
        for job in (sums_job(of.sums["usage"]), tags_job(of)):
            at = time.monotonic()
            runner.run(job, night)
            seconds[job.name.split("_")[0]] = time.monotonic() - at
        spent = {"seconds": time.monotonic() - began, "processor": processor() - used, "peak_gb": watch.peak / 1e9, **seconds}
        place = runner.lake.location(of.table)
        return spent | {"files": [f"{place}/{f.path}" for f in runner.lake.at(of.table).present() if f.partition["business_date"] == night]}

    serve(work)


if __name__ == "__main__":
    main()
