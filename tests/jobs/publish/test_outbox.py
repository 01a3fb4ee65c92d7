"""A list appears whole or not at all, and `.ok` is there only while it is whole."""

import hashlib
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from expectations.channel import MANIFEST
from jobs.publish.outbox import OK, WRITING, OutboxError, Part, lists_of, manifests, place, unready, withdraw

ON = date(2026, 3, 4)
FILES = {"0571.csv": b"hangzhou" * 1000, "0574.csv": b"ningbo" * 1000}
TOLD = {"channel": "sms", "files": []}


class KilledError(Exception):
    """Stands for the end of the process."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "outbox" / "sms" / "c10" / "wave1" / f"{ON}"


def silent(step: str, **details: Any) -> None:
    """Nobody listens."""


def placed(folder: Path, files: dict[str, bytes] = FILES, told: dict[str, Any] = TOLD, say: Any = silent) -> None:
    """Let tasks write these files, and put them in their place."""
    writing = folder.parents[3] / WRITING
    writing.mkdir(parents=True, exist_ok=True)
    parts = {}
    for name, content in files.items():
        (writing / name).write_bytes(content)
        parts[name] = Part(writing / name, 3, len(content), hashlib.sha256(content).hexdigest())
    place(folder, parts, told, say)


def visible(folder: Path) -> dict[str, bytes]:
    """What a channel sees: files under their final names."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name == OK or not path.name.startswith(".")}


def whole(files: dict[str, bytes], told: dict[str, Any] = TOLD) -> dict[str, bytes]:
    return {**files, MANIFEST: json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True).encode(), OK: b""}


@pytest.fixture
def seen(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, bytes]]]:
    """What a channel saw each time before a file got its final name."""
    moments: list[dict[str, bytes]] = []
    real = Path.replace

    def watched(path: Path, target: Path) -> Path:
        moments.append(visible(folder))
        return real(path, target)

    monkeypatch.setattr(Path, "replace", watched)
    return moments


def test_a_list_appears_file_by_file_whole_the_manifest_after_them_and_ok_last(folder: Path, seen: list[dict[str, bytes]]) -> None:
    placed(folder)
    complete = whole(FILES)
    assert [sorted(moment) for moment in seen] == [
        [],
        ["0571.csv"],
        ["0571.csv", "0574.csv"],
        ["0571.csv", "0574.csv", MANIFEST],
    ]
    assert all(content == complete[name] for moment in seen for name, content in moment.items())
    assert visible(folder) == complete
    assert sorted(path.name for path in folder.iterdir()) == sorted(complete)


def test_placing_the_same_list_again_touches_no_file(folder: Path, seen: list[dict[str, bytes]]) -> None:
    placed(folder)
    before = {path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in folder.iterdir()}
    seen.clear()
    placed(folder, dict(reversed(FILES.items())))
    assert {path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in folder.iterdir()} == before
    assert not seen


def test_a_list_that_changes_loses_its_ok_before_anything_else_and_equal_files_stay(folder: Path, seen: list[dict[str, bytes]]) -> None:
    placed(folder)
    inode = (folder / "0571.csv").stat().st_ino
    seen.clear()
    # As long as before, so that its size does not give it away.
    changed = {**FILES, "0574.csv": b"NINGBO" * 1000}
    placed(folder, changed)
    assert [OK in moment for moment in seen] == [False, False]
    assert seen[0]["0574.csv"] == FILES["0574.csv"]
    assert seen[1]["0574.csv"] == changed["0574.csv"]
    assert visible(folder) == whole(changed)
    assert (folder / "0571.csv").stat().st_ino == inode


def test_a_manifest_that_changes_alone_takes_the_ok_away_while_it_does(folder: Path, seen: list[dict[str, bytes]]) -> None:
    placed(folder)
    seen.clear()
    placed(folder, told=TOLD | {"valid_to": "2026-03-09"})
    assert [OK in moment for moment in seen] == [False, False]
    assert visible(folder) == whole(FILES, TOLD | {"valid_to": "2026-03-09"})


