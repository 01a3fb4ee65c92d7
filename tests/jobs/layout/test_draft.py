"""A draft from a sample: what the files of real systems look like, and that the draft can be used as it is."""

import gzip
import tarfile
from datetime import date
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from expectations.errors import FeedError
from expectations.feed import Feed
from jobs.layout.draft import FeedDraft, draft
from jobs.layout.fit import fit
from jobs.layout.guess import guess
from jobs.layout.sample import Sample, sample_of

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.exists(), reason=f"the public sample data is not at {DATA}")

DASHED = """Form("date", "CAST(try_to_timestamp({}, 'yyyy-MM-dd') AS DATE)", "a date as yyyy-MM-dd")"""
RECHARGE = """流水号|用户编码|手机号码|客户姓名|缴费时间|缴费金额|缴费方式|余额标志
{rows}"""
NAMES = ["王小明", "李芳", "张伟强", "刘洋", "陈静怡", "杨帆", "赵磊", "黄丽", "周杰", "吴敏"]


def recharges(encoding: str, delimiter: str = "|", header: bool = True) -> bytes:
    rows = [f"{9000 + n}|8000{n:07}|139{n:08}|{NAMES[n % 10]}|20260304{n % 24:02}0000|{n}.50|{'ACB'[n % 3]}|{n % 2}" for n in range(400)]
    text = RECHARGE.format(rows="\n".join(rows)).replace("|", delimiter)
    return (text if header else text.partition("\n")[2]).encode(encoding)


def written(folder: Path, content: bytes, name: str = "sample.txt") -> Sample:
    (folder / name).write_bytes(content)
    return sample_of(folder / name)


def declared(made: FeedDraft) -> Feed:
    """The feed that the two files declare."""
    table, feed = made.files.values()
    names: dict[str, object] = {}
    exec(compile(table, "table", "exec"), names)
    (own,) = [value for name, value in names.items() if name.startswith("ODS_")]
    lines = [line for line in feed.splitlines() if not line.startswith("from expectations.tables")]
    names = {made_name: type("module", (), {f"ODS_{made_name[4:].upper()}": own}) for made_name in ("ods_mine",)}
    exec(compile("\n".join(lines), "feed", "exec"), names)
    found = names["MINE_FEED"]
    assert isinstance(found, Feed)
    return found


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", ["|", "\x01", "\t", ",", ";"])
def test_encoding_delimiter_header_and_packing_are_found(tmp_path: Path, encoding: str, delimiter: str) -> None:
    plain = written(tmp_path, recharges(encoding, delimiter))
    packed = written(tmp_path, gzip.compress(recharges(encoding, delimiter, header=False)), "sample.gz")
    told = "gb18030" if encoding == "gb18030" else "utf-8"
    assert (plain.encoding, plain.delimiter, plain.is_gzip, plain.width, len(plain.rows)) == (told, delimiter, False, 8, 400)
    assert (packed.encoding, packed.delimiter, packed.is_gzip, packed.width, len(packed.rows)) == (told, delimiter, True, 8, 400)
    assert plain.names is not None
    assert (plain.names[0], packed.names) == ("流水号", None)


def test_a_draft_has_forms_units_key_and_marks_what_looks_personal(tmp_path: Path) -> None:
    made = draft(written(tmp_path, recharges("gb18030")), "mine", "缴费")
    feed = declared(made)
    found = {field.name: (field.to, field.form.kind, field.personal) for field in feed.fields}
    assert found == {
        "流水号": ("column", "integer", False),
        "用户编码": ("subscriber_id", "token", True),
        "手机号码": ("number_token", "token", True),
        "客户姓名": (None, "text", True),
        "缴费时间": ("column_5", "timestamp", False),
        "缴费金额": ("column_fen", "yuan", False),
        "缴费方式": ("column_7", "code", False),
        "余额标志": ("is_column", "flag", False),
    }
    assert (feed.encoding, feed.delimiter, feed.header, feed.gzip) == ("gb18030", "|", True, False)
    assert feed.table.key == ("column", "load_id")
    assert [field.name for field in feed.fields if field.is_event_date] == ["缴费时间"]
    assert not any(name in text for name in NAMES for text in made.files.values())
    assert not any(name in remark for name in NAMES for remark in made.remarks)


