"""Receives the delivery of one night, measured: `python -m benchmarks.receive_once HOME FEED NIGHT`; started by benchmarks/receive.py.

The delivery of the night before is received first and not measured: it warms Java up. It prints JSON as benchmarks/peers.py does.
"""

import json
import sys
import time
from datetime import date, timedelta
from pathlib import Path

import psutil
from pyspark.sql import functions as F

from benchmarks.night import Watch
from benchmarks.peers import FEEDS as PEERS
from expectations.feeds import FEEDS
from jobs.receive.receive_feed import job_of
from jobs.runtime.job_run import Runner
from jobs.runtime.settings import settings


def main(home: str, name: str, night: str) -> None:
    """Run the feed's job as a bulk load does, so that no other day is expected."""
    feed, on = FEEDS[name], date.fromisoformat(night)
    runner = Runner(settings({"CHUDIAN_HOME": str(Path(home))}))
    runner.run(job_of(feed), on - timedelta(days=1), on - timedelta(days=1))
    watch = Watch(psutil.Process())
    watch.start()
    began, used = time.monotonic(), _processor()
    runner.run(job_of(feed), on, on)
    spent = {"seconds": time.monotonic() - began, "processor": _processor() - used, "peak_gb": watch.peak / 1e9}
    _, _, column = PEERS[name]
    found = runner.lake.whole(feed.table).where(f"known_on = DATE '{on}'").agg(F.count("*"), F.sum(column)).first()
    rows, checksum = found or (0, 0)
    sys.stdout.write(json.dumps({"rows": rows, "checksum": checksum, **spent}) + "\n")


def _processor() -> float:
    """Processor seconds of this process and all its children, Java and its Python workers among them."""
    tree = [psutil.Process(), *psutil.Process().children(recursive=True)]
    return sum(sum(process.cpu_times()[:4]) for process in tree)


if __name__ == "__main__":
    main(*sys.argv[1:])