def test_files_that_the_list_no_longer_has_go_and_the_list_is_not_ok_meanwhile(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    placed(folder)
    real, ok_when_removed = Path.unlink, []

    def watched(path: Path, missing_ok: bool = False) -> None:
        if path.name != OK:
            ok_when_removed.append((folder / OK).exists())
        real(path, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", watched)
    placed(folder, {"0571.csv": FILES["0571.csv"]})
    assert visible(folder) == whole({"0571.csv": FILES["0571.csv"]})
    assert ok_when_removed == [False]


@pytest.mark.parametrize("moment", range(5))
@pytest.mark.parametrize("again", [False, True], ids=["first list", "changed list"])
def test_a_kill_at_any_moment_leaves_no_ok_on_a_list_that_is_not_whole_and_the_next_run_mends_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch, moment: int, again: bool
) -> None:
    if again:
        placed(folder, {**FILES, "0571.csv": b"old", "0574.csv": b"old", "0580.csv": b"old"}, {"old": True})
    steps = 0
    real = Path.replace

    def killing(path: Path, target: Path) -> Path:
        nonlocal steps
        steps += 1
        if steps > moment:
            raise KilledError
        return real(path, target)

    monkeypatch.setattr(Path, "replace", killing)
    complete = whole(FILES)
    if moment < len(complete):
        with pytest.raises(KilledError):
            placed(folder)
        left = visible(folder)
        assert OK not in left
        assert all(content in (complete[name], b"old") or name == MANIFEST for name, content in left.items())
    monkeypatch.undo()
    placed(folder)
    assert visible(folder) == complete
    assert sorted(path.name for path in folder.iterdir()) == sorted(complete)


def test_every_rename_and_the_moment_before_ok_are_told_so_that_a_kill_can_be_aimed(folder: Path) -> None:
    told: list[tuple[str, Any]] = []
    placed(folder, say=lambda step, **details: told.append((step, details)))
    renamed = [("file renamed", {"file": f"2026-03-04/{name}"}) for name in (*FILES, MANIFEST)]
    assert told == [*renamed, ("before ok", {"folder": "sms/c10/wave1/2026-03-04"})]


def test_a_withdrawn_list_is_gone_with_its_folder_and_one_that_is_not_ready_keeps_its_files(folder: Path) -> None:
    placed(folder)
    unready(folder)
    assert visible(folder) == {name: content for name, content in whole(FILES).items() if name != OK}
    withdraw(folder)
    assert not folder.exists()
    assert folder.parent.is_dir()


def test_lists_and_manifests_are_found_by_business_date_with_whether_the_list_is_complete(folder: Path) -> None:
    outbox = folder.parents[3]
    placed(folder)
    for other in ("crm/c10/wave2/2026-03-04", "crm/c10/wave2/2026-03-05"):
        placed(outbox / other, {}, {"channel": "crm", "files": []})
    (folder / OK).unlink()
    found = [(str(path.relative_to(outbox)), told["channel"], complete) for path, told, complete in manifests(outbox, ON)]
    assert found == [("crm/c10/wave2/2026-03-04", "crm", True), ("sms/c10/wave1/2026-03-04", "sms", False)]
    (folder / MANIFEST).unlink()
    assert [path for path, _, _ in manifests(outbox, ON)] == [outbox / "crm/c10/wave2/2026-03-04"]
    assert lists_of(outbox, ON) == [outbox / "crm/c10/wave2/2026-03-04", folder]


def test_a_list_whose_file_is_gone_is_not_complete_and_an_alien_manifest_is_named(folder: Path) -> None:
    placed(folder, told={"files": [{"file": name} for name in FILES]})
    (folder / next(iter(FILES))).unlink()
    assert [complete for _, _, complete in manifests(folder.parents[3], ON)] == [False]
    for content in (b"", b"{", b"[]", b"{}", b"\xff"):
        (folder / MANIFEST).write_bytes(content)
        with pytest.raises(OutboxError, match=r"manifest.json is no manifest of chudian's"):
            list(manifests(folder.parents[3], ON))


def test_a_manifest_describes_a_file_by_rows_bytes_and_sha256() -> None:
    assert Part(Path("a"), 2, 3, "ba78").described == {"rows": 2, "bytes": 3, "sha256": "ba78"}
