"""Upkeep: the ops tables' many small files become few, and say the same."""

from datetime import date
from pathlib import Path

import pytest

from expectations.tables.ops import OPS_LOAD, OPS_RUN
from jobs.maintain.compact_tables import compact_tables
from jobs.register import night_jobs, scheduled
from jobs.runtime.job_run import Runner
from jobs.runtime.lake import Lake
from jobs.runtime.settings import settings

D = date(2026, 3, 4)


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(settings({"CHUDIAN_HOME": str(tmp_path)}))


def test_small_files_are_merged_and_the_rows_stay(runner: Runner) -> None:
    told = {"feed": "org", "known_on": D, "event_date": D, "load_id": "a", "state": "loaded", "files": 1, "rows_quarantined": 0}
    for sequence in range(1, 5):
        runner.lake.records.append(OPS_LOAD, [{**told, "sequence": sequence, "rows_loaded": 7}])
    before = runner.lake.log(OPS_LOAD)
    assert len(runner.lake.at(OPS_LOAD).present()) == 4

    runner.run(compact_tables, D)

    lake = Lake(runner.settings)
    assert len(lake.at(OPS_LOAD).present()) == 1
    assert sorted(lake.log(OPS_LOAD), key=str) == sorted(before, key=str)
    assert [run["job"] for run in lake.log(OPS_RUN)] == ["compact_tables"]
    runner.run(compact_tables, D)
    assert len(Lake(runner.settings).log(OPS_LOAD)) == 4


def test_it_is_a_weekly_job_and_none_of_the_night() -> None:
    assert compact_tables in scheduled("weekly")
    assert compact_tables not in night_jobs()
