"""What a Spark task writes: the bytes of list files, what it says of them, and how little of a list it has in memory."""

import csv
import gzip
import hashlib
import io
import os
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from expectations.channel import ListForm
from expectations.channels import CHANNELS
from jobs.publish import list_files
from jobs.publish.list_files import NAMES, ListFile, writer

ROWS = [(1, "13800000001", "dp010", "建议您办理10元流量套餐|省5元"), (2, "13800000002", None, '他说"好"')]
FOUR = ("rank", "number", "product", "message")


def written(path: Path, form: ListForm, rows: list[tuple[Any, ...]]) -> bytes:
    """The bytes of a list file with these rows."""
    file = ListFile(path, form)
    for row in rows:
        file.add(dict(zip(form.columns, row, strict=True)))
    file.close()
    content = path.read_bytes()
    assert (file.rows, file.size, file.sha256) == (len(rows), len(content), hashlib.sha256(content).hexdigest())
    return content


FORMS = {name: channel.form for name, channel in CHANNELS.items()}
FORMS |= {"gz without a header": ListForm(columns=FOUR, compression="gz", delimiter="\t", header=False)}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_lists_bytes_read_back_as_the_rows_null_as_nothing(tmp_path: Path, form: ListForm) -> None:
    values = {name: tuple(row[at] for row in ROWS) for at, name in enumerate(FOUR)}
    rows = [tuple(values.get(name, (name, None))[at] for name in form.columns) for at in range(len(ROWS))]
    content = written(tmp_path / "list", form, rows)
    plain = gzip.decompress(content) if form.compression else content
    read = list(csv.reader(io.StringIO(plain.decode(form.encoding)), delimiter=form.delimiter))
    header = [list(form.first_line)] if form.header else []
    assert read == [*header, *([str(value) if value is not None else "" for value in row] for row in rows)]


def test_the_short_message_centre_gets_gb18030(tmp_path: Path) -> None:
    content = written(tmp_path / "list", CHANNELS["sms"].form, [(1, "13800000001", "a1", "dp010", "流量㐀𠮷")])
    assert "流量㐀𠮷".encode("gb18030") in content
    assert "流量".encode() not in content


def test_a_character_that_the_channel_cannot_write_costs_a_question_mark_and_not_the_row(tmp_path: Path) -> None:
    content = written(tmp_path / "list", ListForm(columns=("number", "message"), encoding="gbk"), [("1", "省𠮷元")])
    assert content.decode("gbk") == "number,message\n1,省?元\n"


def test_a_compressed_list_is_what_gzip_makes_of_it_at_once_without_time_or_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [(rank, f"138{rank:08}", "dp010", "建议您办理10元流量套餐" * (rank % 7)) for rank in range(1, 3000)]
    plain = written(tmp_path / "plain", ListForm(columns=FOUR), rows)
    # Larger than any block of what is written at a time, so that several make one file.
    monkeypatch.setattr(list_files, "BLOCK", 1 << 12)
    assert written(tmp_path / "packed", ListForm(columns=FOUR, compression="gz"), rows) == gzip.compress(plain, compresslevel=6, mtime=0)


def row(channel: str, city: str | None, rank: int, **more: Any) -> dict[str, Any]:
    """A row as a task is given it."""
    usual = {
        "scenario": "c10",
        "step": "wave1",
        "file_city": city,
        "number": f"138{rank:08}",
        "contact_id": "a1",
        "product": "dp010",
        "fault": None,
    }
    return {"channel": channel, "rank": rank, "message": "您好" * 100, **usual, **more}


def batches(rows: list[dict[str, Any]], size: int) -> Iterator[pa.RecordBatch]:
    schema = pa.RecordBatch.from_pylist([row("sms", "1", 1)]).schema
    schema = schema.set(schema.get_field_index("fault"), pa.field("fault", pa.string()))
    for at in range(0, len(rows), size):
        yield pa.RecordBatch.from_pylist(rows[at : at + size], schema=schema)


def told(folder: Path, rows: list[dict[str, Any]], size: int) -> list[dict[str, Any]]:
    return [told for batch in writer(folder, FORMS_OF)(batches(rows, size)) for told in batch.to_pylist()]


FORMS_OF = {"sms": CHANNELS["sms"].form, "fair": ListForm(columns=("number", "message"), file_name="all.csv")}


