"""Quarantined rows are counted by reason, written out for those who may, and sent again corrected as a new load."""

import gzip
import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from typer.testing import CliRunner

from expectations.errors import FeedError
from expectations.feeds import FEEDS
from expectations.tables.ops import OPS_LOAD
from expectations.tables.vault import VAULT_READ
from jobs import cli
from jobs.receive.receive_feed import job_of
from jobs.register import all_jobs
from jobs.runtime.vault import make_demo_key
from tests.night.deliveries import deliver
from tests.night.homes import NIGHT, runner_of

FEED = FEEDS["boss_usage"]
USE = "8000000{:04}|20260304|60|0|0|0|1|0|0|1000|0|0|0.00"


def asked(home: Path, *words: str) -> str:
    """What the command prints."""
    ran = CliRunner().invoke(cli.app, ["quarantine", *words], env={"CHUDIAN_HOME": f"{home}", "COLUMNS": "200"})
    if ran.exception and not isinstance(ran.exception, SystemExit):
        raise ran.exception
    return ran.output


def test_quarantined_rows_are_counted_written_out_and_loaded_once_they_are_corrected(spark: SparkSession, tmp_path: Path) -> None:
    make_demo_key(tmp_path / "vault", 1)
    lines = [USE.format(user) for user in range(100)]
    lines[3] = lines[3].replace("|1000|", "|many|")
    lines[7] = lines[7].replace("|60|", "|-1|").replace("|1000|", "|many|")
    deliver(tmp_path, FEED, [line.encode() for line in ["", *lines]], rows=100)
    runner, job = runner_of(tmp_path), all_jobs()["receive_boss_usage"]
    runner.run(job, NIGHT, NIGHT)

    told = [line.split() for line in asked(tmp_path, "boss_usage").splitlines() if "BYTES_4G" in line]
    assert [(line[0], line[1], line[2]) for line in told] == [(f"{NIGHT}", "boss_usage", "2")]
    assert asked(tmp_path, "boss_bill") == "No row of boss_bill is in quarantine.\n"
    out = tmp_path / "rows.txt"
    assert "2 rows in" in asked(tmp_path, "boss_usage", "--date", f"{NIGHT}", "--out", f"{out}").replace("\n", "")
    assert (out.read_text().splitlines(), out.stat().st_mode & 0o777) == ([lines[3], lines[7]], 0o600)
    logged = [(row["command"], row["rows"], row["reason"]) for row in runner.lake.records.rows(VAULT_READ)]
    assert logged == [("quarantine", 2, f"boss_usage of {NIGHT} written out")]
    with pytest.raises(FeedError, match=r"cannot be written \(File exists\)"):
        asked(tmp_path, "boss_usage", "--date", f"{NIGHT}", "--out", f"{out}")
    assert len(runner.lake.records.rows(VAULT_READ)) == 2, "a read is recorded before the text is written"

    with pytest.raises(FeedError, match="is before 2026-03-04, the night that received the rows"):
        asked(tmp_path, "boss_usage", "--date", f"{NIGHT}", "--release", f"{out}", "--night", "2026-03-03")
    out.write_text(out.read_text().replace("|many|", "|2000|").replace("|-1|", "|1|"))
    asked(tmp_path, "boss_usage", "--date", f"{NIGHT}", "--release", f"{out}")
    assert runner.run(job, NIGHT, NIGHT).rows == 100, "a delivery that was corrected the same night counts once"
    listed = sorted((row["sequence"], row["state"], row["rows_loaded"], row["rows_quarantined"]) for row in runner.lake.log(OPS_LOAD))
    assert listed == [(1, "loaded", 98, 2), (2, "loaded", 100, 0)]
    assert runner.lake.whole(FEED.table, day=NIGHT).where("bytes_4g = 2000").count() == 2
    # The rows of the first delivery are corrected, so nobody is asked for them again.
    assert asked(tmp_path, "boss_usage", "--date", f"{NIGHT}") == f"No row of boss_usage of the night of {NIGHT} is in quarantine.\n"
    with pytest.raises(FeedError, match=f"no row of the night of {NIGHT} is in quarantine"):
        asked(tmp_path, "boss_usage", "--date", f"{NIGHT}", "--out", f"{tmp_path}/again.txt")


def test_rows_of_a_night_without_quarantine_or_of_no_feed_are_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "rows.txt").write_text("80000000017")
    with pytest.raises(FeedError, match=f"no row of the night of {NIGHT} is in quarantine"):
        asked(tmp_path, "boss_usage", "--date", f"{NIGHT}", "--release", f"{tmp_path}/rows.txt")
    with pytest.raises(FeedError, match="Did you mean boss_usage"):
        asked(tmp_path, "boss_usages")
    assert "give FEED and --date" in asked(tmp_path, "--out", f"{tmp_path}/rows.txt")


def test_parts_with_other_column_orders_are_sent_again_as_the_parts_they_were(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_demo_key(tmp_path / "vault", 1)
    feed = replace(FEED, header=True, parts=2, bad_per_mille=200)
    monkeypatch.setitem(FEEDS, FEED.name, feed)
    names = [field.name for field in feed.fields]
    first = [USE.format(user) for user in range(50)]
    second = ["|".join(reversed(USE.format(user).split("|"))) for user in range(50, 100)]
    first[3], second[4], second[5] = (line.replace("1000", "many") for line in (first[3], second[4], second[5]))
    headers = ["|".join(names), "|".join(reversed(names))]
    folder, told = tmp_path / "landing" / f"{NIGHT}" / feed.name, ""
    folder.mkdir(parents=True)
    for number, lines in enumerate(([headers[0], *first], [headers[1], *second]), start=1):
        part = folder / feed.part_name(NIGHT, 1, number)
        part.write_bytes(gzip.compress("\n".join(lines).encode()))
        told += f"{part.name}|50|{part.stat().st_size}|{hashlib.md5(part.read_bytes()).hexdigest()}|20260304\n"
    (folder / feed.check_name(NIGHT, 1)).write_text(told)
    runner, job = runner_of(tmp_path), job_of(feed)
    runner.run(job, NIGHT, NIGHT)

    out = tmp_path / "rows.txt"
    asked(tmp_path, feed.name, "--date", f"{NIGHT}", "--out", f"{out}")
    assert out.read_text().splitlines() == [headers[0], first[3], headers[1], second[4], second[5]]
    out.write_text(out.read_text().replace("many", "2000", 2))
    said = asked(tmp_path, feed.name, "--date", f"{NIGHT}", "--release", f"{out}")
    # Lines end where the screen does.
    assert "with3rowsofthefile,1ofthemastheywere:thesewillbequarantinedagain" in "".join(said.split())
    runner.run(job, NIGHT, NIGHT)
    listed = sorted((row["sequence"], row["files"], row["rows_loaded"], row["rows_quarantined"]) for row in runner.lake.log(OPS_LOAD))
    assert listed == [(1, 2, 97, 3), (2, 2, 99, 1)]
    assert runner.lake.whole(feed.table, day=NIGHT).where("bytes_4g = 2000").count() == 2
