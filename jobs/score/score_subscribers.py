"""All models over all live subscribers, in one pass."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from features.wide import families_with, wide_rows
from jobs.runtime.job import effect_job
from jobs.runtime.job_run import JobRun
from jobs.runtime.reads import Snapshot
from jobs.runtime.registry import fitted, pinned
from models.library import MODELS, SCORE_SUBSCRIBER, features_needed

if TYPE_CHECKING:
    import pyarrow as pa

FAMILIES = families_with(["is_live", *features_needed()])
_READS: dict[str, Any] = {"subscribers": Snapshot(DWD_SUBSCRIBER), **{family.name: Snapshot(family.table) for family in FAMILIES}}


@effect_job(writes=(SCORE_SUBSCRIBER,), **_READS)
def score_subscribers(run: JobRun) -> None:
    """Score who is live with the versions the date is pinned to. Without a champion: chudian train."""
    from pyspark.sql import functions as F

    versions = pinned(run, [model.name for model in MODELS])
    models = {model.name: fitted(run.settings, model.name, versions[model.name]) for model in MODELS}
    spine = run.read("subscribers").select("subscriber_id")
    wide = wide_rows(spine, [run.read(family.name) for family in FAMILIES]).where("is_live")
    ddl = "subscriber_id STRING, " + ", ".join(f"{name}_ppm INT" for name in models)
    # Only the columns that some model asks for cross to Python.
    scored = wide.select("subscriber_id", *features_needed()).mapInArrow(_scorer(_kept(models, run)), ddl)
    columns = {f"{name}_version": F.lit(version) for name, version in versions.items()}
    run.publish(SCORE_SUBSCRIBER, scored.withColumns({**columns, "business_date": F.lit(run.on)}))


def _kept(models: dict[str, Any], run: JobRun) -> str:
    """Where workers find the models; the same models have the same file, so that a worker that has opened it need not again."""
    import cloudpickle

    content = cloudpickle.dumps(models)
    folder = run.settings.home / "mlflow" / "opened"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{sha256(content).hexdigest()[:32]}.pickle"
    if not file.exists():
        # Whole or absent: a run that is killed here must not leave half a file under this name.
        half = folder / f"{run.run_id}.half"
        half.write_bytes(content)
        half.replace(file)
    return str(file)


@lru_cache(maxsize=1)
def _opened(file: str) -> dict[str, Any]:
    """The models of one file: once per worker, whichever night or session asks."""
    import cloudpickle

    models: dict[str, Any] = cloudpickle.loads(Path(file).read_bytes())
    return models


def _scorer(file: str) -> Callable[[Iterator["pa.RecordBatch"]], Iterator["pa.RecordBatch"]]:
    def score(batches: Iterator["pa.RecordBatch"]) -> Iterator["pa.RecordBatch"]:
        import pyarrow as pa

        from models.estimator import score_ppm

        for batch in batches:
            rows = batch.to_pandas()
            scores = {f"{name}_ppm": pa.array(score_ppm(model, rows), pa.int32()) for name, model in _opened(file).items()}
            yield pa.RecordBatch.from_arrays([batch.column("subscriber_id"), *scores.values()], names=["subscriber_id", *scores])

    return score
