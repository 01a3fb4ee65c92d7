"""Cells that are no plain values: computed of several, in another zone, a text for null, escaped, an identity of the operator's own."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import Row, SparkSession
from pyspark.sql import functions as F

from expectations.checks import IS_TOKEN, NOT_NULL, between
from expectations.columns import DAY, LOAD_ID
from expectations.computed import Computed, moment
from expectations.contract import Column, Table
from expectations.errors import FeedError
from expectations.feed import Feed, Field
from expectations.forms import DATE, INTEGER, TEXT, TIMESTAMP, token
from jobs.receive.deliveries import deliveries
from jobs.receive.parse import parsed
from jobs.runtime.vault import token as token_of
from tests.night.deliveries import deliver
from tests.night.homes import NIGHT

VISITS = Table(
    name="ods.visits",
    owner="tests",
    comment="Visits.",
    key=(),
    event_date="day",
    columns=(
        DAY,
        Column("visited_at", "timestamp", "When.", (NOT_NULL,)),
        Column("left_at", "timestamp", "When it ended.", null_means="not told"),
        Column("address_token", "string", "Token of the address.", (IS_TOKEN,), null_means="not told"),
        Column("page", "string", "Page.", null_means="not told"),
        Column("bytes_up", "bigint", "Up.", (NOT_NULL, between(0, 100))),
        Column("total_bytes", "bigint", "Up and down.", (NOT_NULL, between(0, 150))),
        LOAD_ID,
    ),
)
ADDRESS = token("address", r"[0-9]{1,3}([.][0-9]{1,3}){3}", "an IP address")
FIELDS = (
    Field("DAY", None, DATE, is_event_date=True),
    Field("TIME", None, TEXT),
    Field("END", "left_at", TIMESTAMP),
    Field("IP", "address_token", ADDRESS, personal=True),
    Field("PAGE", "page", nulls=("-", "none")),
    Field("UP", "bytes_up", INTEGER),
    Field("DOWN", None, INTEGER),
)
COMPUTED = (moment("visited_at", "DAY", "TIME"), Computed("total_bytes", "try_add({UP}, {DOWN})"))
KEY = b"k" * 32

Parse = Callable[..., list[Row]]


def feed(**otherwise: Any) -> Feed:
    usual: dict[str, Any] = {"name": "visits", "source": "S7", "label": "访问", "owner": "tests", "table": VISITS, "cadence": "daily"}
    usual |= {"content": "delta", "data_class": "behaviour", "gzip": False, "nulls": ("-", "\\N"), "escape": "\\"}
    return Feed(**(usual | {"fields": FIELDS, "computed": COMPUTED} | otherwise))


@pytest.fixture
def parse(spark: SparkSession, tmp_path: Path) -> Parse:
    (tmp_path / "token.key").write_bytes(KEY)

    def rows(feed: Feed, *lines: str) -> list[Row]:
        deliver(tmp_path, feed, [line.encode() for line in lines])
        found = parsed(spark, feed, list(deliveries(feed, tmp_path / "landing", NIGHT, NIGHT)), tmp_path / "token.key")
        times = {name: F.date_format(name, "MM-dd HH:mm:ss") for name in ("visited_at", "left_at")}
        return found.withColumns(times).orderBy("at").collect()

    return rows


def test_a_time_is_made_of_a_date_and_a_time_and_turned_from_the_feeds_zone_into_ours(parse: Parse) -> None:
    (here,) = parse(feed(), "20260304|233000|20260304233500|-|a|1|2")
    (there,) = parse(feed(zone="Asia/Urumqi"), "20260304|233000|20260304233500|-|a|1|2")
    assert (here.visited_at, here.left_at) == ("03-04 23:30:00", "03-04 23:35:00")
    assert (there.visited_at, there.left_at, there.day) == ("03-05 01:30:00", "03-05 01:35:00", NIGHT), "the day is the operator's"


def test_a_time_that_the_feeds_zone_leaves_out_in_spring_is_no_time_and_nor_is_24_o_clock(parse: Parse) -> None:
    line = "20260304|010203|{}|-|a|1|2"
    ends = ("20260308013000", "20260308023000", "20260308240000")
    came = parse(feed(zone="America/New_York"), *(line.format(end) for end in ends))
    assert [row.left_at for row in came] == ["03-08 14:30:00", None, None]
    assert [row.reasons for row in came] == [[], *[["END: expected a time as yyyymmddHHMMSS from 1970 to 2099"]] * 2]


def test_a_total_is_computed_and_one_that_cannot_be_is_kept_back_with_the_field_at_fault(parse: Parse) -> None:
    line = "20260304|{}||-|a|{}|{}"
    came = parse(
        feed(),
        *(line.format("010203", up, down) for up, down in ((40, 60), (100, 99), (101, 99), (40, "many"), (40, ""))),
        line.format("256199", 1, 1),
        line.format("-", 1, 1),
    )
    assert [row.total_bytes for row in came[:2]] == [100, 199]
    assert [row.reasons for row in came] == [
        [],
        ["total_bytes, computed from UP and DOWN: expected between 0 and 150"],
        ["UP: expected between 0 and 100"],
        ["DOWN: expected a whole number"],
        ["total_bytes: cannot be computed from UP and DOWN"],
        ["visited_at: cannot be computed from DAY and TIME"],
        ["visited_at: cannot be computed from DAY and TIME"],
    ]


def test_a_computed_text_that_is_no_value_of_its_column_keeps_its_row_back(parse: Parse) -> None:
    joined = (COMPUTED[0], Computed("total_bytes", "concat({UP}, {PAGE})"))
    fine, wrong = parse(feed(computed=joined), "20260304|010203|||2|1|", "20260304|010203|||x|1|")
    assert (fine.total_bytes, fine.reasons) == (12, [])
    assert wrong.reasons == ["total_bytes: cannot be computed from UP and PAGE"]


def test_a_text_for_null_reads_as_a_blank_cell_and_a_fields_own_are_in_place_of_the_feeds(parse: Parse) -> None:
    lines = [
        f"20260304|010203|{end}|{address}|{page}|1|2" for end, address, page in (("-", "\\N", "-"), ("\\N", "-", "none"), ("", "", "\\N"))
    ]
    came = parse(feed(), *lines)
    assert [row.reasons for row in came] == [[], [], []]
    assert [(row.left_at, row.address_token, row.page) for row in came] == [(None, None, None), (None, None, None), (None, None, "\\N")]


@pytest.mark.parametrize(
    ("cell", "page"),
    [("a\\|b", "a|b"), ("a\\\\", "a\\"), ("\\\\\\|", "\\|"), ("\\a", "\\a"), ("\\-", "\\-")],
    ids=["a delimiter", "itself", "both", "nothing to escape", "no other sign"],
)
def test_an_escape_sign_makes_the_next_delimiter_or_escape_sign_plain_text(parse: Parse, cell: str, page: str) -> None:
    (came,) = parse(feed(), f"20260304|010203|||{cell}|1|2")
    assert (came.reasons, came.page) == ([], page)


def test_within_quotes_an_escape_sign_makes_the_next_quote_plain_text(parse: Parse) -> None:
    (came,) = parse(feed(quote='"'), '20260304|010203|||"a \\"b\\" | c"|1|2')
    assert (came.reasons, came.page) == ([], 'a "b" | c')


def test_an_identity_of_the_operators_own_is_a_token_of_its_own(parse: Parse) -> None:
    fine, wrong = parse(feed(), "20260304|010203||10.0.0.7||1|2", "20260304|010203||10.0.0||1|2")
    assert (fine.reasons, fine.address_token) == ([], token_of(KEY, "address", "10.0.0.7"))
    assert fine.address_token != token_of(KEY, "number", "10.0.0.7")
    assert (wrong.reasons, wrong.address_token) == (["IP: expected an IP address"], None)
    with pytest.raises(FeedError, match=r'Identity address:\n.*\n.*state one: token\("address", "\[0-9\]\{8\}"'):
        token("address")


def test_a_blank_and_a_text_for_null_have_no_token_whatever_the_identitys_pattern_is(parse: Parse) -> None:
    wide = tuple(replace(field, form=token("address", ".+", "any text")) if field.name == "IP" else field for field in FIELDS)
    came = parse(feed(fields=wide), *(f"20260304|010203||{address}||1|2" for address in ("-", "\\N", " ", "", "a")))
    assert [row.reasons for row in came] == [[]] * 5
    assert [row.address_token for row in came] == [None] * 4 + [token_of(KEY, "address", "a")]


WRONG: dict[str, dict[str, Any]] = {
    "computed column total_bytes: + ends the job at one odd value; write try_add": {
        "computed": (Computed("total_bytes", "{UP} + {DOWN}"),)
    },
    "computed column total_bytes: DIV ends the job": {"computed": (Computed("total_bytes", "{UP} div {DOWN}"),)},
    "computed column total_bytes: CAST ends the job": {"computed": (Computed("total_bytes", "cast({TIME} AS BIGINT)"),)},
    "computed column total_bytes names SIDE, which is not among the fields": {"computed": (Computed("total_bytes", "{UP} + {SIDE}"),)},
    "computed column page would have the text of IP, which is personal": {"computed": (Computed("page", "{IP}"),)},
    "computed column page names no field": {"computed": (Computed("page", "'a'"),)},
    "table column bytes_up is filled twice": {"computed": (Computed("bytes_up", "{DOWN}"),)},
    "the escape sign '|' is the delimiter": {"escape": "|"},
    "the escape '//' is not one character": {"escape": "//"},
    "zone 'Shanghai' is unknown, expected a name like Asia/Shanghai": {"zone": "Shanghai"},
    "scopes are stated, and the files' names have no {scope}": {"scopes": ("3501",)},
    "days is for daily deliveries of what happened": {"days": 2, "content": "full"},
    "days is 0, expected at least 1": {"days": 0},
    "several fields are the event date: DAY, AGAIN": {"fields": (*FIELDS, Field("AGAIN", None, DATE, is_event_date=True))},
}


@pytest.mark.parametrize("fault", WRONG)
def test_a_declaration_that_cannot_work_is_refused(fault: str) -> None:
    with pytest.raises(FeedError) as refusal:
        feed(**WRONG[fault])
    assert fault in str(refusal.value)


def test_a_moment_has_no_time_before_1970(parse: Parse) -> None:
    old = feed(fields=(Field("DAY", None, DATE), *FIELDS[1:]))
    came = parse(old, "19691231|235959||||1|2", "19700101|000000||||1|2")
    assert [row.visited_at for row in came] == [None, "01-01 00:00:00"]
