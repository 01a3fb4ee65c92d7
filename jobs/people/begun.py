"""A forgetting that has begun: the file by which one that was killed is completed, because the vault may have lost the person already."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from expectations.errors import ChudianError
from jobs.people.person import Person
from jobs.runtime.vault import key_mark, write_secret

FILE = "forgetting.json"


class BegunError(ChudianError):
    """A forgetting of somebody else was killed and has to be completed first."""


@dataclass(frozen=True)
class Begun:
    """The person, the number that was asked for, and the mark of the token key before its rotation."""

    vault: Path
    number: str
    person: Person
    mark: str

    @classmethod
    def of(cls, vault: Path, number: str) -> "Begun | None":
        """Return what was begun and is not complete; None when nothing is. BegunError when it is about another number."""
        path = vault / FILE
        if not path.exists():
            return None
        told = json.loads(path.read_text("utf-8"))
        if told["number"] != number:
            raise BegunError(
                f"Nobody is forgotten: a forgetting of another number was killed, and is not complete.\n"
                f"  To mend it: forget that number again; it is in {path}."
            )
        held = {one: [(date.fromisoformat(day), who) for day, who in days] for one, days in told["held"].items()}
        return cls(vault, number, Person(**{name: frozenset(told[name]) for name in _SETS}, held=held), told["mark"])

    @classmethod
    def begin(cls, vault: Path, number: str, person: Person) -> "Begun":
        """Store the person before anything is done."""
        begun = cls(vault, number, person, key_mark(vault))
        held = {one: [(f"{day}", who) for day, who in days] for one, days in person.held.items()}
        told = {name: sorted(getattr(person, name)) for name in _SETS} | {"number": number, "mark": begun.mark, "held": held}
        write_secret(vault / FILE, json.dumps(told).encode())
        return begun

    @property
    def is_rotated(self) -> bool:
        """Whether the token key has been replaced since. During a rotation the mark has two lines."""
        mark = key_mark(self.vault)
        return mark != self.mark and len(mark.split()) == 1

    def end(self) -> None:
        """Remove the file, last of all."""
        (self.vault / FILE).unlink()


_SETS = ("tokens", "users", "numbers", "documents", "imeis", "identities")
