"""A new scenario's file, made from another scenario's: what has to be written anew is marked TODO, which `Scenario` refuses.

It is written beside the library, in `scenarios/drafts/`, which nothing imports: commands and nights go on while it is not complete.
"""

import ast
import runpy
from pathlib import Path

from expectations.errors import teach
from scenarios.errors import ScenarioError
from scenarios.library import SCENARIOS, one_scenario_each
from scenarios.scenario import TODO, Scenario
from scenarios.timing import is_plain

LIBRARY, DRAFTS = Path(__file__).parent / "library", Path(__file__).parent / "drafts"
# The texts that say what the new scenario is. All else may well stay.
_OWN = ("label", "owner", "approver", "audience", "meaning", "message")


def copied(name: str, source: str) -> str:
    """Return the text of scenario `name`, made from the text of another one: in state draft, with its own texts marked TODO."""
    tree = ast.parse(source)
    changes = {"name": name, "state": "draft", **dict.fromkeys(_OWN, TODO)}
    found: list[tuple[ast.expr, str]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg in changes and (_is_text(node.value) or isinstance(node.value, ast.Tuple)):
            found.append((node.value, f'"{changes[node.arg]}"'))
    first = tree.body[0]
    if isinstance(first, ast.Expr) and _is_text(first.value):
        found.append((first.value, f'"""{TODO}: for whom it is, and what they get."""'))
    lines = source.splitlines(keepends=True)
    for value, written in sorted(found, key=lambda one: (one[0].lineno, one[0].col_offset), reverse=True):
        # Columns of the tree are bytes.
        last = value.end_lineno or value.lineno
        before, after = lines[value.lineno - 1].encode()[: value.col_offset], lines[last - 1].encode()[value.end_col_offset :]
        lines[value.lineno - 1 : last] = [before.decode() + written + after.decode()]
    return "".join(lines)


def _is_text(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and isinstance(value.value, str)


def write_copy(name: str, other: str, library: Path, drafts: Path) -> Path:
    """Write the new scenario's draft and return its path. ScenarioError for a name that is taken or no name, or an unknown `other`."""
    path, source = drafts / f"{name}.py", library / f"{other}.py"
    known = sorted(one.stem for one in library.glob("c*.py"))
    faults = [] if is_plain(name) else [f"name {name!r}: expected small letters, digits and _"]
    faults += [f"{name} is there already" for one in (path, library / path.name) if one.exists()]
    faults += [] if other in known else [f"{other} is no scenario; known are {', '.join(known)}"]
    if faults:
        raise ScenarioError(teach("A new scenario", faults, "choose other names."))
    drafts.mkdir(exist_ok=True)
    path.write_text(copied(name, source.read_text("utf-8")), "utf-8")
    return path


def adopt(name: str, library: Path, drafts: Path) -> Path:
    """Move a complete draft into the library and return its path. While it has any fault nothing is moved, and ScenarioError names it."""
    path, into = drafts / f"{name}.py", library / f"{name}.py"
    cure = "correct the draft, then adopt it again; or begin one with chudian scenario new."
    if not path.exists() or into.exists():
        fault = f"{into} is there already" if into.exists() else f"there is no file {path}"
        raise ScenarioError(teach(f"Draft {name}", [fault], cure))
    try:
        made = runpy.run_path(f"{path}")
    except (SyntaxError, NameError, ImportError, TypeError, ValueError, AttributeError) as error:
        raise ScenarioError(teach(f"Draft {name}", [f"Python refuses it: {error}"], cure)) from None
    found = [value for value in made.values() if isinstance(value, Scenario)]
    if [one.name for one in found] != [name]:
        fault = f"expected one scenario of this name, got {', '.join(one.name for one in found) or 'none'}"
        raise ScenarioError(teach(f"Draft {name}", [fault], cure))
    one_scenario_each([*SCENARIOS, *found])
    return path.rename(into)
