"""The house's laws that a reader of the text can hold; each test ends in the list of places that break one."""

import ast
import re
from configparser import ConfigParser
from pathlib import PurePath

import pytest

from tests.house.sources import BESIDE, PIPELINE, ROOT, Source, belongs, dotted, files, sources

# The schedule asks how late it is, and hands a business date to the jobs; the watch asks what is late, and an
# answer of a person has its time. The reader of lists is a channel's, and waits for them.
CLOCK = r"jobs/(runtime/|commands/)|dags/(timetable|watch|approve_lists)\.py|expectations/list_reader\.py"
CLOCK_AND_CHANCE = ("time", "random", "secrets", "uuid")
ASKING = {"now", "utcnow", "today", "urandom", "getrandom"}
SPARK_ASKING = {"rand", "randn", "current_date", "current_timestamp", "localtimestamp", "now", "shuffle", "uuid"}
SQL_ASKING = re.compile(r"\b(rand|randn|now|uuid|shuffle|curdate|localtimestamp)\s*\(|\bcurrent_(date|timestamp)\b", re.IGNORECASE)
SEEDED = {"default_rng", "SeedSequence", "PCG64", "Philox"}
HEAVY = ("great_expectations", "mlflow", "sklearn")


def asks_clock_or_chance(source: Source) -> list[str]:
    """Where a file learns what a second run would not: the time of day, or chance without a seed."""
    found = [f"{source.at(node)} imports {module}" for module, node in source.imports() if belongs(module, *CLOCK_AND_CHANCE)]
    for node in ast.walk(source.tree):
        name = dotted(node.func) if isinstance(node, ast.Call) else dotted(node) if isinstance(node, ast.Attribute) else ""
        last = name.split(".")[-1]
        if isinstance(node, ast.Call) and (last in ASKING or (name.startswith("F.") and last in SPARK_ASKING)):
            found.append(f"{source.at(node)} calls {name}")
        if name.startswith(("np.random.", "numpy.random.")):
            unseeded = isinstance(node, ast.Call) and last in SEEDED and not (node.args or node.keywords)
            if unseeded or last not in {*SEEDED, "Generator"}:
                found.append(f"{source.at(node)} draws by {name} without a seed")
    return found + [
        f"{source.at(node)} has SQL that asks {asked[0]}" for text, node in source.texts() if (asked := SQL_ASKING.search(text))
    ]


def test_nothing_but_runtime_command_line_and_schedule_reads_the_clock_or_draws_without_a_seed() -> None:
    assert not [fault for source in sources(*PIPELINE, "simulator", but=CLOCK) for fault in asks_clock_or_chance(source)]


@pytest.mark.parametrize(
    "text",
    [
        "import time",
        "from random import shuffle",
        "import uuid",
        "datetime.now(UTC)",
        "date.today()",
        "pd.Timestamp.today()",
        "os.urandom(8)",
        "F.rand()",
        "F.current_date()",
        "np.random.normal()",
        "np.random.default_rng()",
        "frame.where('day < current_date')",
        "F.expr(f'{salt} * RAND()')",
    ],
)
def test_a_question_to_the_clock_or_to_chance_is_seen(text: str) -> None:
    assert asks_clock_or_chance(Source("somewhere.py", text))


@pytest.mark.parametrize("text", ["np.random.default_rng(seed)", "datetime(2026, 1, 1)", "from datetime import time", "'Known now.'"])
def test_a_seed_a_date_and_a_word_are_no_question(text: str) -> None:
    assert not asks_clock_or_chance(Source("somewhere.py", text))


def test_no_pipeline_code_knows_the_simulator() -> None:
    inside = sources(*PIPELINE, but=r"jobs/cli\.py")
    assert not [source.at(node) for source in inside for module, node in source.imports() if belongs(module, "simulator")]


def test_no_pipeline_code_speaks_of_the_simulated_truth() -> None:
    inside = sources(*PIPELINE, but=r"jobs/cli\.py")
    assert not [source.at(node) for source in inside for text, node in source.texts() if re.search(r"\btruth\b", text)]
    names = [(source, node) for source in inside for node in ast.walk(source.tree) if isinstance(node, ast.Attribute | ast.Name)]
    assert not [source.at(node) for source, node in names if dotted(node).split(".")[-1] == "truth"]


