import csv
import gzip
import io
import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from expectations.channel import USUAL_LIST, ListForm
from expectations.channels import CHANNELS
from jobs.publish import outbox
from jobs.publish.outbox import MANIFEST, OK, OutboxError, described, list_bytes, manifests, place, withdraw

FILES = {"0571.csv": b"hangzhou" * 1000, "0574.csv": b"ningbo" * 1000}
TOLD = {"channel": "sms", "files": []}


class KilledError(Exception):
    """Stands for the end of the process."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "outbox" / "sms" / "c10" / "2026-03-04"


def silent(step: str, **details: Any) -> None:
    """Nobody listens."""


def visible(folder: Path) -> dict[str, bytes]:
    """What a channel sees: files under their final names."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name == OK or not path.name.startswith(".")}


def whole(files: dict[str, bytes], manifest: dict[str, Any]) -> dict[str, bytes]:
    return {**files, MANIFEST: json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True).encode(), OK: b""}


@pytest.fixture
def seen(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, bytes]]:
    """What a channel saw each time a file was being written: its content is on the disk then, its final name not yet given."""
    moments: list[dict[str, bytes]] = []
    real = os.fsync

    def watched(descriptor: int) -> None:
        moments.append(visible(folder))
        real(descriptor)

    monkeypatch.setattr(outbox.os, "fsync", watched)
    return moments


def test_a_list_appears_file_by_file_whole_the_manifest_after_them_and_ok_last(folder: Path, seen: list[dict[str, bytes]]) -> None:
    place(folder, FILES, TOLD, silent)
    complete = whole(FILES, TOLD)
    assert [list(moment) for moment in map(sorted, seen)] == [
        [],
        ["0571.csv"],
        ["0571.csv", "0574.csv"],
        ["0571.csv", "0574.csv", MANIFEST],
    ]
    assert all(content == complete[name] for moment in seen for name, content in moment.items())
    assert visible(folder) == complete
    assert sorted(path.name for path in folder.iterdir()) == sorted(complete)


def test_placing_the_same_list_again_touches_no_file(folder: Path, seen: list[dict[str, bytes]]) -> None:
    place(folder, FILES, TOLD, silent)
    before = {path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in folder.iterdir()}
    seen.clear()
    place(folder, dict(reversed(FILES.items())), TOLD, silent)
    assert {path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in folder.iterdir()} == before
    assert not seen


def test_a_list_that_changes_loses_its_ok_before_anything_else_and_equal_files_stay(folder: Path, seen: list[dict[str, bytes]]) -> None:
    place(folder, FILES, TOLD, silent)
    inode = (folder / "0571.csv").stat().st_ino
    seen.clear()
    changed = {**FILES, "0574.csv": b"corrected"}
    place(folder, changed, TOLD, silent)
    assert [OK in moment for moment in seen] == [False, False]
    assert seen[0]["0574.csv"] == FILES["0574.csv"]
    assert seen[1]["0574.csv"] == b"corrected"
    assert visible(folder) == whole(changed, TOLD)
    assert (folder / "0571.csv").stat().st_ino == inode


