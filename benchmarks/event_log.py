"""Spark's own event log: what its jobs and tasks were given, by the job of chudian's that asked for them."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# A client's tag as its server's Spark carries it.
_TAG = re.compile(r"_Tag_(\w+)(?:,|$)")
NOBODY = "none"


def logging_to(folder: Path) -> dict[str, str]:
    """The environment in which a Spark that is started writes its event log into the folder."""
    settings = {"enabled": "true", "compress": "false", "rolling.enabled": "false", "dir": f"file:{folder}"}
    given = " ".join(f"--conf spark.eventLog.{name}={value}" for name, value in settings.items())
    return {"PYSPARK_SUBMIT_ARGS": f"{given} pyspark-shell"}


@dataclass
class Work:
    """What Spark was given in a run: its jobs, millions of rows read, MB shuffled, each by job of chudian's."""

    jobs: Counter[str] = field(default_factory=Counter)
    rows_read: Counter[str] = field(default_factory=Counter)
    bytes_shuffled: Counter[str] = field(default_factory=Counter)

    @property
    def read(self) -> float:
        """Millions of rows read by all."""
        return self.rows_read.total() / 1e6

    @property
    def shuffled(self) -> float:
        """MB shuffled by all."""
        return self.bytes_shuffled.total() / 1e6


def work_in(folder: Path) -> Work:
    """Added up over every event of the logs in a folder; a stage that several of Spark's jobs share is the first one's."""
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
    """The job of chudian's that a job of Spark's was started for."""
    found = _TAG.search(started["Properties"].get("spark.job.tags", ""))
    return found[1] if found else NOBODY


def _events(folder: Path) -> Iterator[dict[str, Any]]:
    for log in sorted(folder.iterdir()):
        with log.open(encoding="utf-8") as lines:
            for line in lines:
                if '"SparkListenerJobStart"' in line or '"SparkListenerTaskEnd"' in line:
                    yield json.loads(line)
