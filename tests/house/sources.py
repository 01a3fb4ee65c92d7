"""The repository as the guards read it: Python files with their syntax trees, and every file that git knows or would take."""

import ast
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PIPELINE = ("expectations", "features", "models", "scenarios", "jobs", "dags")
BESIDE = ("simulator", "benchmarks")


@dataclass(frozen=True)
class Source:
    """A Python file of the repository."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.path)

    @property
    def lines(self) -> int:
        return self.text.count("\n")

    def at(self, node: ast.AST) -> str:
        """Where a finding is, for a reader to jump to."""
        return f"{self.path}:{getattr(node, 'lineno', 1)}"

    def imports(self) -> Iterator[tuple[str, ast.stmt]]:
        """Every module that is imported anywhere in the file, with its statement."""
        for node in ast.walk(self.tree):
            yield from _imported(node)

    def imports_on_loading(self) -> Iterator[tuple[str, ast.stmt]]:
        """Modules imported when the file is: those in functions and under TYPE_CHECKING are not."""
        waiting: list[ast.AST] = list(self.tree.body)
        while waiting:
            node = waiting.pop()
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) or _is_for_type_checkers(node):
                continue
            yield from _imported(node)
            waiting.extend(ast.iter_child_nodes(node))

    def texts(self) -> Iterator[tuple[str, ast.Constant]]:
        """String literals, docstrings left out."""
        documentation = {
            id(node.body[0].value)
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
                yield node.value, node


def _imported(node: ast.AST) -> Iterator[tuple[str, ast.stmt]]:
    if isinstance(node, ast.Import):
        yield from ((alias.name, node) for alias in node.names)
    if isinstance(node, ast.ImportFrom) and node.module:
        yield node.module, node
        yield from ((f"{node.module}.{alias.name}", node) for alias in node.names)


def _is_for_type_checkers(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def dotted(node: ast.AST) -> str:
    """`np.random.default_rng` for the expression of that name; what is not a plain name in it is left out."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def belongs(module: str, *packages: str) -> bool:
    """Whether a module is one of the packages or lies in one."""
    return any(module == package or module.startswith(f"{package}.") for package in packages)


@lru_cache(maxsize=1)
def files() -> tuple[str, ...]:
    """Every file that is in git or would be taken in, as a path from the root."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return tuple(sorted(path for path in set(told.split("\0")) if path and (ROOT / path).is_file()))


@lru_cache(maxsize=1)
def _sources() -> tuple[Source, ...]:
    return tuple(Source(path, (ROOT / path).read_text("utf-8")) for path in files() if path.endswith(".py"))


def sources(*folders: str, but: str = "") -> list[Source]:
    """The Python files below these folders (none: all), without those whose path fits the pattern `but`."""
    chosen = [source for source in _sources() if not folders or source.path.split("/")[0] in folders]
    return [source for source in chosen if not (but and re.match(but, source.path))]
