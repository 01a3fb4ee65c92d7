"""Plain lines: Arrow reads them as Spark does, and leaves every other line to Spark."""

import gzip
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest
from pyspark.sql import SparkSession

from expectations.feed import Feed
from expectations.feeds import FEEDS
from jobs.receive.contents import BLANK, inflated
from jobs.receive.deliveries import Delivery, Part, deliveries
from jobs.receive.plain import Plain, Told, only_spark_reads
from jobs.runtime.forgotten import Forgotten
from jobs.runtime.vault import token
from tests.jobs.receive.fuzz.drawn import draw_many, parse, through_the_door
from tests.jobs.receive.fuzz.sent import Shipped
from tests.jobs.receive.fuzz.test_fuzz import SEED, province, shipped
from tests.night.deliveries import deliver
from tests.night.homes import NIGHT

__all__ = ["province", "shipped"]

KEY = b"k" * 32
USE = "80000000017|20260304|60|0|0|0|1|0|0|1000|0|0|0.00"
FEEDBACK = "12926527590|c10_data_without_plan|wave1|20260303|DELIVRD|20260304162046||||"
ORDER = "7001\t80000000017\tdp010\tcrm\t1\t20260304090000\t\t20260304\t"
REQUEST = "20260304100000\x0112900000017\x01http://m.a.cn/x?q=1\x01Agent/1.0\x013G\x01101\x0110\x0120\x01200"
# What a cell may be, of any form: written in another way, at a bound, beyond it, or broken.
CELLS = (
    *("", " ", " 5", "5 ", "5", "007", "+5", "-5", "5.0", "1e5", "0x1F", "５", "1_000", "1,234", "9" * 18, "9" * 19, "9223372036854775808"),
    *("999999999", "9999999999", "2147483648", ".29", "12.", "1.2", "1.23", "1.234", "-.05", "+1.20", "¥1.20", "0.00", "00", "NaN", "null"),
    *("20260304", "20240229", "20260229", "20261301", "20260400", "19000101", "19500101", "00010101", "99991231", "2026-03-04"),
    *("20260304000000", "20260304235959", "20260304240000", "20260304236000", "20260304235960", "19910601120000", "19700101000000"),
    *(
        "99991231235959",
        "80000000017",
        "12900000017",
        "22900000017",
        "353686010000000",
        "8613800138000",
        "\\N",
        "-",
        "a b",
        "a  ",
        "\t",
        "a\rb",
    ),
    *(
        "http://A.Cn",
        "http://a.cn:80/x",
        "a.cn",
        "http://u:p@a.cn/",
        "http://13800138000.a.cn/",
        "http://10.0.0.1/",
        "http://[2409:8C00::17]:80/",
        "http://[1.13800138000]/",
        "http://1.2.3.4.5/",
        "http://1234.1.1.1/",
        "http://中国.cn/",
        "http://商城.中国:8/",
        "http://a中.cn9/",
        "http://é.cn/",
    ),
    *("http://a.cn", "http://a", "ftp://a-b.c1.cn#x", "http://a..cn/", "http://a.cn.:8/", "index.php", "http://a.cn/?q=%E7%BD%91"),
    *(
        "Agent 13800138000",
        "Agent 138 0013 8000",
        "Agent/1.2.3.4 20260304",
        "中文",
        "\u00a0",
        "a\u0085b",
        "\ufeff5",
        "\ufffd",
        "\u2028",
        "é",
    ),
    *("'", '"', "\\", "E1", "01", "1", "0", "true", "3G", "4G", "WLAN", "x" * 40),
)


def lines_of(part: Part, feed: Feed) -> list[bytes]:
    """The rows of a part as lines."""
    content = b"".join(inflated(part.file)) if feed.gzip else part.file.read_bytes()
    return content.split(b"\n")