def test_files_that_the_list_no_longer_has_go_and_the_list_is_not_ok_meanwhile(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place(folder, FILES, TOLD, silent)
    real, ok_when_removed = Path.unlink, []

    def watched(path: Path, missing_ok: bool = False) -> None:
        if path.name != OK:
            ok_when_removed.append((folder / OK).exists())
        real(path, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", watched)
    place(folder, {"0571.csv": FILES["0571.csv"]}, TOLD, silent)
    assert visible(folder) == whole({"0571.csv": FILES["0571.csv"]}, TOLD)
    assert ok_when_removed == [False]


@pytest.mark.parametrize("moment", range(5))
@pytest.mark.parametrize("again", [False, True], ids=["first list", "changed list"])
def test_a_kill_at_any_moment_leaves_no_ok_on_a_list_that_is_not_whole_and_the_next_run_mends_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch, moment: int, again: bool
) -> None:
    if again:
        place(folder, {**FILES, "0571.csv": b"old", "0574.csv": b"old", "0580.csv": b"old"}, {"old": True}, silent)
    steps = 0
    real = os.fsync

    def killing(descriptor: int) -> None:
        nonlocal steps
        steps += 1
        if steps > moment:
            raise KilledError
        real(descriptor)

    monkeypatch.setattr(outbox.os, "fsync", killing)
    complete = whole(FILES, TOLD)
    if moment < len(complete):
        with pytest.raises(KilledError):
            place(folder, FILES, TOLD, silent)
        left = visible(folder)
        assert OK not in left
        assert all(content in (complete[name], b"old") or name == MANIFEST for name, content in left.items())
    monkeypatch.undo()
    place(folder, FILES, TOLD, silent)
    assert visible(folder) == complete
    assert sorted(path.name for path in folder.iterdir()) == sorted(complete)


def test_every_rename_and_the_moment_before_ok_are_told_so_that_a_kill_can_be_aimed(folder: Path) -> None:
    told: list[tuple[str, Any]] = []
    place(folder, FILES, TOLD, lambda step, **details: told.append((step, details)))
    renamed = [("file renamed", {"file": f"2026-03-04/{name}"}) for name in (*FILES, MANIFEST)]
    assert told == [*renamed, ("before ok", {"folder": "sms/c10/2026-03-04"})]


def test_a_withdrawn_list_is_gone_with_its_folder(folder: Path) -> None:
    place(folder, FILES, TOLD, silent)
    withdraw(folder)
    assert not folder.exists()
    assert folder.parent.is_dir()


def test_manifests_are_found_by_business_date_with_whether_the_list_is_complete(folder: Path) -> None:
    place(folder, FILES, TOLD, silent)
    place(folder.parents[2] / "crm" / "c10" / "2026-03-04", {}, {"channel": "crm", "files": []}, silent)
    place(folder.parents[2] / "crm" / "c10" / "2026-03-05", {}, {"channel": "crm", "files": []}, silent)
    (folder / OK).unlink()
    found = [
        (path.parent.parent.name, told["channel"], complete) for path, told, complete in manifests(folder.parents[2], date(2026, 3, 4))
    ]
    assert found == [("crm", "crm", True), ("sms", "sms", False)]


def test_a_list_whose_file_is_gone_is_not_complete_and_an_alien_manifest_is_named(folder: Path) -> None:
    place(folder, FILES, {"files": [{"file": name} for name in FILES]}, silent)
    (folder / next(iter(FILES))).unlink()
    assert [complete for _, _, complete in manifests(folder.parents[2], date(2026, 3, 4))] == [False]
    for content in (b"", b"{", b"[]", b"{}", b"\xff"):
        (folder / MANIFEST).write_bytes(content)
        with pytest.raises(OutboxError, match=r"manifest.json is no manifest of chudian's"):
            list(manifests(folder.parents[2], date(2026, 3, 4)))


ROWS = [(1, "13800000001", "dp010", "建议您办理10元流量套餐|省5元"), (2, "13800000002", None, '他说"好"')]


@pytest.mark.parametrize(
    "form", [CHANNELS["sms"].form, USUAL_LIST, ListForm(columns=("a", "b", "c", "d"), compression="gz")], ids=["sms", "usual", "gz"]
)
def test_a_lists_bytes_read_back_as_the_rows_null_as_nothing(form: ListForm) -> None:
    content = list_bytes(form, ROWS)
    plain = gzip.decompress(content) if form.compression else content
    read = list(csv.reader(io.StringIO(plain.decode(form.encoding)), delimiter=form.delimiter))
    assert read == [list(form.columns), *([str(value) if value is not None else "" for value in row] for row in ROWS)]


def test_the_short_message_centre_gets_gb18030() -> None:
    content = list_bytes(CHANNELS["sms"].form, [(1, "13800000001", "dp010", "流量㐀𠮷")])
    assert "流量㐀𠮷".encode("gb18030") in content
    assert "流量".encode() not in content


def test_a_character_that_the_channel_cannot_write_costs_a_question_mark_and_not_the_row() -> None:
    content = list_bytes(ListForm(columns=("message",), encoding="gbk"), [("省𠮷元",)])
    assert content.decode("gbk") == "message\n省?元\n"


def test_a_compressed_list_holds_neither_time_nor_name_so_that_equal_rows_are_equal_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    form = CHANNELS["web_hall"].form
    once = list_bytes(form, [ROWS[0] * 2])
    monkeypatch.setattr("time.time", lambda: 4_000_000_000.0)
    assert list_bytes(form, iter([ROWS[0] * 2])) == once
    flags, written = once[3], once[4:8]
    assert (flags, written) == (0, b"\0\0\0\0")


def test_a_manifest_describes_a_file_by_rows_bytes_and_sha256() -> None:
    assert described(b"abc", 2) == {
        "rows": 2,
        "bytes": 3,
        "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    }