def test_a_file_fits_its_own_draft(spark: SparkSession, tmp_path: Path) -> None:
    sample = written(tmp_path, recharges("gb18030"))
    found = fit(spark, declared(draft(sample, "mine")), sample.file, date(2026, 3, 4))
    assert (found.faults, found.rows, found.loaded, found.declare) == ((), 400, 400, ())


@pytest.mark.parametrize(
    ("name", "cells", "form", "to"),
    [
        ("ACCT_MONTH", ["202601", "202602"], "MONTH_TEXT", "acct_month"),
        ("startDate", ["2026-01-31", "2026-02-01"], DASHED, "start_date"),
        ("DATA_FLOW", ["1024", "99"], "INTEGER", "data_flow_bytes"),
        ("CALL_DUR", ["10", "200"], "INTEGER", "call_dur_seconds"),
        ("FEE", ["1.20", ".5"], "YUAN", "fee_fen"),
        ("FEE", ["120", "1350"], "INTEGER", "fee_fen"),
        ("RATIO", ["0.1234", "1e-3"], 'Form("text", "try_cast({} AS DOUBLE)", "a number")', "ratio"),
        ("IMEI", ["353686010000000"], 'token("imei")', "imei_token"),
        ("CERT_NO", ["350102199003070017", "35010219900307001X"], "TEXT", None),
        ("MAIL", ["a@b.cn"], "TEXT", None),
        ("ADDR", ["福州市鼓楼区五四路1号"], "TEXT", None),
        ("URL", ["http://a.cn/x", "https://b.cn"], "HOST", "host"),
        ("IP", ["10.0.0.1", "10.0.0.2"], 'token("address", "[0-9]{1,3}([.][0-9]{1,3}){3}", "an IP address")', "ip_token"),
        ("REMARK", ["", "", ""], "TEXT", None),
        ("1ST", ["some words", "other words"], "TEXT", "column_1_st"),
    ],
)  # fmt: skip
def test_a_column_is_read_by_its_cells_and_its_name(name: str, cells: list[str], form: str, to: str | None) -> None:
    found = guess(name, cells)
    assert (found.form, found.to) == (form, to)
    assert found.is_personal == (to in (None, "host") or (to or "").endswith("_token")) or name == "REMARK"


def test_texts_for_null_and_sentinels_are_told_apart_from_values() -> None:
    found = guess("BALANCE_FEE", ["100", "-1", "\\N", "30", "-"])
    assert (found.form, found.nulls, found.sentinels, found.is_required) == ("INTEGER", ("-", "\\N"), ("-1",), False)
    assert guess("CHANGE", ["100", "-1", "-7"]).sentinels == ()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "it has no rows"),
        (b"\n \r\n", "it has no rows"),
        (b"a|b\x00c\n", "neither utf-8 nor gb18030"),
        (gzip.compress(b"a|b\n" * 100)[:-12], "it cannot be read"),
        ("号码|金额\n1|2\n".encode("utf-16"), "it looks like UTF-16"),
        (b"PK\x03\x04\0\0", "it looks like a zip archive"),
    ],
    ids=["empty", "blank", "binary", "cut gzip", "UTF-16", "zip"],
)
def test_what_is_no_sample_is_refused_with_the_cause(tmp_path: Path, content: bytes, says: str) -> None:
    with pytest.raises(FeedError, match=says):
        written(tmp_path, content)


@pytest.mark.parametrize("line", [b"1|\xff", b"1|\0", b"1|a\rb", b"1|" + b"x" * 200_000], ids=["bytes", "NUL", "CR", "long cell"])
def test_a_line_with_dirt_among_good_ones_does_not_keep_a_file_from_being_read(tmp_path: Path, line: bytes) -> None:
    sample = written(tmp_path, "号码|姓名\n".encode() + "2|李芳\n".encode() * 100 + line + b"\n")
    assert (sample.encoding, sample.width, len(sample.rows), sample.uneven) == ("utf-8", 2, 101, 0)


@pytest.mark.parametrize(
    ("content", "codes"),
    [
        (b"WAY\n" + b"in\nout\nclass\n" * 30, {("in", "code_in"), ("out", "out"), ("class", "code_class")}),
        (b"WAY\n" + b"A\na\n" * 30, {("A", "a"), ("a", "a_2")}),
        (b"abc\n", set()),
    ],
    ids=["words of Python", "one letter twice", "texts only"],
)
def test_a_draft_is_python_whatever_the_codes_are(tmp_path: Path, content: bytes, codes: set[tuple[str, str]]) -> None:
    feed = declared(draft(written(tmp_path, content), "mine"))
    assert {of for field in feed.fields for of in field.form.codes} == codes


