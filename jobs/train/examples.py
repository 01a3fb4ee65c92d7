"""A model's examples from the lake, as known at their cut-offs."""

import hashlib
from typing import TYPE_CHECKING

from expectations.errors import teach
from expectations.tables.ops import OPS_LOAD
from features.library import CAR
from jobs.past import Past
from jobs.runtime.job_run import JobRun
from models.model import CUT_OFF, AsOf, Model, TrainingError

if TYPE_CHECKING:
    import pandas as pd
    from pyspark.sql import DataFrame


def examples(run: JobRun, model: Model) -> "pd.DataFrame":
    """Return the examples of the run's business date, sorted by cut-off and key, so that the same tables train the same model.

    Cut-offs whose night never ran are made from the facts that were known on them; they are not published.

    TrainingError when a feature has no value at a cut-off: it has values at night, for which the model would have learned nothing.
    """
    past = Past(run.lake)

    def read(asked: AsOf) -> "DataFrame":
        if asked.table.name == CAR.name:
            return past.car(asked.dates, (*asked.columns, *model.features))
        return past.of(asked.table, asked.dates)

    found: pd.DataFrame = model.rows(run.on, read).toPandas()
    rows = found.sort_values([CUT_OFF, model.unit.key], ignore_index=True)
    counted = rows.groupby(CUT_OFF)[list(model.features)].count()
    unknown = [f"feature {name} has no value at cut-off {cut_off}" for name in counted for cut_off in counted.index[counted[name] == 0]]
    if unknown:
        cure = (
            "if a night ran at the cut-off before the tag was declared, run `chudian night <cut-off> --only compute_<family>_tags` and the"
            " same with `--only write_car`; otherwise its facts may not reach back far enough: leave the feature out."
        )
        raise TrainingError(teach(f"Model {model.name}", unknown, cure))
    return rows


def data_version(run: JobRun, rows: "pd.DataFrame") -> str:
    """Return which loads were known, and a hash of the resulting examples."""
    import pandas as pd

    content = hashlib.sha256(pd.util.hash_pandas_object(rows.astype(str), index=False).to_numpy().tobytes()).hexdigest()[:16]
    loads = sum(row["state"] == "loaded" and row["known_on"] < run.on for row in run.lake.log(OPS_LOAD))
    return f"rows {content}, {loads} loads known before {run.on}"
