"""Lines to rows: what cannot be loaded is kept back with every reason, what can be read is read as it is meant."""

import gzip
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from pyspark.sql import Row, SparkSession

from expectations.feed import Feed
from expectations.feeds import FEEDS
from expectations.files import FileNames
from jobs.receive.deliveries import deliveries
from jobs.receive.parse import parsed
from tests.night.deliveries import deliver, delivery
from tests.night.homes import NIGHT

# One of boss_subscriber: user id and number first, the IMEI in the middle.
LINE = "80000000017|12900000017|1||20200101|01|20200101|10|20200101|||0|353686010000000|3501|350102|1|0|0|||||||"
USE = "80000000017|20260304|60|0|0|0|1|0|0|1000|0|0|0.00"
CODE = "expected matches (?!.*[0-9]{11})[A-Za-z0-9_.-]{1,32}"
MARK = "a control character or a byte order mark in the text"

Parse = Callable[[Feed, list[str]], list[Row]]


@pytest.fixture
def parse(spark: SparkSession, tmp_path: Path) -> Parse:
    key = tmp_path / "token.key"
    key.write_bytes(os.urandom(32))

    def rows(feed: Feed, lines: list[str]) -> list[Row]:
        header = [feed.delimiter.join(field.name for field in feed.fields)] if feed.header else []
        deliver(tmp_path, feed, [line.encode(feed.encoding) for line in header + lines])
        return parsed(spark, feed, list(deliveries(feed, tmp_path / "landing", NIGHT, NIGHT)), key).orderBy("at").collect()

    return rows


def test_an_identifier_that_does_not_read_as_one_is_kept_back_and_makes_no_token(parse: Parse) -> None:
    own_names = FileNames(part="S1_{date:%Y%m%d}.{part:03}.gz", check="S1_{date:%Y%m%d}.CHK")
    lines = [
        LINE,
        LINE.replace("80000000017|12900000017", "12900000017|80000000017"),
        LINE.replace("12900000017|", "12900000017 |"),
        LINE.replace("|12900000017", "|\ufeff12900000017"),
        LINE.replace("353686010000000", "none"),
        LINE.replace("80000000017", ""),
    ]
    came = parse(replace(FEEDS["boss_subscriber"], files=own_names), lines)
    number = "MSISDN: expected a number of 11 digits that begins with 1"
    imei, absent = "IMEI: expected an IMEI of 14 to 16 digits", "USER_ID: expected a value"
    assert [row.reasons for row in came] == [[], [number], [number], [number, f"MSISDN: {MARK}"], [imei], [absent]]
    assert [bool(row.number_token) for row in came] == [True, False, False, False, True, True]


def test_a_control_character_in_a_cell_keeps_the_row_back_and_at_the_end_of_the_line_is_none(parse: Parse) -> None:
    came = parse(
        FEEDS["boss_subscriber"],
        [
            LINE + "\r",
            LINE.replace("|3501|", "|3501\r|"),
            LINE.replace("|01|", "|0\u00001|"),
            LINE.replace("12900000017|", "12900000017\r|"),
            LINE + "\t of a text that goes nowhere",
        ],
    )
    city, number = "CITY_CODE: expected matches [0-9]{4}", "MSISDN: expected a number of 11 digits that begins with 1"
    assert [row.reasons for row in came] == [
        [],
        [city, f"CITY_CODE: {MARK}"],
        [f"OPEN_CHANNEL: {CODE}", f"OPEN_CHANNEL: {MARK}"],
        [number, f"MSISDN: {MARK}"],
        [],
    ]
    own_delimiter = parse(FEEDS["boss_subscription"], ["7001\t80000000017\tdp010\tcrm\t1\t20260304090000\t\t20260304\t"])
    assert [row.reasons for row in own_delimiter] == [[]]