def test_libraries_that_take_seconds_to_load_are_imported_where_they_are_used() -> None:
    # Great Expectations loads this one itself, as the class of its files (docs/decisions/0011).
    inside = sources(*PIPELINE, *BESIDE, but=r"jobs/runtime/audit_files\.py")
    assert not [source.at(node) for source in inside for module, node in source.imports_on_loading() if belongs(module, *HEAVY)]


def test_promises_can_be_read_without_spark() -> None:
    inside = sources("expectations")
    assert not [source.at(node) for source in inside for module, node in source.imports_on_loading() if belongs(module, "pyspark")]


def test_the_runtime_alone_knows_how_tables_are_stored_how_a_session_is_made_and_what_is_set() -> None:
    outside = sources(*PIPELINE, *BESIDE, but="jobs/runtime/")
    calls = [(source, node) for source in outside for node in ast.walk(source.tree) if isinstance(node, ast.Call)]
    formats = [(source, node, ast.unparse(node.args[0])) for source, node in calls if dotted(node.func).endswith(".format") and node.args]
    assert not [source.at(node) for source, node, named in formats if named == "'delta'"]
    names = [(source, node, dotted(node)) for source in outside for node in ast.walk(source.tree) if isinstance(node, ast.Attribute)]
    assert not [f"{source.at(node)} {name}" for source, node, name in names if re.search(r"SparkSession\.builder$|^os\.environ$", name)]


def test_no_order_or_group_comes_of_hash_which_differs_between_processes() -> None:
    """Python's own `__hash__` may call it: it lives and dies with the process."""
    found = []
    for source in sources(*PIPELINE, *BESIDE):
        of_python = {id(n) for f in ast.walk(source.tree) if isinstance(f, ast.FunctionDef) and f.name == "__hash__" for n in ast.walk(f)}
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Call) and dotted(node.func) in ("hash", "F.hash", "F.xxhash64") and id(node) not in of_python:
                found.append(source.at(node))
        found += [source.at(node) for text, node in source.texts() if re.search(r"(?<![\w.])(xx)?hash(64)?\(", text)]
    assert not found


def test_no_input_is_judged_by_assert() -> None:
    outside = sources(*PIPELINE, *BESIDE)
    assert not [source.at(node) for source in outside for node in ast.walk(source.tree) if isinstance(node, ast.Assert)]


def broad_excepts(source: Source) -> list[ast.ExceptHandler]:
    handlers = [node for node in ast.walk(source.tree) if isinstance(node, ast.ExceptHandler)]
    caught = {id(node): [dotted(kind) for kind in _kinds(node.type)] for node in handlers}
    return [node for node in handlers if node.type is None or {"Exception", "BaseException"} & set(caught[id(node)])]


def _kinds(caught: ast.expr | None) -> list[ast.expr]:
    return caught.elts if isinstance(caught, ast.Tuple) else [caught] if caught else []


def test_no_error_is_swallowed_by_a_broad_except() -> None:
    outside = sources(*PIPELINE, *BESIDE, "tests", but=r"jobs/runtime/job_run\.py")
    assert not [source.at(node) for source in outside for node in broad_excepts(source)]


def test_the_runner_records_any_error_and_raises_ours_as_it_is_a_foreign_one_by_its_kind() -> None:
    (runner,) = [source for source in sources("jobs") if source.path == "jobs/runtime/job_run.py"]
    (handler,) = broad_excepts(runner)
    assert ast.unparse(handler.body[0]) == "failure = error", "what fails later must not carry the error's text along as its context"
    (run,) = [node for node in ast.walk(runner.tree) if isinstance(node, ast.FunctionDef) and node.name == "_run"]
    chosen, recorded, raised = (ast.unparse(statement) for statement in run.body[-3:])
    assert chosen == "told = failure if isinstance(failure, ChudianError) else self._kept(run, failure)"
    assert recorded.startswith("self._record(")
    assert raised == "raise told", "our own error as it is, a foreign one by its kind, without the text that may quote a row"


def test_an_installed_chudian_has_every_file_that_its_rooms_read() -> None:
    declared = ConfigParser()
    declared.read(ROOT / "setup.cfg")
    kept = [f"/{room}/{form.strip()}" for room, forms in declared["options.package_data"].items() for form in forms.split(",")]
    beside = [path for path in files() if path.startswith((*PIPELINE, *BESIDE)) and not path.endswith((".py", ".md"))]
    assert [path for path in beside if not any(PurePath(f"/{path}").match(form) for form in kept)] == []
