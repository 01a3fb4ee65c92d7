"""Training: tags as known at several cut-offs, labels whose windows ended and were known before D, into the registry."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

from expectations.errors import teach
from expectations.tables.ops import OPS_LOAD
from features.library import CAR
from jobs.register import jobs_for
from jobs.runtime.job_run import Runner, code_version
from jobs.runtime.reads import Snapshot
from jobs.runtime.registry import Trained, champion, register
from jobs.runtime.sequence import Ended, run_sequence, timed
from jobs.runtime.settings import Settings
from models.estimator import TrainingError, fit
from models.evaluation import Evaluation, calibration_picture, evaluate
from models.library import MODELS
from models.model import Model

if TYPE_CHECKING:
    import pandas as pd

# Multiples of seven, as operators keep weekly fulls; the newest leaves room for churn's 37 days and three days of lateness.
CUT_OFFS_BACK = (42, 56, 70)
Tell = Callable[[Ended], None]


def without_champion(chosen: Settings) -> tuple[Model, ...]:
    """The models that have no champion yet."""
    return tuple(model for model in MODELS if champion(chosen, model.name) is None)


def train_all(runner: Runner, models: tuple[Model, ...], on: date, tell: Tell) -> None:
    """Train these models on what was known before `on` and make each the champion of its name.

    Tag snapshots of the cut-offs are made by the same jobs as at night, reading what was known then.
    """
    cut_offs = [on - timedelta(days=back) for back in sorted(CUT_OFFS_BACK, reverse=True)]
    told_on = {cut_off: min(cut_off + timedelta(days=CUT_OFFS_BACK[0]), on - timedelta(days=1)) for cut_off in cut_offs}
    untold = [
        f"{model.name}: what follows cut-off {cut_off} is known on {model.label_known_on(cut_off)}, and is read as known on {day}"
        for model in models
        for cut_off, day in told_on.items()
        if day < model.label_known_on(cut_off)
    ]
    if untold:
        raise TrainingError(teach(f"Training for {on}", untold, "choose older cut-offs in jobs/train/train_models.py (CUT_OFFS_BACK)."))
    outcomes = {model.outcome.name for model in models}
    wanted = {cut_off: {CAR.name} for cut_off in cut_offs} | {day: outcomes for day in told_on.values() if day not in cut_offs}
    for day, tables in sorted(wanted.items()):
        # A snapshot that was published is what it was; only those that are missing are made.
        missing = [job for job in jobs_for(tables) if not runner.lake.publications.snapshot(job.writes[0], day)]
        run_sequence(runner, missing, day, partial(_tell_of, tell, day))
    for model in models:
        tell(timed(f"train {model.name}", partial(_train, runner, model, on, told_on)))


def _tell_of(tell: Tell, day: date, end: Ended) -> None:
    tell(replace(end, job=f"{end.job} as of {day}"))


def _train(runner: Runner, model: Model, on: date, told_on: dict[date, date]) -> str:
    frame = labelled(runner, model, told_on)
    judged = evaluate(frame, model)
    final = fit(frame, model)
    sample = frame[list(final.feature_names_in_)].head(100)
    # The signature promises what scoring sends: numbers may be null, so they are doubles.
    sample = sample.astype(dict.fromkeys(model.numbers, "float64"))
    parameters = {
        "business_date": f"{on}",
        "cut_offs": ", ".join(f"{cut_off}" for cut_off in told_on),
        "labels_known_on": ", ".join(f"{day}" for day in told_on.values()),
        "rows": str(len(frame)),
        "data_version": _data_version(runner, frame, on),
        "code_version": code_version() or "none",
    }
    picture = calibration_picture(judged, f"{model.name}, out of time")
    version = register(
        runner.settings, Trained(model.name, final, sample, judged.metrics, parameters, picture, model_card(model, judged, parameters))
    )
    runner.events.say("trained", on, model=model.name, version=version, auc=round(judged.auc, 4))
    return f"version {version}, {len(frame):,} rows, AUC out of time {judged.auc:.3f}, lift at 10 % {judged.lift_10:.2f}"


def labelled(runner: Runner, model: Model, told_on: dict[date, date]) -> "pd.DataFrame":
    """The training frame of a model, sorted by (cut_off, subscriber_id), so that the same tables give the same model.

    TrainingError when a feature has no value at a cut-off: at night it has some, and the model would not know what to make of them.
    """
    import pandas as pd

    parts = []
    for cut_off, day in told_on.items():
        car = runner.lake.read(Snapshot(CAR), cut_off)
        parts.append(model.labelled(cut_off, car, runner.lake.read(Snapshot(model.outcome), day)).toPandas())
    frame = pd.concat(parts, ignore_index=True).sort_values(["cut_off", "subscriber_id"], ignore_index=True)
    counted = frame.groupby("cut_off")[list(model.features)].count()
    unknown = [f"feature {name} has no value at cut-off {cut_off}" for name in counted for cut_off in counted.index[counted[name] == 0]]
    if unknown:
        cure = (
            "a tag declared after that snapshot was made: run `chudian night <cut-off> --only compute_<family>_tags`, then the same with"
            " `--only write_car`; otherwise leave it out."
        )
        raise TrainingError(teach(f"Model {model.name}", unknown, cure))
    return frame


def _data_version(runner: Runner, frame: "pd.DataFrame", on: date) -> str:
    """Which loads were known and a hash of the rows that came of them."""
    import pandas as pd

    rows = hashlib.sha256(pd.util.hash_pandas_object(frame.astype(str), index=False).to_numpy().tobytes()).hexdigest()[:16]
    loads = sum(row["state"] == "loaded" and row["known_on"] < on for row in runner.lake.log(OPS_LOAD))
    return f"rows {rows}, {loads} loads known before {on}"


def model_card(model: Model, judged: Evaluation, parameters: dict[str, str]) -> str:
    """The model card: what it says, for whom, from what, how well, and what it must not be read as."""
    lines = [f"# {model.name} {model.label}", "", model.meaning, "", f"**{model.caveat}**", "", f"Population: `{model.population}`", ""]
    lines += [
        f"Label: days {model.first_day} to {model.last_day} after the cut-off, out of {model.outcome.name}.",
        "",
        "| | |",
        "|---|---|",
    ]
    lines += [f"| {name} | {value} |" for name, value in parameters.items()]
    lines += [f"| {name} | {value:.4f} |" for name, value in judged.metrics.items()]
    lines += ["", f"Features ({len(model.features)}): {', '.join(model.features)}", ""]
    lines += [
        "Measured out of time: learned on the earlier cut-offs, judged on the last, each half of the subscribers by a model that learned"
        " on the other half. The registered model is fitted on all."
    ]
    return "\n".join(lines) + "\n"
