"""Homes for the night's tests: a province that is loaded and trained once, and copies of it to do things to."""

import contextlib
import hashlib
import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from expectations.contract import Table
from jobs.register import history_jobs, night_jobs
from jobs.runtime.job import Job
from jobs.runtime.night import Runner
from jobs.runtime.sequence import Ended, NightError, run_sequence
from jobs.runtime.settings import Settings, settings
from jobs.runtime.vault import make_demo_key
from jobs.train.train_models import train_all
from models.library import MODELS
from simulator.history import simulate
from simulator.province import Province

NIGHT = date(2026, 3, 4)
PROVINCE = Province(subscribers=500, night=NIGHT, bad_rows_per_million=400)


def settings_of(home: Path) -> Settings:
    """Settings as if CHUDIAN_HOME were this folder."""
    return settings({"CHUDIAN_HOME": str(home), "CHUDIAN_SPARK": settings().spark})


def runner_of(home: Path) -> Runner:
    return Runner(settings_of(home))


def loaded_and_trained(home: Path) -> Path:
    """A home as `make demo` has it before the night."""
    make_demo_key(home / "vault", PROVINCE.seed)
    simulate(PROVINCE, home)
    runner = runner_of(home)
    run_sequence(runner, history_jobs(), NIGHT - timedelta(days=1), lambda _: None, PROVINCE.first_day)
    train_all(runner, MODELS, NIGHT, lambda _: None)
    return home


def fork(home: Path, to: Path) -> Path:
    """A copy that can be spoiled."""
    shutil.copytree(home, to)
    return to


def walk(home: Path, on: date = NIGHT, jobs: list[Job] | None = None) -> list[Ended]:
    """Run the night (or these jobs of it); how each job ended, whether or not all went well."""
    ended: list[Ended] = []
    with contextlib.suppress(NightError):
        run_sequence(runner_of(home), jobs or night_jobs(), on, ended.append)
    return ended


def list_bytes(home: Path) -> dict[str, bytes]:
    """Everything that channels see, by path."""
    outbox = home / "outbox"
    return {str(path.relative_to(outbox)): path.read_bytes() for path in sorted(outbox.rglob("*")) if path.is_file()}


def table_rows(home: Path, table: Table, where: str = "true") -> list[Any]:
    """The rows of a table, in an order of their own."""
    runner = runner_of(home)
    return sorted(tuple(map(str, row)) for row in runner.lake.whole(table).where(where).collect())


def fingerprint(home: Path, facts: str = "true") -> dict[str, str]:
    """A hash of every table's rows but ops and rpt (of facts, the rows that fit): what must not change when a night is run again."""
    written = [table for job in night_jobs() for table in job.writes if table.layer not in ("ops", "rpt")]
    hashed = {}
    for table in written:
        rows = table_rows(home, table, facts if table.kind == "fact" else "true")
        hashed[table.name] = f"{len(rows)} rows {hashlib.sha256(repr(rows).encode()).hexdigest()}"
    return hashed
