"""Scoring in Spark's workers: each worker opens the models once and returns their scores with each key."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from expectations.contract import Table
from jobs.runtime.records import arrow_schema
from jobs.runtime.settings import Settings
from jobs.runtime.whole_file import write_whole
from models.model import Model, Unit

if TYPE_CHECKING:
    import pyarrow as pa


def keep(settings: Settings, opened: Mapping[str, Any]) -> str:
    """Write the models where workers find them. The same models have the same file, so a worker opens it only once."""
    import cloudpickle

    content = cloudpickle.dumps(dict(opened))
    file = settings.home / "mlflow" / "opened" / f"{sha256(content).hexdigest()[:32]}.pickle"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, content)
    return str(file)


@lru_cache(maxsize=1)
def _opened(file: str) -> dict[str, Any]:
    """Return the models of one file: opened once per worker, for all nights and sessions."""
    import cloudpickle

    models: dict[str, Any] = cloudpickle.loads(Path(file).read_bytes())
    return models


class Scorer:
    """A function for mapInArrow: batches of features in, batches of the key and all outputs out."""

    def __init__(self, unit: Unit, models: tuple[Model, ...], table: Table, file: str) -> None:
        """`table` is the score table, `file` the result of `keep`."""
        import pyarrow as pa

        outputs = [column.name for model in models for column in model.outputs]
        self.ddl = ", ".join(f"{name} {table.column(name).type}" for name in (unit.key, *outputs))
        self._key, self._file = unit.key, file
        self._learners = {model.name: model.learner for model in models}
        self._schema = pa.schema([arrow_schema(table).field(name) for name in (unit.key, *outputs)])

    def __call__(self, batches: "Iterator[pa.RecordBatch]") -> "Iterator[pa.RecordBatch]":
        """Score each batch."""
        import pyarrow as pa

        for batch in batches:
            rows, found = batch.to_pandas(), {self._key: batch.column(self._key)}
            for name, learner in self._learners.items():
                scores = learner.scores(_opened(self._file)[name], rows)
                found |= {f"{name}_{output}": pa.array(values) for output, values in scores.items()}
            yield pa.RecordBatch.from_arrays([found[field.name].cast(field.type) for field in self._schema], schema=self._schema)