PERSON = "80000000017,张三,1,19800228,{address},350001,01,,0,,,,,,1,,,,,{manager},,0,,0,0,"
COUNTS, FIGURE = "expected 13 columns, got ", "SMS_COUNT: expected a whole number"
FEE, DAY = "DATA_FEE_OUTSIDE: expected an amount in yuan with at most two decimals", "USE_DATE: expected the data date of the delivery"
OPEN = "a quote is not closed on its line"
# Kind of dirt -> (feed, line, reasons). A line is bytes where it is not text in the feed's encoding.
DIRT: dict[str, tuple[str, str | bytes, list[str]]] = {
    "nothing": ("boss_usage", USE, []),
    "a column less": ("boss_usage", USE.rsplit("|", 1)[0], [COUNTS + "12"]),
    "a column more": ("boss_usage", USE + "|", [COUNTS + "14"]),
    "a delimiter in an unquoted text": ("boss_subscriber", LINE + "a|b", ["expected 25 columns, got 26"]),
    "a byte order mark before the line": ("boss_usage", "\ufeff" + USE, []),
    "CR LF": ("boss_usage", USE + "\r", []),
    "a lone CR in a figure": ("boss_usage", USE.replace("|1|", "|1\r|"), [f"SMS_COUNT: {MARK}"]),
    "a lone CR in a text that nobody keeps": ("boss_subscriber", LINE + "a\rb", []),
    "NUL before a figure": ("boss_usage", USE.replace("|1|", "|\x001|"), [FIGURE, f"SMS_COUNT: {MARK}"]),
    "NUL before a text that nobody keeps": ("boss_subscriber", LINE + "\x00a", []),
    "an address where a code must be": ("boss_subscriber", LINE.replace("|1||", "|1|福州市鼓楼区|", 1), [f"SUB_BRAND: {CODE}"]),
    "a document number where a code must be": (
        "boss_subscriber",
        LINE.replace("|1||", "|1|350102198002280017|", 1),
        [f"SUB_BRAND: {CODE}"],
    ),
    "illegal bytes in a text that is kept": (
        "boss_subscriber",
        LINE.replace("|01|", "|0\xff1|").encode("latin-1"),
        [f"OPEN_CHANNEL: {CODE}", "OPEN_CHANNEL: bytes that are not gb18030"],
    ),
    "illegal bytes in a text that nobody keeps": ("boss_subscriber", LINE.encode() + b"\xff\xff", []),
    "illegal bytes and a column more": ("boss_usage", USE.encode() + b"|\xff", [COUNTS + "14", "bytes that are not utf-8"]),
    "full-width digits": ("boss_usage", USE.replace("|1|", "|１２３|"), [FIGURE]),
    "a full-width date": ("boss_usage", USE.replace("20260304", "２０２６０３０４"), [DAY]),
    "a figure with a decimal point": ("boss_usage", USE.replace("|1|", "|1.0|"), [FIGURE]),
    "an exponent": ("boss_usage", USE.replace("|1|", "|1e5|"), [FIGURE]),
    "an amount with an exponent": ("boss_usage", USE.replace("0.00", "1e5"), [FEE]),
    "an amount with a thousands separator": ("boss_usage", USE.replace("0.00", "1,234.00"), [FEE]),
    "an amount of three decimals": ("boss_usage", USE.replace("0.00", "1.239"), [FEE]),
    "an amount with a sign": ("boss_usage", USE.replace("0.00", "¥1.20"), [FEE]),
    "a negative figure": ("boss_usage", USE.replace("|1|", "|-1|"), ["SMS_COUNT: expected between 0 and 1000000"]),
    "more than a whole number can hold": ("boss_usage", USE.replace("|1|", "|99999999999999999999|"), [FIGURE]),
    "a text for null that the feed does not declare": ("boss_usage", USE.replace("|1|", "|\\N|"), [FIGURE]),
    "a blank where a value must be": ("boss_usage", USE.replace("|1|", "|  |"), ["SMS_COUNT: expected a value"]),
    "an impossible day": ("boss_usage", USE.replace("20260304", "20260230"), [DAY]),
    "another day": ("boss_usage", USE.replace("20260304", "20260303"), [DAY]),
    "a time of never": (
        "boss_subscription",
        "7001\t80000000017\tdp010\tcrm\t1\t20260304090000\t99991231235959\t20260304\t",
        ["CANCEL_TIME: expected a time as yyyymmddHHMMSS from 1970 to 2099"],
    ),
    "a delimiter inside quotes": ("crm_customer", PERSON.format(address='"福州, 鼓楼"', manager=""), []),
    "a doubled quote inside quotes": ("crm_customer", PERSON.format(address='"a ""b"" c"', manager=""), []),
    "a delimiter inside quotes and a column more": (
        "crm_customer",
        PERSON.format(address='"a, b"', manager="") + ",x",
        ["expected 26 columns, got 27"],
    ),
    "a quote that is not closed": ("crm_customer", PERSON.format(address='"a', manager=""), [OPEN]),
    "a quote that is not closed in the last cell": ("crm_customer", PERSON.format(address="", manager="") + '"a', [OPEN]),
    "the first line of a cell with a line break": ("crm_customer", PERSON.format(address='"a', manager="").split(",1,")[0] + ',"a', [OPEN]),
    "the last line of a cell with a line break": ("crm_customer", 'b",' + PERSON.format(address="", manager=""), [OPEN]),
}


