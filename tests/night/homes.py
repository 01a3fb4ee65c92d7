"""Homes for the night's tests: a province that is loaded and trained once, and copies of it to do things to."""

import contextlib
import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

from pyspark.sql import functions as F

from expectations.contract import Table
from expectations.tables.mkt_candidate import MKT_CANDIDATE
from jobs.register import history_jobs, night_jobs
from jobs.runtime.job import Job
from jobs.runtime.job_run import Runner
from jobs.runtime.sequence import Ended, NightError, run_sequence
from jobs.runtime.settings import Settings, settings
from jobs.runtime.vault import make_demo_key
from jobs.train.train_models import TRAIN_JOBS
from simulator.history import simulate
from simulator.province import Province

NIGHT = date(2026, 3, 4)
PROVINCE = Province(subscribers=500, night=NIGHT, history_days=110, wap_days=10, event_days=12, location_days=8, bad_rows_per_million=400)


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
    run_sequence(runner, list(TRAIN_JOBS), NIGHT, lambda _: None)
    return home


def fork(home: Path, to: Path) -> Path:
    """A copy that can be spoiled; Airflow's own state names the home it is of, and stays behind."""
    shutil.copytree(home, to, ignore=shutil.ignore_patterns("airflow"))
    return to


def walk(home: Path, on: date = NIGHT, jobs: list[Job] | None = None) -> list[Ended]:
    """Run the night (or these jobs of it); how each job ended, whether or not all went well."""
    ended: list[Ended] = []
    with contextlib.suppress(NightError):
        run_sequence(runner_of(home), jobs or night_jobs(), on, ended.append)
    return ended


def candidates_of(home: Path) -> dict[str, set[tuple]]:
    """The candidates of the night, by scenario. What is decided about them depends on all scenarios together."""
    found: dict[str, set[tuple]] = {}
    columns = ("scenario", "step", "subscriber_id", "offer", "channel", "value_fen")
    for scenario, *row in runner_of(home).lake.whole(MKT_CANDIDATE, business_date=NIGHT).select(*columns).collect():
        found.setdefault(scenario, set()).add(tuple(row))
    return found


def list_bytes(home: Path) -> dict[str, bytes]:
    """Everything that channels see, by path."""
    outbox = home / "outbox"
    return {str(path.relative_to(outbox)): path.read_bytes() for path in sorted(outbox.rglob("*")) if path.is_file()}


def fingerprint(home: Path, facts: str = "true", snapshots: str = "true") -> dict[str, str]:
    """Count and hash of every table's rows but ops and rpt (of those that fit): what must not change when a night is run again.

    The hash of a table is the sum of its rows' hashes, which no order of the rows changes. Each cell is hashed as JSON, because Spark's
    hash passes over a null: a null and a neighbour changing places would not show.
    """
    written = [table for job in night_jobs() for table in job.writes if table.layer not in ("ops", "rpt")]
    lake, fit = runner_of(home).lake, {"fact": facts, "snapshot": snapshots}

    def hashed(table: Table) -> str:
        one_hash = F.xxhash64(*(F.to_json(F.struct(c.name)) for c in table.columns)).cast("decimal(38,0)")
        return str(lake.whole(table).where(fit.get(table.kind, "true")).agg(F.count("*"), F.sum(one_hash)).first())

    with ThreadPoolExecutor(2) as pool:
        return dict(zip((table.name for table in written), pool.map(hashed, written), strict=True))
