from pathlib import Path

import pytest

from features.wiki.sheet import Sheet
from tests.features.wiki.sheets import sheet_of

COLUMNS = ("tag", "comment")


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (None, "t.csv is missing; a file without entries has the line tag,comment"),
        ("tag,comment\na,客户\n".encode("gb18030"), "t.csv is no text in UTF-8; save it as CSV UTF-8"),
        (b"comment,tag\na,b\n", "t.csv line 1: the columns are comment, tag, expected tag, comment"),
        (b"", "t.csv line 1: the columns are missing, expected tag, comment"),
        (b"tag,comment\na,b\n\nc,d,e\n", "t.csv line 4: 3 cells, expected 2; a text with a comma needs double quotes around it"),
        (b'tag,comment\na,"b\nb"\nc\n', "t.csv line 4: 1 cells, expected 2; a text with a comma needs double quotes around it"),
    ],
)
def test_a_file_that_cannot_be_read_has_one_fault(tmp_path: Path, content: bytes | None, fault: str) -> None:
    if content is not None:
        (tmp_path / "t.csv").write_bytes(content)
    assert Sheet(tmp_path / "t.csv", COLUMNS).faults == [fault]


def test_a_file_saved_by_a_spreadsheet_is_read_without_its_byte_order_mark_and_spaces(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes('\ufefftag,comment\r\n a ,"好, 用"\r\n,\r\n'.encode())
    sheet = Sheet(tmp_path / "t.csv", COLUMNS)
    assert not sheet.faults
    assert [(line.number, line.cells) for line in sheet.lines] == [(2, {"tag": "a", "comment": "好, 用"})]


def test_an_unknown_name_is_told_with_the_nearest_one_or_with_all_if_they_are_few(tmp_path: Path) -> None:
    sheet = sheet_of(tmp_path, COLUMNS, "bill_fen_1n,", "xyz,", ",x")
    many = [f"bill_fen_{n}m" for n in range(1, 22)]
    for line in sheet.lines:
        assert not sheet.known(line, "tag", many)
    assert not sheet.known(sheet.lines[1], "tag", ["sms", "crm"], "channel")
    assert sheet.faults == [
        "t.csv line 2: unknown tag 'bill_fen_1n'; did you mean bill_fen_1m?",
        "t.csv line 3: unknown tag 'xyz'; no name is like it",
        "t.csv line 4: tag is empty",
        "t.csv line 3: unknown channel 'xyz'; there are sms, crm",
    ]


@pytest.mark.parametrize("text", ["0", "6", "4.5", "-1", "五", "", "５"])
def test_a_figure_out_of_its_range_is_a_fault(tmp_path: Path, text: str) -> None:
    sheet = sheet_of(tmp_path, COLUMNS, f"a,{text}")
    assert sheet.whole(sheet.lines[0], "comment", 1, 5) is None
    assert sheet.faults == [f"t.csv line 2: comment is {text!r}, expected a whole number from 1 to 5"]


@pytest.mark.parametrize("text", ["2026-02-30", "20260304", "2026-W10-3", "04.03.2026", ""])
def test_a_date_that_is_none_is_a_fault(tmp_path: Path, text: str) -> None:
    sheet = sheet_of(tmp_path, COLUMNS, f"a,{text}")
    assert sheet.day(sheet.lines[0], "comment") is None
    assert sheet.faults == [f"t.csv line 2: comment is {text!r}, expected a date as 2026-03-04"]
