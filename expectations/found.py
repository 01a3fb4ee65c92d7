"""Finds declarations: every value of a kind in every module of a package."""

from collections.abc import Iterable
from importlib import import_module
from pkgutil import iter_modules
from typing import TypeVar

from expectations.errors import ContractError, teach

Declared = TypeVar("Declared")


def declared_in(package: str, path: Iterable[str], kind: type[Declared]) -> tuple[Declared, ...]:
    """Return every value of this kind that a module of the package declares, each once; a file may declare several, singly or in a tuple.

    ContractError names the files that declare none: they would be ignored without a word.
    """
    found: dict[int, Declared] = {}
    without = []
    for module in sorted(module.name for module in iter_modules(path)):
        values = vars(import_module(f"{package}.{module}")).values()
        every = [one for value in values for one in (value if isinstance(value, tuple) else (value,))]
        declared = [value for value in every if isinstance(value, kind)]
        # A module that imports another's declaration does not declare it again.
        found |= {id(value): value for value in declared}
        without += [] if declared else [f"{module}.py declares no {kind.__name__}"]
    if without:
        raise ContractError(teach(package.replace(".", "/"), without, f"declare a {kind.__name__} there, or remove the file."))
    return tuple(found.values())