@pytest.mark.parametrize("size", [1, 2, 100])
def test_a_task_writes_a_file_for_each_list_and_city_wherever_a_batch_ends(tmp_path: Path, size: int) -> None:
    rows = [row("fair", None, 1), row("fair", None, 4), row("sms", "1", 2), row("sms", "1", 7), row("sms", "2", 3)]
    rows += [row("sms", "1", 1, step="wave2")]
    found = told(tmp_path, rows, size)
    assert list(found[0]) == NAMES
    assert [(f["channel"], f["step"], f["file_city"], f["rows"], f["faults"]) for f in found] == [
        ("fair", "wave1", None, 2, []),
        ("sms", "wave1", "1", 2, []),
        ("sms", "wave1", "2", 1, []),
        ("sms", "wave2", "1", 1, []),
    ]
    for file in found:
        content = Path(file["path"]).read_bytes()
        assert (file["bytes"], file["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
    assert Path(found[1]["path"]).read_bytes().decode("gb18030").splitlines()[1].startswith("2|13800000002|a1|dp010|")


def test_rows_that_must_not_go_out_and_rows_that_came_twice_are_counted(tmp_path: Path) -> None:
    rows = [row("sms", "1", 1, fault="have no number", number=None), row("sms", "1", 2), row("sms", "1", 2), row("sms", "1", 3)]
    (found,) = told(tmp_path, rows, 3)
    assert found["faults"] == ["1 row(s) have no number", "1 row(s) repeat a rank of the file"]


def test_a_task_never_has_more_of_a_list_than_two_batches_and_a_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_files, "BLOCK", 1 << 12)
    size, alive, waiting, given = 50, list[weakref.ref](), list[int](), 0

    def counted() -> Iterator[pa.RecordBatch]:
        nonlocal given
        for batch in batches([row("sms", "1", rank) for rank in range(1, 2001)], size):
            on_disk = sum(path.stat().st_size for path in tmp_path.iterdir())
            waiting.append(given - on_disk)
            assert sum(kept() is not None for kept in alive) <= 1, "batches that were written are still there"
            alive.append(weakref.ref(batch))
            given += sum(len(f"{row['message']}".encode("gb18030")) for row in batch.to_pylist())
            yield batch

    (found,) = writer(tmp_path, FORMS_OF)(counted())
    a_batch = size * 450
    assert len(waiting) == 40
    assert max(waiting) < 2 * a_batch, "text of batches that were given is not on the disk"
    assert found.to_pylist()[0]["rows"] == 2000
    assert given > 30 * a_batch


def test_a_file_that_cannot_be_written_is_named_and_the_next_one_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, full = ListFile.close, []

    def close(file: ListFile) -> None:
        if not full:
            full.append(file.path)
            raise OSError(28, os.strerror(28))
        real(file)

    monkeypatch.setattr(ListFile, "close", close)
    found = told(tmp_path, [row("fair", None, 1), row("sms", "1", 2), row("sms", "1", 3)], 1)
    assert [(f["channel"], f["rows"], f["faults"]) for f in found] == [
        ("fair", 0, ["the file cannot be written: No space left on device"]),
        ("sms", 2, []),
    ]


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_no_cell_of_any_form_is_taken_for_a_formula_and_amounts_stay_as_they_are(tmp_path: Path, form: ListForm) -> None:
    cells = ["=1+1", "+SUM(A1)", "-2+3", "@SUM", "\t=1", "\r=1", "＝1+1", "您好=", -15, "-15", "+86.5", "2026-03-04", "", None]
    one = dict.fromkeys(form.columns, "x")
    file = ListFile(tmp_path / "list", form)
    for cell in cells:
        file.add(one | {form.columns[-1]: cell})
    file.close()
    plain = (tmp_path / "list").read_bytes()
    text = (gzip.decompress(plain) if form.compression else plain).decode(form.encoding)
    read = [row[-1] for row in csv.reader(io.StringIO(text, newline=""), delimiter=form.delimiter)][int(form.header) :]
    assert read == [
        *("'=1+1", "'+SUM(A1)", "'-2+3", "'@SUM", "'\t=1", "'\n=1", "'＝1+1"),
        *("您好=", "-15", "-15", "+86.5", "2026-03-04", "", ""),
    ]