def plain_rows(
    feed: Feed, delivery: Delivery, part: Part, key: Path, forgotten: Forgotten | None = None
) -> Iterator[dict[str, Any] | None]:
    """The row of each line that is no header and not blank; None for one that is left to Spark."""
    header = part.header
    told = Told(delivery.load_id, delivery.data_date, *((header.columns, header.text) if header else ()))
    content = inflated(part.file) if feed.gzip else iter([part.file.read_bytes()])
    rows, others = [], set[int]()
    for lines in Plain(feed, str(key), forgotten).read(content, told):
        rows += lines.rows.to_pylist()
        others |= {number for number, _ in lines.others}
    left = iter(rows)
    for number, line in enumerate(lines_of(part, feed), start=1):
        is_header = header is not None and line.decode(feed.encoding, "replace").lstrip("\ufeff").rstrip("\r\x1a") == header.text
        if number in others:
            yield None
        elif line.strip(BLANK) and not is_header:
            yield next(left)
    assert next(left, None) is None


def disagreements(spark: SparkSession, feed: Feed, accepted: list[Delivery], key: Path) -> tuple[list[str], int, int]:
    """Where Arrow's row is not Spark's good one; how many lines Arrow has read, and how many good ones it has left."""
    by_part, wrong, read, left = parse(spark, feed, accepted, key), [], 0, 0
    for delivery in accepted:
        for part in delivery.parts:
            lines = [line for line in lines_of(part, feed) if line.strip(BLANK)]
            theirs = by_part.get((delivery.known_on, part.file.name), [])
            ours = list(plain_rows(feed, delivery, part, key))
            # Headers that Spark dropped and Arrow has set apart.
            ours = ours[len(ours) - len(theirs) :]
            wrong += [f"{feed.name}: {len(ours)} lines, Spark has {len(theirs)} rows"] if len(ours) != len(theirs) else []
            lines = lines[len(lines) - len(theirs) :]
            for mine, his, line in zip(ours, theirs, lines, strict=False):
                if mine is None:
                    left += his["reasons"] == []
                    continue
                read += 1
                wanted = {name: value for name, value in his.items() if name in mine}
                if his["reasons"] or {name: mine[name] for name in wanted} != wanted:
                    wrong.append(f"{feed.name}: {mine}; Spark has {his}; the line is {line!r}")
    return wrong, read, left


def test_arrow_reads_a_changed_delivery_as_spark_does_or_leaves_its_lines(
    spark: SparkSession, shipped: dict[str, Shipped], tmp_path: Path
) -> None:
    (tmp_path / "token.key").write_bytes(KEY)
    for name in ("boss_usage", "wap_log", "family_tie"):
        one = shipped[name]
        drawn = draw_many(Random(SEED), one, tmp_path / "landing", 25)
        accepted, _ = through_the_door(one.feed, tmp_path / "landing", drawn)
        wrong, read, left = disagreements(spark, one.feed, list(accepted.values()), tmp_path / "token.key")
        assert not wrong, f"again by FUZZ_SEED={SEED}"
        # What is shipped is plain, so nearly all that is left to Spark is broken or odd.
        assert read > 4 * left, name


