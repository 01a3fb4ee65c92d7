"""Saved audiences: a predicate with parameters, and what its customers are like, for later scenarios."""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from expectations.errors import teach, unknown
from jobs.explore import AudienceError
from jobs.runtime.whole_file import write_whole

_NAME = re.compile("[a-z][a-z0-9_]{0,63}")
_PARAMETER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
# A value is a number, a date or a word; so it cannot change what the predicate means.
_VALUE = re.compile(r"-?[0-9]{1,18}|[0-9]{4}-[0-9]{2}-[0-9]{2}|[a-z0-9_]{1,64}")


@dataclass(frozen=True)
class Audience:
    """A template: `where` has {parameters}, each with a usual value."""

    name: str
    where: str
    meaning: str
    owner: str
    parameters: Mapping[str, str]
    description: str = ""
    described_on: str = ""

    def __post_init__(self) -> None:
        """Raise AudienceError when it cannot be saved or used."""
        asked = set(_PARAMETER.findall(self.where))
        faults = [] if _NAME.fullmatch(self.name) else [f"name {self.name!r}: use small letters, digits and _"]
        faults += [f"parameter {{{name}}} has no value" for name in sorted(asked - self.parameters.keys())]
        faults += [f"the predicate has no {{{name}}}" for name in sorted(self.parameters.keys() - asked)]
        faults += [
            f"parameter {name} is a text that may change the predicate; use a number, a date, or a word of a-z, 0-9 and _"
            for name, value in self.parameters.items()
            if not _VALUE.fullmatch(value)
        ]
        faults += [f"{name} is empty" for name in ("meaning", "owner") if not getattr(self, name).strip()]
        if faults:
            raise AudienceError(teach(f"Audience {self.name}", faults, "give each {parameter} of the predicate one plain value."))

    def filled(self, given: Mapping[str, str]) -> str:
        """Return the predicate with these values, and the usual ones for the others. AudienceError for an unknown parameter."""
        for name in given:
            if name not in self.parameters:
                raise AudienceError(unknown("parameter", name, self.parameters) if self.parameters else f"{self.name} has no parameters.")
        values = Audience(self.name, self.where, self.meaning, self.owner, {**self.parameters, **given}).parameters
        return _PARAMETER.sub(lambda found: values[found[1]], self.where)


def save(folder: Path, audience: Audience, description: str, on: date) -> Path:
    """Write the audience as a TOML file and return its path. AudienceError when there is one of that name."""
    path = folder / f"{audience.name}.toml"
    if path.exists():
        raise AudienceError(teach(f"Audience {audience.name}", [f"{path} exists"], "choose another name, or remove the file."))
    told = {"where": audience.where, "meaning": audience.meaning, "owner": audience.owner, "description": description}
    # A JSON text is a TOML text too.
    lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in told.items()]
    lines += [f'described_on = "{on}"', "", "[parameters]"]
    lines += [f"{name} = {json.dumps(value)}" for name, value in sorted(audience.parameters.items())]
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(path, ("\n".join(lines) + "\n").encode())
    return path


def saved(folder: Path, name: str) -> Audience:
    """Return a saved audience. AudienceError lists the existing ones, or says what is wrong with the file."""
    names = sorted(path.stem for path in folder.glob("*.toml"))
    if name not in names:
        raise AudienceError(unknown("audience", name, names) if names else f"No audience is saved yet in {folder}.")
    path = folder / f"{name}.toml"
    try:
        told = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise AudienceError(teach(f"Audience {name}", [f"{path} is no TOML: {error}"], "correct the file.")) from None
    texts = {key: told.get(key, "") for key in ("where", "meaning", "owner", "description", "described_on")}
    parameters = told.get("parameters", {})
    if not all(isinstance(text, str) for text in texts.values()) or not isinstance(parameters, dict):
        raise AudienceError(teach(f"Audience {name}", [f"{path} has a value that is no text"], "write texts in quotes."))
    return Audience(name=name, parameters={key: str(value) for key, value in parameters.items()}, **texts)
