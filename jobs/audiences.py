"""Saved audiences: a predicate with parameters, and what its customers are like, for later scenarios."""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from expectations.errors import teach, unknown
from features.library import CAR
from jobs.explore import AudienceError
from jobs.runtime.whole_file import write_whole

_NAME = re.compile("[a-z][a-z0-9_]{0,63}")
_PARAMETER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
# A value is a number, a date or a word; so it cannot change what the predicate means.
_VALUE = re.compile(r"-?[0-9]{1,18}|[0-9]{4}-[0-9]{2}-[0-9]{2}|[a-z0-9_]{1,64}")


@dataclass(frozen=True)
class Audience:
    """A template: `where` has {parameters}, each with a usual value. Without a name it is not saved, and needs no meaning and no owner."""

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
        faults = [] if not self.name or _NAME.fullmatch(self.name) else [f"name {self.name!r}: use small letters, digits and _"]
        faults += [f"parameter {{{name}}} has no value; give it with --set {name}=VALUE" for name in sorted(asked - self.parameters.keys())]
        faults += [f"the predicate has no {{{name}}}" for name in sorted(self.parameters.keys() - asked)]
        faults += [
            f"parameter {name} is a text that may change the predicate; use a number, a date, or a word of a-z, 0-9 and _"
            for name, value in self.parameters.items()
            if not _VALUE.fullmatch(value)
        ]
        if self.name:
            faults += [f"{name} is empty; give it with --{name}" for name in ("meaning", "owner") if not getattr(self, name).strip()]
        if faults:
            cure = "correct that. A predicate states {parameters} in braces, and each has one plain value."
            raise AudienceError(teach(f"Audience {self.name}" if self.name else "The audience", faults, cure))

    def filled(self, given: Mapping[str, str]) -> str:
        """Return the predicate with these values, and the usual ones for the others. AudienceError for an unknown parameter."""
        for name in given:
            if name not in self.parameters:
                raise AudienceError(unknown("parameter", name, self.parameters) if self.parameters else f"{self.name} has no parameters.")
        values = replace(self, parameters={**self.parameters, **given}).parameters
        return _PARAMETER.sub(lambda found: values[found[1]], self.where)


def free_path(folder: Path, name: str) -> Path:
    """Return the file of a new audience. AudienceError when there is one of that name."""
    path = folder / f"{name}.toml"
    if path.exists():
        raise AudienceError(teach(f"Audience {name}", [f"{path} exists"], "choose another name, or remove the file."))
    return path


def names_in(folder: Path) -> list[str]:
    """Return the names of the saved audiences."""
    return sorted(path.stem for path in folder.glob("*.toml"))


def is_name(text: str) -> bool:
    """Whether a text names a saved audience: a single word that is no column and no truth value is no predicate."""
    return bool(_NAME.fullmatch(text)) and text not in {"true", "false", *(column.name for column in CAR.columns)}


def save(folder: Path, audience: Audience, description: str, on: date) -> Path:
    """Write the audience as a TOML file and return its path. AudienceError when there is one of that name."""
    path = free_path(folder, audience.name)
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
    names = names_in(folder)
    if name not in names:
        fault = unknown("saved audience", name, names) if names else f"{name} is no column, and no audience is saved yet in {folder}."
        raise AudienceError(f"{fault}\n  A predicate is Spark SQL over the customer record; `chudian tags` lists its columns.")
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
