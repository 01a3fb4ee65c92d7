"""Finds declarations: every value of a kind in every module of a package."""

from collections.abc import Iterable
from importlib import import_module
from pkgutil import iter_modules
from typing import TypeVar

Declared = TypeVar("Declared")


def declared_in(package: str, path: Iterable[str], kind: type[Declared]) -> tuple[Declared, ...]:
    """Return every value of this kind that a module of the package declares, each once; a file may declare several."""
    modules = [import_module(f"{package}.{module.name}") for module in iter_modules(path)]
    # A module may import another module's declaration; that does not declare it again.
    found = {id(value): value for module in modules for value in vars(module).values() if isinstance(value, kind)}
    return tuple(found.values())
