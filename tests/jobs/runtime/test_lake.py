"""What the lake removes and what it leaves; what it tells a reader of a load that was received but never refined."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from expectations.tables.dwd_content_daily import CONTENT_DAILY
from expectations.tables.ops import LOAD, RUN
from jobs.register import all_jobs
from jobs.runtime.lake import Lake, NotPublishedError
from jobs.runtime.reads import Known
from jobs.runtime.settings import settings
from tests.frames import frame

NIGHT = date(2026, 3, 4)
LOADS = """
    feed    | known_on   | event_date | sequence | load_id | state  | files | rows_loaded | rows_quarantined
    wap_log | 2026-03-04 | 2026-03-04 | 1        | a       | loaded | 1     | 50          | 0
"""
RUNS = """
    run_id | job             | business_date | from_date  | started_at          | state  | seconds
    r1     | receive_wap_log | 2026-03-04    | 2026-03-04 | 2026-03-05T01:30:00 | done   | 1
    {more}
"""


@pytest.fixture
def read(spark: SparkSession, tmp_path: Path) -> Callable[[str], int]:
    """Rows of the night's content after these runs, none of which published a row."""
    all_jobs()

    def rows(*more: str) -> int:
        lake = Lake(spark, settings({"CHUDIAN_HOME": f"{tmp_path}"}))
        lake.append(LOAD, frame(spark, LOAD, LOADS))
        lake.append(RUN, frame(spark, RUN, RUNS.format(more="\n    ".join(more))))
        return lake.read(Known(CONTENT_DAILY, lambda _: [NIGHT]), NIGHT).count()

    return rows


def test_a_load_of_which_refining_keeps_no_row_holds_nobody_up(read: Callable[..., int]) -> None:
    """Requests of numbers that nobody held; a bulk load that covers the night will do as well."""
    assert read("r2 | refine_content | 2026-03-09 | 2026-03-01 | 2026-03-05T01:31:00 | done | 1") == 0


@pytest.mark.parametrize(
    "run",
    [
        "r2 | refine_content | 2026-03-04 | 2026-03-04 | 2026-03-05T01:31:00 | failed | 1",
        "r2 | refine_content | 2026-03-04 | 2026-03-04 | 2026-03-05T01:29:00 | done   | 1",
        "r2 | refine_content | 2026-03-05 | 2026-03-05 | 2026-03-05T01:31:00 | done   | 1",
    ],
    ids=["refining failed", "received anew since", "another night"],
)
def test_a_load_that_was_not_refined_is_named_with_its_night(read: Callable[..., int], run: str) -> None:
    with pytest.raises(NotPublishedError, match=f"run the job that writes it for the night of {NIGHT}"):
        read(run)


def test_a_stage_is_removed_alone_whatever_its_path_is_called(spark: SparkSession, tmp_path: Path) -> None:
    home = tmp_path / "#chudian?x"
    for name in ("stage/a", "stage/b"):
        (home / name).mkdir(parents=True)
    Lake(spark, settings({"CHUDIAN_HOME": str(home)})).drop(str(home / "stage" / "a"))
    assert sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")) == [
        "#chudian?x",
        "#chudian?x/stage",
        "#chudian?x/stage/b",
    ]