@pytest.mark.parametrize(
    ("content", "header", "names"),
    [
        ("王小明|福州|全球通\n李芳|厦门|动感地带\n张伟强|泉州|神州行\n", None, None),
        ("客户姓名|地市|品牌\n李芳|厦门|动感地带\n张伟强|泉州|神州行\n", None, ("客户姓名", "地市", "品牌")),
        ("name|city\nLi Fang|Xiamen\nZhang Wei|Quanzhou\n", None, ("name", "city")),
        ("in|Xiamen\nout|Quanzhou\nin|Xiamen\n", None, None),
        ("王小明|福州\n李芳|12\n张伟强|泉州\n", None, None),
        ("王小明|福州\n李芳|厦门\n", True, ("王小明", "福州")),
        ("name|city\nLi Fang|Xiamen\n", False, None),
    ],
    ids=["people", "Chinese names", "names", "codes that come again", "a figure among texts", "told yes", "told no"],
)
def test_a_file_of_texts_only_has_a_header_if_its_first_line_looks_like_names(
    tmp_path: Path, content: str, header: bool | None, names: tuple[str, ...] | None
) -> None:
    (tmp_path / "texts.txt").write_text(content, "utf-8")
    sample = sample_of(tmp_path / "texts.txt", header)
    assert sample.names == names
    made = draft(sample, "mine")
    said = [remark for remark in made.remarks if remark.startswith("all columns are texts")]
    asked = [] if header is not None else [f"use {'--no-header' if names else '--header'}"]
    assert [remark.partition("wrong, ")[2] for remark in said] == asked
    assert declared(made).header is bool(names)


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(FeedError, match="No such file"):
        sample_of(tmp_path / "none.txt")


@needs_data
def test_a_web_servers_log_is_drafted_and_fits_but_for_its_unclosed_quotes(spark: SparkSession, tmp_path: Path) -> None:
    sample = sample_of(DATA / "web_log" / "elastic_apache_access.log.gz")
    feed = declared(draft(sample, "mine"))
    kinds = [field.form.kind for field in feed.fields]
    assert (feed.delimiter, feed.quote, feed.gzip, len(feed.fields)) == (" ", '"', True, 10)
    assert (kinds[0], kinds[3], kinds[6], kinds[7]) == ("token", "timestamp", "integer", "integer")
    found = fit(spark, feed, sample.file, date(2015, 5, 17))
    assert found.rows == 10_000
    assert found.loaded >= 9_990


@needs_data
def test_a_shops_daily_files_are_drafted_and_fit(spark: SparkSession, tmp_path: Path) -> None:
    with tarfile.open(DATA / "daily_events" / "online_retail_by_day.tar.xz") as packed:
        member = next(one for one in packed if one.name.endswith("2010-12-01.csv"))
        content = packed.extractfile(member)
        assert content is not None
        sample = written(tmp_path, content.read())
    feed = declared(draft(sample, "mine"))
    assert [field.form.kind for field in feed.fields if field.name in ("Quantity", "InvoiceDate", "UnitPrice", "CustomerID")] == [
        "integer",
        "timestamp",
        "yuan",
        "integer",
    ]
    assert [field.name for field in feed.fields if field.is_event_date] == ["InvoiceDate"]
    found = fit(spark, feed, sample.file, date(2010, 12, 1))
    assert (found.faults, found.rows) == ((), 3_108)
    # Invoices that were cancelled have a letter in their number.
    assert {misfit.reason for misfit in found.misfits} <= {"InvoiceNo: expected a whole number"}
    assert found.loaded > 2_900


@needs_data
def test_call_records_are_drafted_and_fit(spark: SparkSession) -> None:
    sample = sample_of(DATA / "cdr_samples" / "u_test.csv")
    feed = declared(draft(sample, "mine"))
    assert (feed.delimiter, feed.header, [field.form.kind for field in feed.fields][:2]) == (";", False, ["code", "code"])
    found = fit(spark, feed, sample.file, date(2013, 12, 16))
    assert (found.rows, found.loaded) == (500, 500)
