"""One job per model: train it again, register it, and make it champion if it is better than the present one."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from jobs.runtime.job import Job
from jobs.runtime.job_run import JobRun, Runner
from jobs.runtime.registry import HALVES, RegistryError, Trained, champion, fitted, halves_of, parameters, promote, register
from jobs.runtime.sequence import Ended, run_sequence
from jobs.runtime.settings import Settings, code_version
from jobs.train.card import model_card
from jobs.train.examples import data_version, examples
from models.evaluation import Comparison, Judged, incomparable, judge, learn_in_halves
from models.library import MODELS
from models.model import CUT_OFF, Model

if TYPE_CHECKING:
    import pandas as pd


# The parameter with the dates that a version learned from, separated by commas.
CUT_OFFS = "cut_offs"


def train(model: Model, run: JobRun) -> None:
    """Train the model on data known before the business date, register it, and promote it if it is better than the champion.

    The rule of promotion is `Comparison`. A candidate that is not promoted stays registered, and the run warns. Both figures are metrics of
    the registered version. Dates that were already scored keep the versions that they are pinned to.
    """
    rows = examples(run, model)
    halves = learn_in_halves(rows, model)
    judged = judge(halves, rows, model)
    before = champion(run.settings, model.name)
    compared = _compared(run, model, judged, before, rows)
    metrics = {**judged.metrics, "trained_rows": float((rows[CUT_OFF] < rows[CUT_OFF].max()).sum())}
    if compared.champion is not None:
        metrics[f"champion_{compared.loss}"] = compared.champion
    learned_from = {
        "business_date": f"{run.on}",
        CUT_OFFS: ", ".join(f"{cut_off}" for cut_off in sorted(rows[CUT_OFF].unique())),
        "read": ", ".join(f"{asked.table.name} of {day}" for asked in model.examples.reads(model.unit, run.on) for day in asked.dates),
        "rows": str(len(rows)),
        "champion_before": before or "none",
        "data_version": data_version(run, rows),
        "code_version": code_version() or "none",
    }
    trained = Trained(
        name=model.name,
        fitted=model.learner.fit(rows, model),
        halves=halves,
        # The signature describes what scoring sends: numbers may be null, so they are doubles.
        sample=rows[list(model.features)].head(100).astype(dict.fromkeys(model.numbers, "float64")),
        metrics=metrics,
        parameters=learned_from,
        picture=model.learner.picture(judged.rows, judged.scores, f"{model.name}, out of time"),
        card=model_card(model, metrics, learned_from, compared),
    )
    version = register(run.settings, trained)
    if compared.is_better:
        promote(run.settings, model.name, version)
    else:
        run.warnings.append(f"model {model.name}: version {version} is {compared.words}")
    run.told = f"{len(rows):,} rows, version {version} {compared.words}"
    run.say("trained", model=model.name, version=version, promoted=compared.is_better, **vars(compared))


def _compared(run: JobRun, model: Model, candidate: Judged, version: str | None, rows: "pd.DataFrame") -> Comparison:
    """The candidate against the champion on the candidate's rows. A champion that cannot be judged there is a warning."""
    loss = model.learner.loss
    alone = Comparison(loss, candidate.metrics[loss], None)
    if version is None:
        return alone
    who = f"model {model.name}: the champion, version {version}, cannot be judged and"
    try:
        halves = halves_of(run.settings, model.name, version)
        learned_until = max(parameters(run.settings, model.name, version).get(CUT_OFFS, "").split(", "))
    except RegistryError as error:
        if fault := _fault_of_model(run.settings, model.name, version):
            run.warnings.append(f"{who} is replaced: {error} {fault}")
            return alone
        # It still scores. The store may only have been out of reach for a moment.
        run.warnings.append(f"{who} stays: {error} Restore {HALVES}, or make another version the champion in MLflow.")
        return replace(alone, kept="the champion could not be judged")
    # Its halves may have learned what came after the rows, and a training of an older date must not take back what it knows.
    if learned_until > f"{rows[CUT_OFF].max()}":
        return replace(alone, kept=f"the champion, version {version}, learned up to the later cut-off {learned_until}")
    if fault := incomparable(halves, model):
        run.warnings.append(f"{who} is replaced: {fault}")
        return alone
    return replace(alone, champion=judge(halves, rows, model).metrics[loss])


def _fault_of_model(chosen: Settings, name: str, version: str) -> str:
    """Why the registered model itself cannot be opened; empty when it can."""
    try:
        fitted(chosen, name, version)
    except RegistryError as error:
        return str(error)
    return ""


def train_job(model: Model) -> Job:
    """Return the weekly job of one model."""
    runbook = (
        f"Train model {model.name} {model.label} on data known before the business date; it becomes champion if it is better."
        " It fails when examples are too few or a feature has no value at a cut-off. Then the champion stays, and no night waits."
    )
    return Job(
        name=f"train_{model.name}", stage="train", kind="effect", call=partial(train, model), writes=(), runbook=runbook, schedule="weekly"
    )


TRAIN_JOBS = tuple(train_job(model) for model in MODELS)


def train_models(runner: Runner, models: Iterable[Model], on: date, tell: Callable[[Ended], None]) -> None:
    """Train these models from the command line, by the jobs of the weekly DAG."""
    run_sequence(runner, [train_job(model) for model in models], on, tell, called=f"Training for {on}")


def without_champion(chosen: Settings) -> list[Model]:
    """Return the models that have no champion yet."""
    return [model for model in MODELS if champion(chosen, model.name) is None]
