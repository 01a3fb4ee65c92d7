"""A model's examples from the lake, as known at their cut-offs."""

import hashlib
from collections.abc import Collection
from typing import TYPE_CHECKING

from expectations.errors import teach
from expectations.tables.ops import OPS_LOAD
from jobs.runtime.job_run import JobRun, Runner
from jobs.runtime.lock import one_at_a_time
from jobs.runtime.reads import Snapshot
from jobs.runtime.sequence import NightError, run_sequence
from models.model import CUT_OFF, AsOf, Model, TrainingError

if TYPE_CHECKING:
    import pandas as pd


def examples(run: JobRun, model: Model) -> "pd.DataFrame":
    """Return the examples of the run's business date, sorted by cut-off and key, so that the same tables train the same model.

    TrainingError when a feature has no value at a cut-off: it has values at night, for which the model would have learned nothing.
    """
    make_missing(run, tuple(model.examples.reads(model.unit, run.on)))
    found: pd.DataFrame = model.rows(run.on, lambda asked: run.lake.read(Snapshot(asked.table), asked.on)).toPandas()
    rows = found.sort_values([CUT_OFF, model.unit.key], ignore_index=True)
    counted = rows.groupby(CUT_OFF)[list(model.features)].count()
    unknown = [f"feature {name} has no value at cut-off {cut_off}" for name in counted for cut_off in counted.index[counted[name] == 0]]
    if unknown:
        cure = (
            "if the tag was declared after that snapshot was made, run `chudian night <cut-off> --only compute_<family>_tags` and the same"
            " with `--only write_car`; otherwise leave it out."
        )
        raise TrainingError(teach(f"Model {model.name}", unknown, cure))
    return rows


def make_missing(run: JobRun, wanted: Collection[AsOf]) -> None:
    """Make the snapshots that no night has published, by the night's own jobs, which read what was known on those dates.

    A published snapshot is not changed. A snapshot that cannot be made is a warning here; reading it later fails with its name.
    """
    from jobs.register import jobs_for

    published = run.lake.publications.snapshot
    # Models are trained in parallel and need the same snapshots: the first one makes them.
    with one_at_a_time(run.settings, "snapshots"):
        for day in sorted({asked.on for asked in wanted}):
            absent = {asked.table.name for asked in wanted if asked.on == day and not published(asked.table, day)}
            jobs = [job for job in jobs_for(absent) if not published(job.writes[0], day)]
            try:
                run_sequence(Runner(run.settings), jobs, day, lambda _: None, called=f"Making snapshots of {day}")
            except NightError as error:
                run.warnings.append(str(error))


def data_version(run: JobRun, rows: "pd.DataFrame") -> str:
    """Return which loads were known, and a hash of the resulting examples."""
    import pandas as pd

    content = hashlib.sha256(pd.util.hash_pandas_object(rows.astype(str), index=False).to_numpy().tobytes()).hexdigest()[:16]
    loads = sum(row["state"] == "loaded" and row["known_on"] < run.on for row in run.lake.log(OPS_LOAD))
    return f"rows {content}, {loads} loads known before {run.on}"