@pytest.mark.parametrize("name", sorted({name for name, _, _ in DIRT.values()}))
def test_every_dirt_of_a_line_is_loaded_or_kept_back_for_its_reason(spark: SparkSession, tmp_path: Path, name: str) -> None:
    feed = FEEDS[name]
    (tmp_path / "token.key").write_bytes(b"k" * 32)
    dirt = {kind: (line, reasons) for kind, (of, line, reasons) in DIRT.items() if of == name}
    deliver(tmp_path, feed, [line if isinstance(line, bytes) else line.encode(feed.encoding) for line, _ in dirt.values()])
    (found,) = deliveries(feed, tmp_path / "landing", NIGHT, NIGHT)
    came = parsed(spark, feed, [found], tmp_path / "token.key").orderBy("at").collect()
    assert (found.faults, found.rows) == ((), len(came))
    assert {kind: row.reasons for kind, row in zip(dirt, came, strict=True)} == {kind: reasons for kind, (_, reasons) in dirt.items()}


def test_a_null_character_in_the_last_quoted_cell_is_not_lost(parse: Parse) -> None:
    (came,) = parse(FEEDS["group_tie"], ['"G000001","金海贸易","88054249004","1","M0300","20220\x00705"'])
    assert came.reasons == ["JOIN_DATE: expected a date as yyyymmdd", f"JOIN_DATE: {MARK}"]


def test_codes_are_read_without_the_spaces_that_fill_them_up_and_a_blank_cell_is_empty(parse: Parse) -> None:
    (came,) = parse(
        FEEDS["boss_subscription"], ["7001   \t80000000017\tdp010     \t   \t1 \t20260304090000\t              \t20260304\t        "]
    )
    assert (came.reasons, came.order_id, came.product, came.channel, came.order_source) == ([], "7001", "dp010", None, "paid")
    assert (came.cancelled_at, came.expiry_date) == (None, None)


def test_a_part_above_its_whole_and_a_figure_that_no_customer_reaches_are_kept_back_each_with_its_rule(parse: Parse) -> None:
    came = parse(
        FEEDS["boss_usage"],
        [
            USE,
            USE.replace("|0|0.00", "|5000|0.00"),
            USE.replace("|1000|", "|9999999999999999|"),
            USE.replace("|60|", "|604801|"),
            USE.replace("|0.00", "|-.05"),
            USE.replace("|0.00", "|.29"),
        ],
    )
    assert [row.reasons for row in came] == [
        [],
        ["BYTES_IDLE: expected at most bytes_2g + bytes_3g + bytes_4g"],
        ["BYTES_4G: expected between 0 and 10000000000000"],
        ["VOICE_LOCAL_SEC: expected between 0 and 604800"],
        ["DATA_FEE_OUTSIDE: expected between 0 and 100000000"],
        [],
    ]
    assert came[-1].data_fee_outside_fen == 29


