"""Whether a file fits a feed: what is said of it, by line and column, and how to declare it."""

import gzip
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import typer
from pyspark.sql import SparkSession
from typer.testing import CliRunner

from expectations.feeds import FEEDS
from jobs.cli import app
from jobs.commands.own_files import _data_date
from jobs.layout.fit import Misfit, fit

D = date(2026, 3, 4)
USE = "80000000017|20260304|60|0|0|0|1|0|0|1000|0|0|0.00"


def file_of(folder: Path, lines: list[str], packed: bool = True, encoding: str = "utf-8") -> Path:
    content = "\n".join(lines).encode(encoding) + b"\n"
    file = folder / f"use_20260304.{'gz' if packed else 'txt'}"
    file.write_bytes(gzip.compress(content) if packed else content)
    return file


def test_what_does_not_fit_is_said_by_column_and_line_without_the_text(spark: SparkSession, tmp_path: Path) -> None:
    other = USE.replace("80000000017", "80000000018")
    lines = [USE, USE.replace("|60|", "|sixty|"), other, USE.replace("|60|", "|6.5|"), "", USE.replace("80000000017", "me"), USE + "|1"]
    found = fit(spark, FEEDS["boss_usage"], file_of(tmp_path, lines), D)
    many = "4 of 6 rows cannot be loaded, at most 50 per mille may: the delivery would be refused whole"
    assert (found.faults, found.rows, found.loaded, found.declare) == ((many,), 6, 2, ())
    assert found.misfits == (
        Misfit(3, "VOICE_LOCAL_SEC: expected a whole number", 2, (2, 4)),
        Misfit(1, "USER_ID: expected a user id of 6 to 20 digits", 1, (6,)),
        Misfit(None, "expected 13 columns, got 14", 1, (7,)),
    )
    assert not any("sixty" in one.reason for one in found.misfits)


def test_a_repeated_key_does_not_fit_and_an_older_state_of_a_key_does(spark: SparkSession, tmp_path: Path) -> None:
    lines = [USE.replace("80000000017", f"8{number:010}") for number in range(40)]
    found = fit(spark, FEEDS["boss_usage"], file_of(tmp_path, [*lines, lines[7]]), D)
    assert (found.faults, found.rows, found.loaded) == ((), 41, 40), "one row in 41 is not too many"
    assert found.misfits == (Misfit(None, "repeats the key (subscriber_id) of an earlier row", 1, (41,)),)
    assert not found.is_good
    newest = replace(FEEDS["boss_usage"], newest_by=("voice_local_s",))
    found = fit(spark, newest, file_of(tmp_path, [lines[0].replace("|60|", "|61|"), *lines]), D)
    assert found.misfits == (Misfit(None, "superseded by a newer state of the same key in this delivery", 1, (2,)),)
    assert found.is_good


def test_only_a_few_of_many_lines_are_named(spark: SparkSession, tmp_path: Path) -> None:
    found = fit(spark, FEEDS["boss_usage"], file_of(tmp_path, [USE] + [USE.replace("|60|", "|x|")] * 9), D)
    assert found.misfits == (Misfit(3, "VOICE_LOCAL_SEC: expected a whole number", 9, (2, 3, 4, 5, 6)),)


def test_another_layout_is_told_as_the_declaration_that_takes_it(spark: SparkSession, tmp_path: Path) -> None:
    names = [field.name for field in FEEDS["boss_usage"].fields]
    header = ",".join([*names[1:], "MORE"])
    rows = [",".join([*USE.split("|")[1:], "福州"]) for _ in range(20)]
    found = fit(spark, FEEDS["boss_usage"], file_of(tmp_path, [header, *rows], packed=False, encoding="gb18030"), D)
    assert found.declare[:4] == ("gzip=False", 'encoding="gb18030"', "delimiter=','", "header=True")
    assert found.declare[4].startswith('fields in the order of the header: Field("USE_DATE", None), Field("VOICE_LOCAL_SEC", "voice_local')
    assert found.declare[4].endswith('Field("MORE", None)')
    assert found.declare[5] == "the header has none of the fields USER_ID"
    assert not found.is_good


def test_the_command_says_what_does_not_fit_and_ends_with_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = CliRunner().invoke(app, ["feed", "check", f"{tmp_path / 'use.gz'}", "--as", "boss_usages"])
    assert "Did you mean boss_usage?" in f"{asked.exception}"
    undated = CliRunner().invoke(app, ["feed", "check", f"{tmp_path / 'use.gz'}", "--as", "boss_usage"])
    assert "use.gz has no date in its name; state it with --date" in " ".join(undated.output.replace("│", " ").split())
    monkeypatch.setattr("jobs.runtime.lake.Lake.spark", property(lambda _: pytest.fail("Spark started")))
    (tmp_path / "use_20260304.zip").write_bytes(b"PK\x03\x04\0\0")
    packed = CliRunner().invoke(app, ["feed", "check", f"{tmp_path / 'use_20260304.zip'}", "--as", "boss_usage"])
    assert "it looks like a zip archive" in f"{packed.exception}"


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("boss_usage_20260304_01_001.txt.gz", "2026-03-04"),
        ("bill_9901_202602.01.gz", "2026-02-01"),
        ("S1-2026-03-04.txt", "2026-03-04"),
        ("use_20260399.txt", None),
        ("use_20260230.txt", None),
        ("use_120260304.txt", None),
    ],
)
def test_the_date_in_a_files_name_is_taken_only_if_it_is_one(tmp_path: Path, name: str, day: str | None) -> None:
    if day is None:
        with pytest.raises(typer.BadParameter, match="has no date in its name; state it with --date"):
            _data_date(tmp_path / name, None)
    else:
        assert f"{_data_date(tmp_path / name, None)}" == day


def test_the_command_prints_a_draft_and_its_remarks(tmp_path: Path) -> None:
    asked = CliRunner().invoke(app, ["feed", "draft", f"{file_of(tmp_path, [USE] * 50)}", "--name", "mine"])
    assert asked.exit_code == 0
    assert "MINE_FEED = Feed(" in asked.output
    assert "read 50 row(s), all of the file: utf-8, gzip, delimiter '|', 13 columns" in asked.output
