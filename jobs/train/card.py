"""The model card: what a version predicts, for whom, what it learned from, how good it is, and how it must not be read."""

from collections.abc import Mapping

from models.evaluation import Comparison
from models.model import Model


def model_card(model: Model, metrics: Mapping[str, float], parameters: Mapping[str, str], compared: Comparison) -> str:
    """Return the card in Markdown."""
    lines = [f"# {model.name} {model.label}", "", model.meaning, "", f"**{model.caveat}**", "", model.examples.described(), ""]
    lines += ["| | |", "|---|---|"]
    lines += [f"| {name} | {value} |" for name, value in parameters.items()]
    lines += [f"| {name} | {value:.4f} |" for name, value in metrics.items()]
    lines += ["", f"Features ({len(model.features)}): {', '.join(model.features)}", ""]
    lines += [
        f'How it was measured, and what "out of time" means here: by halves and cut-offs. Each {model.unit.name} belongs to one of two'
        " halves. At the newest cut-off it is scored by a model that has learned the other half at the earlier cut-offs. The labels of"
        " neighbouring cut-offs may overlap in time, so no whole period is held out. The registered model has learned both halves at all"
        " cut-offs.",
        "",
        f"Promotion: {compared.words}.",
    ]
    return "\n".join(lines) + "\n"
