"""Rows of a part file are counted as they are read: blank lines and what ends a file are no rows."""

import gzip
from pathlib import Path

import pytest

from jobs.receive.contents import LineCounts, PaddingError, blocks, inflated

COUNTS = {
    "two rows": (b"a\nb\n", 2, 2, 2),
    "no final line feed": (b"a\nb", 2, 2, 1),
    "Ctrl-Z at the end": (b"a\nb\n\x1a", 2, 3, 2),
    "Ctrl-Z behind the last row": (b"a\nb\x1a", 2, 2, 1),
    "an empty last line": (b"a\r\nb\r\n\r\n", 2, 3, 3),
    "blank lines one after another": (b"\n\na\n\n\n \nb\n", 2, 7, 7),
    "blank lines alone": (b"\n\r\n", 0, 2, 2),
    "nothing": (b"", 0, 0, 0),
}


@pytest.mark.parametrize("size", [1, 2, 3, 100], ids="blocks of {}".format)
@pytest.mark.parametrize("name", COUNTS)
def test_rows_are_lines_that_are_not_blank_however_the_content_is_cut(name: str, size: int) -> None:
    content, rows, lines, line_feeds = COUNTS[name]
    counted = LineCounts.of(content[place : place + size] for place in range(0, len(content), size))
    assert (counted.rows, counted.lines, counted.line_feeds) == (rows, lines, line_feeds)


@pytest.mark.parametrize("size", [1, 3, 100], ids="blocks of {}".format)
def test_an_operator_may_count_a_record_with_line_feeds_inside_quotes_as_one_row(size: int) -> None:
    content = b'1,"a\nb\nc",x\n2,"d ""e""\n",y\n3,f,z\n'
    counted = LineCounts.of((content[place : place + size] for place in range(0, len(content), size)), b'"')
    assert (counted.rows, counted.quoted, 3 in counted.counts) == (6, 3, True)
    assert 3 not in LineCounts.of([content]).counts


@pytest.mark.parametrize("size", [1, 3, 100], ids="blocks of {}".format)
def test_the_header_of_joined_files_is_counted_wherever_it_is_repeated(size: int) -> None:
    content = "\ufeffA|B\r\n1|2\n\ufeffA|B\n3|A|B\nA|B".encode()
    counted = LineCounts.of((content[place : place + size] for place in range(0, len(content), size)), mark="\ufeff".encode())
    assert (counted.rows, counted.headers) == (5, 3)
    assert LineCounts.of([b"A|B"], mark=b"\xef\xbb\xbf").headers == 1
    assert LineCounts.of([b""], mark=b"\xef\xbb\xbf").headers == 0


@pytest.mark.parametrize("size", [1, 3, 100], ids="blocks of {}".format)
def test_the_whole_first_line_is_known_however_the_content_is_cut(size: int) -> None:
    content = b"A|B|C\n1|2|3\n"
    assert LineCounts.of(content[place : place + size] for place in range(0, len(content), size)).head.startswith(b"A|B|C\n")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "part.gz"


def test_a_gzip_of_several_members_is_their_content_one_after_another(file: Path) -> None:
    file.write_bytes(gzip.compress(b"a\n") + gzip.compress(b"b\n") + gzip.compress(b""))
    assert b"".join(inflated(file)) == b"a\nb\n"


def test_a_gzip_is_inflated_in_pieces_however_much_is_in_it(file: Path) -> None:
    content = b"a\n" * 3_000_000
    file.write_bytes(gzip.compress(content, 9))
    pieces = list(inflated(file))
    assert b"".join(pieces) == content
    assert max(map(len, pieces)) <= 1 << 20


def test_zeros_behind_a_gzip_are_named_and_other_bytes_or_a_missing_end_are_errors_too(file: Path) -> None:
    whole = gzip.compress(b"a\n" * 100)
    for content, refusal in (
        (whole + bytes(512), PaddingError),
        (whole + b"more", Exception),
        (whole[:-1], EOFError),
        (whole[:5], EOFError),
        (bytes(512), Exception),
    ):
        file.write_bytes(content)
        with pytest.raises(refusal) as error:
            list(inflated(file))
        assert isinstance(error.value, PaddingError) == (refusal is PaddingError)


def test_a_file_that_is_not_compressed_is_read_as_it_lies(file: Path) -> None:
    file.write_bytes(b"a\nb\n" * 1_000_000)
    assert b"".join(blocks(file)) == file.read_bytes()
