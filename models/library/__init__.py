"""The operator's models, one file each: `MODELS` has every model of this folder, and their scores make the score tables."""

from collections.abc import Iterable
from importlib import import_module
from pkgutil import iter_modules

from expectations.contract import Table
from expectations.errors import ContractError, teach
from models.model import SUBSCRIBER, Model, Unit


def _found() -> tuple[Model, ...]:
    found = {module.name: import_module(f"{__name__}.{module.name}").MODEL for module in iter_modules(__path__)}
    faults = [f"{file}.py declares the model {model.name}" for file, model in found.items() if file != model.name]
    if faults:
        raise ContractError(teach("Models", faults, "give the file in models/library/ and the model the same name."))
    return tuple(found[name] for name in sorted(found))


MODELS = _found()


def units(models: Iterable[Model]) -> tuple[Unit, ...]:
    """Return what these models score, each unit once."""
    return tuple({model.unit.name: model.unit for model in models}.values())


def score_table(unit: Unit, models: Iterable[Model]) -> Table:
    """Return the table with the scores that these models give each thing of a unit, in one row."""
    scores = [column for model in models for column in (*model.outputs, model.version)]
    return Table(
        name=f"score.{unit.name}",
        owner="models",
        comment=f"One row per {unit.name} that is scored, with the scores of all models.",
        key=(unit.key,),
        columns=(unit.rows.column(unit.key), *scores),
    )


SCORE_SUBSCRIBER = score_table(SUBSCRIBER, (model for model in MODELS if model.unit == SUBSCRIBER))
