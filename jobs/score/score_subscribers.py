"""All models over all live subscribers, in one pass."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from features.library import CAR, families_of
from jobs.runtime.job import effect_job
from jobs.runtime.job_run import JobRun
from jobs.runtime.reads import Lacking, Snapshot
from jobs.runtime.registry import fitted, pinned
from models.library import MODELS, SCORE_SUBSCRIBER, features_needed

if TYPE_CHECKING:
    import pyarrow as pa


@effect_job(writes=(SCORE_SUBSCRIBER,), car=Snapshot(CAR), lacking=Lacking(CAR))
def score_subscribers(run: JobRun) -> None:
    """Score who is live with the versions the date is pinned to. Without a champion: chudian train.

    A model that needs a family that failed tonight gives null scores.
    """
    from pyspark.sql import functions as F

    lacking = run.read("lacking")
    waiting = {model.name: sorted(found) for model in MODELS if (found := families_of(model.columns_named) & lacking)}
    run.warnings += [f"model {name} waits for tags of {', '.join(families)}: null scores tonight" for name, families in waiting.items()]
    versions = pinned(run, [model.name for model in MODELS if model.name not in waiting])
    models = {name: fitted(run.settings, name, version) for name, version in versions.items()}
    # Without lifecycle tags it is not known who is live, and nobody has a score.
    wide = run.read("car").where("is_live IS NOT FALSE")
    ddl = ", ".join(["subscriber_id STRING", *(f"{name}_ppm INT" for name in models)])
    # Only the columns that some model asks for cross to Python.
    scored = wide.select("subscriber_id", *features_needed()).mapInArrow(_scorer(_kept(models, run)), ddl)
    columns = {f"{name}_version": F.lit(version) for name, version in versions.items()}
    for name in waiting:
        columns |= {f"{name}_ppm": F.lit(None).cast("int"), f"{name}_version": F.lit(None).cast("string")}
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
