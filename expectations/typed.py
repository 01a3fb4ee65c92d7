"""`type_faults`: values of a declaration that are not of the type which its class declares."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Protocol, Union, get_args, get_origin, get_type_hints


def type_faults(declared: object) -> list[str]:
    """A sentence per value of the wrong type, also in declarations inside this one. Python itself takes any value."""
    of: Any = type(declared)
    return [fault for name, hint in _hints(of).items() for fault in _faults(name, getattr(declared, name), hint)]


def faults_of_value(name: str, value: object, of: Any, field: str) -> list[str]:
    """The same for a value that will be field `field` of a declaration of class `of`."""
    return list(_faults(name, value, _hints(of)[field]))


@cache
def _hints(of: Any) -> dict[str, Any]:
    hints = get_type_hints(of)
    return {field.name: hints[field.name] for field in fields(of)}


def _faults(name: str, value: object, hint: Any) -> Iterator[str]:
    if not _is(value, hint):
        yield f"{name} is {_short(value)}; expected {_words(hint)}"
        return
    inner = (value,) if not isinstance(value, tuple) else value
    for one in inner:
        # A declaration with a check of its own has been checked already.
        if is_dataclass(one) and not isinstance(one, type) and not hasattr(one, "__post_init__"):
            yield from (f"{name}: {fault}" for fault in type_faults(one))


def _is(value: object, hint: Any) -> bool:
    origin = get_origin(hint)
    if hint is Any:
        return True
    if origin is Literal:
        return value in get_args(hint)
    if origin in (Union, UnionType):
        return any(_is(value, one) for one in get_args(hint))
    if origin is tuple:
        of = get_args(hint)
        if of[-1] is Ellipsis:
            return isinstance(value, tuple) and all(_is(one, of[0]) for one in value)
        return isinstance(value, tuple) and len(value) == len(of) and all(map(_is, value, of))
    if origin is not None:
        return isinstance(value, origin)
    if Protocol in getattr(hint, "__mro__", ()):
        return not isinstance(value, type) and all(hasattr(value, name) for name in _asked_by(hint))
    # bool is an int, and datetime a date, only to Python.
    return isinstance(value, hint) and not (hint is int and isinstance(value, bool)) and not (hint is date and isinstance(value, datetime))


def _asked_by(protocol: type) -> list[str]:
    return [name for name in vars(protocol) if not name.startswith("_")]


def _words(hint: Any) -> str:
    origin, of = get_origin(hint), get_args(hint)
    if origin is Literal:
        return " or ".join(map(repr, of))
    if origin in (Union, UnionType):
        return " or ".join(map(_words, of))
    if origin is tuple:
        return f"a tuple of {_words(of[0])}" if of[-1] is Ellipsis else f"({', '.join(map(_words, of))})"
    if origin is not None:
        return "a mapping" if issubclass(origin, Mapping) else str(origin.__name__)
    usual = {NoneType: "None", str: "text", int: "a whole number", bool: "True or False", date: "a date"}
    return usual.get(hint, f"{hint.__name__}")


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