@pytest.mark.prove
def test_arrow_reads_ten_thousand_changed_deliveries_as_spark_does(
    spark: SparkSession, shipped: dict[str, Shipped], tmp_path: Path
) -> None:
    (tmp_path / "token.key").write_bytes(KEY)
    plain = [one for one in shipped.values() if not only_spark_reads(one.feed)]
    for one in plain:
        drawn = draw_many(Random(SEED), one, tmp_path / "landing", 10_000 // len(plain))
        accepted, _ = through_the_door(one.feed, tmp_path / "landing", drawn)
        wrong, _, _ = disagreements(spark, one.feed, list(accepted.values()), tmp_path / "token.key")
        assert not wrong, f"again by FUZZ_SEED={SEED}"


@pytest.mark.parametrize(
    ("name", "line"), [("boss_usage", USE), ("wap_log", REQUEST), ("boss_subscription", ORDER), ("sms_feedback", FEEDBACK)]
)
def test_arrow_reads_each_odd_cell_as_spark_does_or_leaves_its_line(name: str, line: str, spark: SparkSession, tmp_path: Path) -> None:
    feed = FEEDS[name]
    (tmp_path / "token.key").write_bytes(KEY)
    cells, sign = line.split(feed.delimiter), feed.delimiter
    texts = [sign.join([*cells[:at], odd, *cells[at + 1 :]]) for at in range(len(cells)) for odd in CELLS]
    deliver(tmp_path, feed, [text.encode() for text in [line, *texts]])
    accepted = list(deliveries(feed, tmp_path / "landing", NIGHT, NIGHT))
    wrong, read, left = disagreements(spark, feed, accepted, tmp_path / "token.key")
    assert not wrong
    assert read > left > 0


def read_here(tmp_path: Path, feed: Feed, lines: list[str], forgotten: Forgotten | None = None) -> list[dict[str, Any] | None]:
    """The rows of these lines, without Spark."""
    (tmp_path / "token.key").write_bytes(KEY)
    deliver(tmp_path, feed, [line.encode(feed.encoding) for line in lines])
    (delivery,) = deliveries(feed, tmp_path / "landing", NIGHT, NIGHT)
    return list(plain_rows(feed, delivery, delivery.parts[0], tmp_path / "token.key", forgotten))


def test_a_plain_line_has_its_values_and_the_token_of_its_user(tmp_path: Path) -> None:
    (row,) = read_here(tmp_path, FEEDS["boss_usage"], [USE.replace("|1000|", "|2000|").replace("|0.00", "|1.5")])
    assert row is not None
    assert row["subscriber_id"] == token(KEY, "user", "80000000017")
    assert (row["voice_local_s"], row["bytes_4g"], row["data_bytes"], row["data_fee_outside_fen"]) == (60, 2000, 2000, 150)


def test_a_line_that_breaks_a_rule_is_left_to_spark(tmp_path: Path) -> None:
    another_day, part_above_whole = USE.replace("20260304", "20260303"), USE.replace("|1000|0|0|", "|1000|0|1001|")
    rows = read_here(tmp_path, FEEDS["boss_usage"], [USE, another_day, part_above_whole, USE.replace("|60|", "||"), USE + "|0"])
    assert [row is not None for row in rows] == [True, False, False, False, False]


def test_a_date_that_must_be_before_the_deliverys_day_is_compared_with_it(tmp_path: Path) -> None:
    not_yet_sent = FEEDBACK.replace("|20260303|", "|20260304|")
    rows = read_here(tmp_path, FEEDS["sms_feedback"], [FEEDBACK, not_yet_sent])
    assert [row is not None for row in rows] == [True, False]


def test_a_line_of_somebody_who_was_forgotten_is_left_to_spark(tmp_path: Path) -> None:
    (tmp_path / "forgotten.key").write_bytes(KEY)
    gone = Forgotten(tmp_path / "forgotten.key", frozenset({token(KEY, "user", "80000000017")}), {}, frozenset({11}))
    rows = read_here(tmp_path, FEEDS["boss_usage"], [USE, USE.replace("80000000017", "80000000018")], gone)
    assert [row is not None for row in rows] == [False, True]


def test_memory_does_not_grow_with_a_file_and_line_numbers_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobs.receive.plain.BATCH", 200)
    key = tmp_path / "token.key"
    key.write_bytes(KEY)
    content = gzip.compress("\n".join([USE] * 9 + ["broken", "", USE] * 3).encode())
    (tmp_path / "part.gz").write_bytes(content)
    blocks = (bytes([byte]) for byte in gzip.decompress(content))
    pieces = list(Plain(FEEDS["boss_usage"], str(key)).read(blocks, Told("load", date(2026, 3, 4))))
    assert max(len(piece.rows) for piece in pieces) <= 4
    assert sum(len(piece.rows) for piece in pieces) == 12
    assert [line for piece in pieces for line in piece.others] == [(10, b"broken"), (13, b"broken"), (16, b"broken")]


def test_a_feed_with_something_that_only_spark_reads_is_left_to_it_whole() -> None:
    usage = FEEDS["boss_usage"]
    assert only_spark_reads(usage) is None
    assert only_spark_reads(FEEDS["crm_customer"]) == "its cells are quoted"
    assert only_spark_reads(FEEDS["boss_subscriber"]) == "its texts go to the vault"
    assert only_spark_reads(replace(usage, zone="Asia/Urumqi")) == "it has times of another zone"
    of_own = replace(usage.fields[2], form=replace(usage.fields[2].form, sql="try_cast(replace({}, ',', '') AS BIGINT)"))
    assert only_spark_reads(replace(usage, fields=(*usage.fields[:2], of_own, *usage.fields[3:]))) == (
        "VOICE_LOCAL_SEC has a form or sentinels of its own"
    )
