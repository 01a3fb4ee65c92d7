"""Reads Spark's own event log: the work of its jobs and tasks, by the job of chudian that asked for it."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# A client's tag, in the form in which its server's Spark logs it.
_TAG = re.compile(r"_Tag_(\w+)(?:,|$)")
NOBODY = "none"


def logging_to(folder: Path) -> dict[str, str]:
    """Return the environment in which a newly started Spark writes its event log into the folder."""
    settings = {"enabled": "true", "compress": "false", "rolling.enabled": "false", "dir": f"file:{folder}"}
    given = " ".join(f"--conf spark.eventLog.{name}={value}" for name, value in settings.items())
    return {"PYSPARK_SUBMIT_ARGS": f"{given} pyspark-shell"}


@dataclass
class Work:
    """The work of Spark in a run: its jobs, millions of rows read, MB shuffled, each by job of chudian."""

    jobs: Counter[str] = field(default_factory=Counter)
    rows_read: Counter[str] = field(default_factory=Counter)
    bytes_shuffled: Counter[str] = field(default_factory=Counter)

    @property
    def read(self) -> float:
        """Millions of rows read by all jobs."""
        return self.rows_read.total() / 1e6

    @property
    def shuffled(self) -> float:
        """MB shuffled by all jobs."""
        return self.bytes_shuffled.total() / 1e6


def work_in(folder: Path) -> Work:
    """Return the sums over every event of the logs in a folder; a stage that several Spark jobs share counts for the first."""
    work, names = Work(), dict[int, str]()
    for event in _events(folder):
        if event["Event"] == "SparkListenerJobStart":
            name = job_of(event)
            work.jobs[name] += 1
            names = dict.fromkeys(event["Stage IDs"], name) | names
        elif took := event.get("Task Metrics"):
            name = names[event["Stage ID"]]
            work.rows_read[name] += took["Input Metrics"]["Records Read"]
            work.bytes_shuffled[name] += took["Shuffle Write Metrics"]["Shuffle Bytes Written"]
    return work


def job_of(started: dict[str, Any]) -> str:
    """Return the job of chudian for which a Spark job was started."""
    found = _TAG.search(started["Properties"].get("spark.job.tags", ""))
    return found[1] if found else NOBODY


def _events(folder: Path) -> Iterator[dict[str, Any]]:
    for log in sorted(folder.iterdir()):
        with log.open(encoding="utf-8") as lines:
            for line in lines:
                if '"SparkListenerJobStart"' in line or '"SparkListenerTaskEnd"' in line:
                    yield json.loads(line)
