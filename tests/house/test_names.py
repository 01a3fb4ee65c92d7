"""Our flat top-level names are ours alone, and every tool finds the same files under them."""

import re
import sys
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import packages_distributions
from importlib.util import find_spec
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pytest

from expectations.channel import Channel
from expectations.contract import Table
from expectations.feed import Feed
from expectations.push import Push
from features.family import Family
from tests.house.sources import BESIDE, PIPELINE, ROOT, files, sources

NAMES = (*PIPELINE, *BESIDE, "tests")
LONGEST_FILE = 300
LONGEST_README = 120


@pytest.mark.parametrize("name", NAMES)
def test_no_installed_distribution_provides_one_of_our_names(name: str) -> None:
    assert set(packages_distributions().get(name, ())) <= {"chudian"}
    installed = [path for path in sys.path if "site-packages" in path and (Path(path) / name).exists()]
    assert not installed


@pytest.mark.parametrize("name", NAMES)
def test_the_name_on_disk_is_the_name_that_is_imported(name: str) -> None:
    spec = find_spec(name)
    assert spec
    assert {Path(place) for place in spec.submodule_search_locations or ()} == {ROOT / name}


def test_no_module_of_jobs_is_named_like_one_of_the_standard_library() -> None:
    """spark-submit puts the script's folder first on the path."""
    assert not [source.path for source in sources("jobs") if Path(source.path).stem in sys.stdlib_module_names]


def test_no_room_is_a_lumber_room() -> None:
    vague = {"utils", "util", "common", "helpers", "helper", "base", "manager", "processor", "misc"}
    # A channel's file has the operator's code for it.
    ours = [path for path in files() if not path.startswith("expectations/channels/")]
    assert not [path for path in ours if vague & set(re.split(r"[/._]", path.removesuffix(".py")))]


def test_the_dag_processor_is_kept_out_of_every_folder_but_dags() -> None:
    folders = {path.split("/")[0] for path in files() if "/" in path}
    ignored = {line.strip("/") for line in (ROOT / ".airflowignore").read_text("utf-8").splitlines() if not line.startswith("#")}
    hidden = {folder for folder in folders if folder.startswith(".")}
    assert folders - hidden - ignored == {"dags"} & folders
    assert {"var", ".venv"} <= ignored
    assert "dags" not in ignored


def test_no_file_is_longer_than_a_reader_can_hold() -> None:
    assert not [f"{source.path}: {source.lines}" for source in sources() if source.lines > LONGEST_FILE]
    readme = ROOT / "README.md"
    assert not readme.exists() or readme.read_text("utf-8").count("\n") <= LONGEST_README


def test_no_file_holds_a_path_of_one_machine() -> None:
    machine = re.compile("(?<![\\w.$}])/(?:" + "|".join(("work", "root", "tmp", "Users", r"home/\w+")) + ")/")
    found = []
    for path in files():
        content = (ROOT / path).read_bytes()
        if b"\0" not in content:
            lines = content.decode("utf-8").splitlines()
            found += [f"{path}:{number}" for number, line in enumerate(lines, start=1) if machine.search(line)]
    assert not found


def test_every_id_of_the_domain_that_the_code_cites_is_explained() -> None:
    page = (ROOT / "docs" / "domain.md").read_text("utf-8")
    cited = {
        (name, source.path)
        for source in sources(*PIPELINE, *BESIDE)
        for name in re.findall(r"\b(?:SS\d|[STP]\d{1,2}|C\d\d)\b", source.text)
    }
    assert not [(name, path) for name, path in sorted(cited) if not re.search(rf"\b{name}\b", page)]


CONSTANTS = (
    ("expectations.tables", Table, lambda table: table.name.replace(".", "_").upper()),
    ("expectations.feeds", Feed, lambda feed: f"{feed.name.upper()}_FEED"),
    ("expectations.channels", Channel, lambda channel: f"{channel.name.upper()}_CHANNEL"),
    ("expectations.pushes", Push, lambda push: f"{push.name.upper()}_PUSH"),
    ("features", Family, lambda family: f"{family.name.upper()}_TAGS"),
)


@pytest.mark.parametrize(("package", "kind", "name_of"), CONSTANTS, ids=[package for package, _, _ in CONSTANTS])
def test_a_constant_says_whether_it_is_a_table_a_feed_a_channel_a_push_or_a_family(
    package: str, kind: type, name_of: Callable[[Any], str]
) -> None:
    """`usage` is a feed, a table and a family; the constant's name says which one is meant."""
    modules = [import_module(f"{package}.{module.name}") for module in iter_modules(import_module(package).__path__)]
    found = [(name, value) for module in modules for name, value in vars(module).items() if isinstance(value, kind)]
    assert found
    assert not [name for name, value in found if name != name_of(value)]
