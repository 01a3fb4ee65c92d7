"""Store.training_frame, measured: a worker of benchmarks/point_in_time.py."""

import time
from pathlib import Path
from typing import Any

import psutil

from benchmarks.night import Watch
from benchmarks.windows_ours import processor
from benchmarks.worker import serve
from jobs.runtime.session import spark_session
from jobs.runtime.settings import settings
from jobs.store import Store


def main() -> None:
    """Answer with the cost of a frame, and the folder that it was written to."""
    watch = Watch(psutil.Process())
    watch.start()

    def work(home: str, labels: str, tags: dict[str, list[str]], out: str) -> dict[str, Any]:
        began, used, chosen = time.monotonic(), processor(), settings({"CHUDIAN_HOME": str(Path(home))})
        rows = spark_session(chosen).read.parquet(labels)
        frame = Store(chosen).training_frame(rows, [name for names in tags.values() for name in names], date="on")
        frame.write.mode("overwrite").parquet(out)
        spent = {"seconds": time.monotonic() - began, "processor": processor() - used, "peak_gb": watch.peak / 1e9}
        return spent | {"files": [str(path) for path in Path(out).glob("*.parquet")]}

    serve(work)


if __name__ == "__main__":
    main()
