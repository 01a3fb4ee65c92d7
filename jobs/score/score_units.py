"""One job per unit: all its models score everything that is to be scored, in one pass."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from features.wide import named_in
from jobs.runtime.job import Job
from jobs.runtime.job_run import JobRun
from jobs.runtime.reads import Lacking, Snapshot
from jobs.runtime.registry import RegistryError, fitted, pinned
from jobs.score.scorer import Scorer, keep
from models.library import MODELS, score_table, units
from models.model import Model, Unit
from scenarios.library import SCENARIOS
from scenarios.needs import models_named


def score(unit: Unit, models: tuple[Model, ...], run: JobRun) -> None:
    """Score with the versions that the date is pinned to; the scores of a model that cannot score are null."""
    from pyspark.sql import functions as F

    lacking = run.read("lacking")
    versions, opened = _opened(run, models, lacking)
    rows = run.read("rows")
    # If the tags that select who is scored cannot be used, every row is scored.
    if not named_in(unit.scored) & lacking.keys():
        rows = rows.where(unit.scored)
    scoring = tuple(model for model in models if model.name in opened)
    rows = rows.select(*dict.fromkeys((unit.key, *(name for model in scoring for name in model.features))))
    if scoring:
        scorer = Scorer(unit, scoring, run.job.writes[0], keep(run.settings, opened))
        rows = rows.mapInArrow(scorer, scorer.ddl)
    null = [column for model in models if model not in scoring for column in (*model.outputs, model.version)]
    known = {model.version.name: F.lit(versions[model.name]) for model in scoring}
    known |= {column.name: F.lit(None).cast(column.type) for column in null}
    run.publish(run.job.writes[0], rows.withColumns({**known, "business_date": F.lit(run.on)}))


def _opened(run: JobRun, models: Iterable[Model], lacking: Mapping[str, str]) -> tuple[dict[str, str], dict[str, Any]]:
    """Return the pinned versions and the opened models, by name. A model that cannot score is left out with a warning."""
    waiting = {model.name: list(dict.fromkeys(lacking[name] for name in model.features if name in lacking)) for model in models}
    opened: dict[str, Any] = {}
    try:
        versions = pinned(run, [name for name, why in waiting.items() if not why])
    except RegistryError as error:
        for model in models:
            _warn(run, model, str(error))
        return {}, opened
    for model in models:
        if waiting[model.name]:
            _warn(run, model, "; ".join(waiting[model.name]))
        elif model.name not in versions:
            _warn(run, model, f"it has no champion; `chudian train {run.on}` makes one, then run the night again")
        else:
            try:
                opened[model.name] = fitted(run.settings, model.name, versions[model.name])
            except RegistryError as error:
                _warn(run, model, f"{error} Restore its files, then run the night again")
    return versions, opened


def _warn(run: JobRun, model: Model, why: str) -> None:
    users = [scenario.name for scenario in SCENARIOS if model.name in models_named(scenario)]
    used = f"used by {', '.join(users)}" if users else "no scenario uses it"
    run.warnings.append(f"model {model.name} has null scores ({used}): {why}")


def score_job(unit: Unit, models: tuple[Model, ...]) -> Job:
    """Return the nightly job of one unit."""
    runbook = (
        f"Score every {unit.name} for which {unit.scored}, with all models. A model without a champion, one that cannot be opened,"
        " or one whose tags are missing or bad gives null scores and a warning. Train it or bring its files back, then run the night again."
    )
    return Job(
        name=f"score_{unit.name}s",
        stage="score",
        kind="effect",
        call=partial(score, unit, models),
        writes=(score_table(unit, models),),
        reads={"rows": Snapshot(unit.rows), "lacking": Lacking(unit.rows)},
        runbook=runbook,
    )


SCORE_JOBS = tuple(score_job(unit, tuple(model for model in MODELS if model.unit == unit)) for unit in units(MODELS))
