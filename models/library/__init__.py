"""The operator's models, one file each: `MODELS` has every model of this folder, and their scores make the score tables."""

from collections.abc import Collection, Iterable
from pkgutil import iter_modules

from expectations.contract import YEAR_KEPT_DAYS, Table
from expectations.errors import ContractError, teach
from expectations.found import declared_in
from models.model import SUBSCRIBER, Model, Unit


def one_model_a_file(found: Iterable[Model], files: Collection[str]) -> tuple[Model, ...]:
    """Return the models by name; ContractError when a model and its file have different names."""
    models = sorted(found, key=lambda model: model.name)
    names = [model.name for model in models]
    faults = [f"model {name} is not in a file {name}.py" for name in names if name not in files]
    faults += [f"{file}.py declares no model {file}" for file in files if file not in names]
    faults += [f"model {name} is declared twice" for name in sorted({name for name in names if names.count(name) > 1})]
    if faults:
        raise ContractError(teach("Models", faults, "give the file in models/library/ and the model the same name."))
    return tuple(models)


MODELS = one_model_a_file(declared_in(__name__, __path__, Model), [module.name for module in iter_modules(__path__)])


def units(models: Iterable[Model]) -> tuple[Unit, ...]:
    """Return what these models score, each unit once."""
    return tuple({model.unit.name: model.unit for model in models}.values())


def score_table(unit: Unit, models: Iterable[Model]) -> Table:
    """Return the table with the scores that these models give each thing of a unit, in one row."""
    scores = [column for model in models for column in (*model.outputs, model.version)]
    return Table(
        name=f"score.{unit.name}",
        kept_days=YEAR_KEPT_DAYS,
        owner="models",
        comment=f"One row per {unit.name} that is scored, with the scores of all models.",
        key=(unit.key,),
        columns=(unit.rows.column(unit.key), *scores),
    )


SCORE_SUBSCRIBER = score_table(SUBSCRIBER, (model for model in MODELS if model.unit == SUBSCRIBER))
