"""Runs some stages of a night: `python -m benchmarks.tags_once DATE STAGE...`; started by benchmarks/tags.py."""

import sys
from datetime import date

from jobs.register import night_jobs
from jobs.runtime.job_run import Runner
from jobs.runtime.sequence import run_sequence


def main(on: str, *stages: str) -> None:
    """Run the night's jobs of these stages. A failure ends the process with its report."""
    jobs = [job for job in night_jobs() if job.stage in stages]
    run_sequence(Runner(), jobs, date.fromisoformat(on), lambda _: None)


if __name__ == "__main__":
    main(*sys.argv[1:])
