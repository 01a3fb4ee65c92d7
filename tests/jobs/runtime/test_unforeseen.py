"""An error that nobody foresaw ends in logs without what it quoted, and whole in the vault."""

import traceback
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from expectations.tables.dwd_subscriber import SUBSCRIBER
from expectations.tables.ops import RUN
from jobs.runtime.job import Job
from jobs.runtime.night import Runner, UnforeseenError
from tests.night.homes import settings_of

NUMBER = "13812345678"


def broken(on: date, **_: Any) -> None:
    raise ValueError(f"cannot read row '{NUMBER}'")


def test_what_a_row_held_is_in_the_vault_alone(spark: SparkSession, tmp_path: Path) -> None:
    runner = Runner(settings_of(tmp_path))
    job = Job(name="broken", stage="refine", kind="table", call=broken, writes=(SUBSCRIBER,))
    with pytest.raises(UnforeseenError) as raised:
        runner.run(job, date(2026, 3, 4))
    told = "".join(traceback.format_exception(raised.value))
    (kept,) = (tmp_path / "vault" / "errors").iterdir()
    assert "Job broken: ValueError: cannot read row" in told
    assert str(kept) in told
    assert NUMBER in kept.read_text()
    logged = (tmp_path / "logs" / "events.jsonl").read_text() + str(runner.lake.whole(RUN).collect())
    assert NUMBER not in told + logged


def test_what_a_run_writes_is_closed_to_other_users(spark: SparkSession, tmp_path: Path) -> None:
    Runner(settings_of(tmp_path / "home"))
    open_to_others = [path for path in (tmp_path / "home").rglob("*") if path.stat().st_mode & 0o007]
    assert (tmp_path / "home" / "logs").exists()
    assert open_to_others == []