def test_a_declared_sentinel_is_no_value_and_any_other_figure_below_zero_or_a_blank_is_a_fault(parse: Parse) -> None:
    bill = "80000000017,202602,58.00,50.00,0.00,3.00,0.00,0.00,0.00,{},0,0.00"
    feed = replace(FEEDS["boss_bill"], cadence="daily", due_day=0, settled_per_mille=None)
    feed = replace(feed, fields=tuple(replace(field, is_event_date=False) for field in feed.fields))
    came = parse(feed, [bill.format(text) for text in ("100", "-1", " -1 ", "-2", "", "much")])
    fits = "ALLOWANCE_BYTES: expected "
    assert [(row.allowance_bytes, row.reasons) for row in came] == [
        (100, []),
        (None, []),
        (None, []),
        (-2, [f"{fits}between 0 and 1000000000000000"]),
        (None, [f"{fits}a value, or -1"]),
        (None, [f"{fits}a whole number, or -1"]),
    ]


def test_a_row_of_a_catalogue_that_does_not_fit_still_has_its_code(parse: Parse) -> None:
    tariff = "gt058,58,0,0,{},420,20200101,"
    came = parse(FEEDS["tariff_catalog"], [tariff.format("29"), tariff.format("29.0").replace("gt058", " gt088 ")])
    assert [(row.product, row.reasons) for row in came] == [("gt058", []), ("gt088", ["OVERAGE_FEN_PER_MB: expected a whole number"])]


def test_blank_lines_and_what_ends_a_file_are_no_rows(parse: Parse) -> None:
    came = parse(FEEDS["boss_usage"], [USE, "", USE, "\r", " ", "\x1a"])
    assert [row.reasons for row in came] == [[], None, [], None, None, None]


def test_a_gzip_of_several_members_is_read_whole(spark: SparkSession, tmp_path: Path, parse: Parse) -> None:
    feed = FEEDS["boss_usage"]
    parse(feed, [USE])
    part, _ = delivery(tmp_path, feed)
    part.write_bytes(part.read_bytes() + gzip.compress(f"{USE}\n{USE}".encode()))
    found = list(deliveries(feed, tmp_path / "landing", NIGHT, NIGHT))
    assert parsed(spark, feed, found, tmp_path / "token.key").count() == found[0].rows == 3


def test_of_a_web_request_the_host_the_app_and_reviewed_keywords_are_kept_and_a_sensitive_host_is_withheld(parse: Parse) -> None:
    request = "20260304080000\x0112900000017\x01{}\x01Mozilla/5.0 MicroMessenger/6.0\x013G\x01100001\x01200\x013000\x01200"
    search = "http://sou.cn/s?q=%E7%8E%84%E5%B9%BB%E5%B0%8F%E8%AF%B4+12900000017"
    lines = [
        request.format(url) for url in (search, "http://city-hospital.cn/s?q=%E5%B0%8F%E8%AF%B4", "http://sou.cn/s?q=%E7%99%8C", "no host")
    ]
    came = parse(FEEDS["wap_log"], lines)
    assert [(row.host, row.app, row.terms) for row in came] == [
        ("sou.cn", "wechat", ["小说", "玄幻"]),
        ("withheld", None, None),
        ("sou.cn", "wechat", None),
        (None, None, None),
    ]
    assert [len(row.reasons) for row in came] == [0, 0, 0, 1]


def test_a_number_on_a_no_call_list_counts_with_a_country_code_and_without_a_date(parse: Parse) -> None:
    lines = ["12900000017|all|20260101", "+8612900000017||2026-13-01", "8612900000017|sms|2026-01-31", "02912345678|all|20260101"]
    came = parse(FEEDS["no_call"], [line.replace("|", FEEDS["no_call"].delimiter) for line in lines])
    assert len({row.number_token for row in came[:3]}) == 1
    assert [(row.scope, row.listed_on is None) for row in came[:3]] == [("all", False), ("all", True), ("sms", False)]
    assert [len(row.reasons) for row in came] == [0, 0, 0, 1]
