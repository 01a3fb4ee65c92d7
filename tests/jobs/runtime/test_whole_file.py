"""A file is read whole, by whatever reads it while it is written and after a kill."""

import ast
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from jobs.runtime.whole_file import write_whole
from tests.house.sources import Source, sources


def test_a_kill_before_the_rename_leaves_the_former_file_and_the_next_write_replaces_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "page.html"
    write_whole(page, b"former")
    with monkeypatch.context() as killing:
        killing.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            write_whole(page, b"latter")
    assert page.read_bytes() == b"former"
    write_whole(page, b"latter")
    assert page.read_bytes() == b"latter"


def test_writers_of_one_file_at_once_never_mix_their_contents(tmp_path: Path) -> None:
    contents = [bytes([n]) * 300_000 for n in range(8)]
    with ThreadPoolExecutor(8) as at_once:
        list(at_once.map(lambda content: write_whole(tmp_path / "file", content), contents * 5))
    assert (tmp_path / "file").read_bytes() in contents
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def renames(source: Source) -> list[str]:
    """Where a file is renamed into its place: Path.replace takes one argument, no other replace does."""
    calls = [node for node in ast.walk(source.tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    by_name = [(node, node.func.attr) for node in calls if isinstance(node.func, ast.Attribute)]
    return [
        source.at(node)
        for node, name in by_name
        if name in ("fsync", "rename") or (name == "replace" and len(node.args) == 1 and not node.keywords)
    ]


def test_the_jobs_rename_files_into_their_place_in_one_way() -> None:
    # List files and landing files are too large to hold in memory: they are written row by row, then renamed. A key is never readable by
    # others, not even under another name, and the one that it replaces is overwritten.
    large, keys = r"jobs/publish/(list_files|outbox)\.py|jobs/people/landing\.py", r"jobs/runtime/(vault|forgotten)\.py"
    inside = sources("jobs", but=rf"jobs/runtime/whole_file\.py|{large}|{keys}")
    assert not [place for source in inside for place in renames(source)]
    assert len(renames(Source("by_hand.py", "half.replace(path)\nos.fsync(file)\n'a'.replace('a', 'b')"))) == 2
