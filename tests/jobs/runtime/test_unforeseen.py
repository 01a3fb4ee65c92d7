"""An error that nobody foresaw ends in logs by its kind alone, and whole in the vault."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from jobs.runtime.settings import CHECKOUT

NUMBER, NAME = "138-1234-5678", "张三"
# A job of its own, in a process of its own: what is looked at is all that reaches a terminal or a task's log.
RUN = f"""
from datetime import date
from pyspark.sql import functions as F
from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from jobs.runtime.job import Job
from jobs.runtime.job_run import Runner

def broken(on):
    @F.udf("int")
    def read(text):
        raise ValueError("can't convert \\"" + text + "\\" of {NAME}")
    spark = runner.lake.spark
    spark.createDataFrame([("{NUMBER}",)], "number string").select(read("number")).collect()

runner = Runner()
runner.run(Job(name="broken", stage="refine", kind="table", call=broken, writes=(DWD_SUBSCRIBER,)), date(2026, 3, 4))
"""


@pytest.mark.apart
def test_what_a_row_held_is_in_the_vault_alone(tmp_path: Path) -> None:
    around = {**os.environ, "CHUDIAN_HOME": str(tmp_path)}
    ended = subprocess.run([sys.executable, "-c", RUN], cwd=CHECKOUT, env=around, capture_output=True, text=True, check=False)
    told = ended.stdout + ended.stderr
    (kept,) = (tmp_path / "vault" / "errors").iterdir()
    assert "Job broken" in told
    assert "PythonException" in told
    assert str(kept) in told
    whole = kept.read_text()
    assert NUMBER in whole
    assert NAME in whole
    public = [
        told,
        *(path.read_text(errors="ignore") for place in ("logs", "lake") for path in (tmp_path / place).rglob("*") if path.is_file()),
    ]
    assert [text for text in public if NUMBER in text or NAME in text] == []

    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {path.relative_to(tmp_path).parts[0] for path in written} >= {"lake", "logs", "vault"}
    assert [path for path in written if path.stat().st_mode & 0o007] == [], "what a run writes is closed to other users"
