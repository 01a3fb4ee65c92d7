"""All models over all live subscribers, in one pass."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from expectations.tables.dwd_subscriber import SUBSCRIBER
from features.wide import families_with, wide_rows
from jobs.runtime.job import effect_job
from jobs.runtime.night import Night
from jobs.runtime.reads import Snapshot
from jobs.runtime.registry import fitted, pinned
from models.library import MODELS, SCORE, features_needed

if TYPE_CHECKING:
    import pyarrow as pa

FAMILIES = families_with(["is_live", *features_needed()])
_READS: dict[str, Any] = {"subscribers": Snapshot(SUBSCRIBER), **{family.name: Snapshot(family.table) for family in FAMILIES}}


@effect_job(writes=(SCORE,), **_READS)
def score_subscribers(night: Night) -> None:
    """Score who is live with the versions the date is pinned to. Without a champion: chudian train."""
    from pyspark.sql import functions as F

    versions = pinned(night, [model.name for model in MODELS])
    models = {model.name: fitted(night.settings, model.name, versions[model.name]) for model in MODELS}
    spine = night.read("subscribers").select("subscriber_id")
    wide = wide_rows(spine, [night.read(family.name) for family in FAMILIES]).where("is_live")
    ddl = "subscriber_id STRING, " + ", ".join(f"{name}_ppm INT" for name in models)
    # One broadcast, opened once per worker; only the columns that some model asks for cross to Python.
    scored = wide.select("subscriber_id", *features_needed()).mapInArrow(_scorer(night.spark.sparkContext.broadcast(models)), ddl)
    columns = {f"{name}_version": F.lit(version) for name, version in versions.items()}
    night.publish(SCORE, scored.withColumns({**columns, "business_date": F.lit(night.on)}))


def _scorer(models: Any) -> Callable[[Iterator["pa.RecordBatch"]], Iterator["pa.RecordBatch"]]:
    def score(batches: Iterator["pa.RecordBatch"]) -> Iterator["pa.RecordBatch"]:
        import pyarrow as pa

        from models.estimator import score_ppm

        for batch in batches:
            rows = batch.to_pandas()
            scores = {f"{name}_ppm": pa.array(score_ppm(model, rows), pa.int32()) for name, model in models.value.items()}
            yield pa.RecordBatch.from_arrays([batch.column("subscriber_id"), *scores.values()], names=["subscriber_id", *scores])

    return score
