"""What the lake removes, and what it leaves."""

from pathlib import Path

from pyspark.sql import SparkSession

from jobs.runtime.lake import Lake
from jobs.runtime.settings import settings


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
