import re
from datetime import date
from typing import Any

import pytest

from expectations.checks import NOT_NULL
from expectations.columns import EXTRACT_DAY, LOAD_ID, SUBSCRIBER_ID
from expectations.computed import Computed
from expectations.contract import Column, Table
from expectations.errors import FeedError
from expectations.feed import Feed, Field
from expectations.feeds import FEEDS
from expectations.files import CheckFile, FileNames, OkFile, Settles
from expectations.forms import INTEGER, TEXT, code, prefix, token
from expectations.relations import Covers
from expectations.tables.vault import VAULT_NUMBER
from expectations.vaulted import ToVault

POINTS = Table(
    name="ods.points",
    owner="tests",
    comment="Points.",
    key=("subscriber_id", "load_id"),
    event_date="day",
    columns=(EXTRACT_DAY, SUBSCRIBER_ID, Column("points", "bigint", "Points.", (NOT_NULL,)), LOAD_ID),
)
USER = Field("USER_ID", "subscriber_id", token("user"), personal=True)
# What an operator's files call the things that lead to a person.
PERSONAL = {"USER_ID", "MSISDN", "IMEI", "ENTRY_MONTH_IMEI", "URL", "POSTCODE", "BIRTH_DATE", "CUST_NAME", "ADDRESS", "ID_NUMBER"}
PERSONAL |= {"MANAGER_NAME", "MANAGER_PHONE", "HOLDER_NAME", "USER_NAME", "FORMER_NUMBERS"}
PERSONAL |= {"MAIN_USER_ID", "MEMBER_MSISDN", "GROUP_NAME", "NOTE", "RECOMMENDER_MSISDN", "WORDS"}
# A number in the words of the channels.
PERSONAL |= {"DEST_ADDR", "BILL_ID", "phone", "PHONE_NO", "RECIPIENT", "CALLER_NO", "msisdn", "user_phone", "MDN", "Mobile", "USER_PHONE"}
PERSONAL |= {"QUERY_ADDR"}
each_feed = pytest.mark.parametrize("feed", FEEDS.values(), ids=FEEDS)


def declared(*fields: Field, **otherwise: Any) -> Feed:
    usual: dict[str, Any] = {
        "name": "points",
        "source": "S13",
        "label": "积分",
        "owner": "tests",
        "table": POINTS,
        "cadence": "daily",
        "content": "full",
    }
    return Feed(fields=fields, **(usual | {"data_class": "basic"} | otherwise))


def refused(*fields: Field, **otherwise: Any) -> str:
    with pytest.raises(FeedError) as refusal:
        declared(*fields, **otherwise)
    return str(refusal.value)


def test_every_fault_of_a_feed_is_told_at_once_with_the_file_to_correct() -> None:
    told = refused(
        USER,
        Field("OTHER", "subscriber_id"),
        Field("LEVEL", "level"),
        delimiter="||",
        vault=(ToVault(VAULT_NUMBER, (("number", "MSISDN"),)),),
    )
    assert "Feed points" in told
    assert "table column points is filled by no field" in told
    assert "field fills level, which table ods.points does not have" in told
    assert "table column subscriber_id is filled twice" in told
    assert "the vault's field MSISDN is not among the fields" in told
    assert "the delimiter '||' is not one character" in told
    assert "To mend it: correct the fields in expectations/feeds/points.py" in told


def test_a_feed_cannot_fill_a_table_that_has_no_loads() -> None:
    snapshot = Table(name="dwd.points", owner="tests", comment="P.", key=("subscriber_id",), columns=(SUBSCRIBER_ID,))
    assert "table dwd.points needs an event_date and a column load_id" in refused(USER, table=snapshot)


@pytest.mark.parametrize("form", [TEXT, INTEGER], ids=["text", "integer"])
def test_a_personal_field_that_would_go_on_as_it_came_is_refused(form: Any) -> None:
    told = refused(USER, Field("ID_NUMBER", "points", form, personal=True))
    assert "field ID_NUMBER is personal and would reach table column points unchanged" in told


def test_a_personal_field_cannot_go_on_by_the_side_door_either() -> None:
    told = refused(Field("USER_ID", "subscriber_id", token("user"), personal=True, also=(("points", TEXT),)))
    assert "field USER_ID is personal and would reach table column points unchanged" in told


def test_an_identifier_that_is_not_marked_personal_is_refused() -> None:
    told = refused(Field("USER_ID", "subscriber_id", token("user")), Field("POINTS", "points", INTEGER))
    assert "field USER_ID carries an identifier; mark it personal" in told


def test_files_of_a_delivery_are_named_by_feed_data_date_sequence_and_part() -> None:
    feed = declared(USER, Field("POINTS", "points", INTEGER))
    assert feed.part_name(date(2026, 3, 4), 2, 11) == "points_20260304_02_011.txt.gz"
    assert feed.check_name(date(2026, 3, 4), 2) == "points_20260304_02.chk"


def test_an_operators_own_names_are_written_and_read_by_one_pattern() -> None:
    feed = declared(
        USER, Field("POINTS", "points", INTEGER), files=FileNames("S13_{date:%Y-%m-%d}.{part:02}.gz", "S13_{date:%Y-%m-%d}.CHK")
    )
    name = feed.part_name(date(2026, 3, 4), 1, 11)
    assert (name, feed.check_name(date(2026, 3, 4), 1), feed.stem(date(2026, 3, 4), 1)) == (
        "S13_2026-03-04.11.gz",
        "S13_2026-03-04.CHK",
        "S13_2026-03-04",
    )
    assert feed.names_like(feed.files.part).fullmatch(name)
    assert not feed.names_like(feed.files.part, date=date(2026, 3, 5)).fullmatch(name)
    assert not feed.names_like(feed.files.check).fullmatch("S13_2026-03-04_CHK"), "a dot is a dot"


def test_names_that_spark_or_a_reader_would_mistake_are_refused_with_the_rest() -> None:
    told = refused(USER, files=FileNames("S13_{date:%Y%m}.txt", "S13_{date:%Y%m}.chk"))
    assert "gzip is True, so the parts' names must end in .gz" in told
    assert "have no day; only a monthly feed may omit it" in told


WRONG_FORMS: dict[str, tuple[type, dict[str, Any]]] = {
    "part: no place {city}, expected date, scope, sequence, part": (FileNames, {"part": "{city:02}_{date:%Y%m%d}"}),
    "check: {date} is missing": (FileNames, {"check": "S1.chk"}),
    "part: {date} is there twice": (FileNames, {"part": "{date:%Y%m%d}/{date:%Y%m%d}"}),
    "part: {date:%d%m%y}, expected like %Y%m%d or %Y%m": (FileNames, {"part": "{date:%d%m%y}"}),
    "part: {part:3}, expected its digits like 02": (FileNames, {"part": "{date:%Y%m%d}_{part:3}"}),
    "part: expected letters, digits and . _ -": (FileNames, {"part": "../{date:%Y%m%d}"}),
    "part: expected '}' before end of string": (FileNames, {"part": "{date"}),
    "{sequence} is in one of the two names": (FileNames, {"check": "{date:%Y%m%d}.chk"}),
    "the name of a check file also fits the pattern of a part": (FileNames, {"part": "{date:%Y%m%d}.txt", "check": "{date:%Y%m%d}.txt"}),
    "no field size, expected file, rows, bytes, md5, date": (CheckFile, {"fields": ("file", "size")}),
    "{part} is in the check file's name, and not in the part's": (
        FileNames,
        {"part": "{date:%Y%m%d}.txt", "check": "{date:%Y%m%d}_{part:02}"},
    ),
    "minutes is 0, expected at least 1": (Settles, {"minutes": 0}),
    "field rows is there twice": (CheckFile, {"fields": ("file", "rows", "rows")}),
    "a truncated part could not be recognised": (CheckFile, {"fields": ("file", "date")}),
    "the delimiter '_' may be part of a field": (CheckFile, {"delimiter": "_"}),
    "the date '%d.%m', expected like %Y%m%d": (CheckFile, {"date_form": "%d.%m"}),
}


@pytest.mark.parametrize("fault", WRONG_FORMS)
def test_a_form_of_names_or_check_files_that_cannot_work_is_refused_where_it_is_declared(fault: str) -> None:
    form, words = WRONG_FORMS[fault]
    with pytest.raises(FeedError, match=re.escape(fault)) as refusal:
        form(**words)
    assert f"{form.__name__}:" in str(refusal.value)
    assert "To mend it" in str(refusal.value)


WRONG_RELATIONS: dict[str, dict[str, Any]] = {
    "by is empty, expected the columns": {"by": ()},
    "table ods.points has no column level": {"by": ("level",)},
    "at_least_per_mille is 1001, expected 1 to 1000": {"at_least_per_mille": 1001},
    "otherwise is 'stop'; expected 'hold' or 'warn'": {"otherwise": "stop"},
}


@pytest.mark.parametrize("fault", WRONG_RELATIONS)
def test_a_relation_that_cannot_work_is_refused(fault: str) -> None:
    usual: dict[str, Any] = {"table": POINTS, "by": ("subscriber_id",), "at_least_per_mille": 900}
    with pytest.raises(FeedError, match=re.escape(fault)):
        Covers(**(usual | WRONG_RELATIONS[fault]))


def test_a_relation_is_by_columns_of_both_tables_and_of_a_whole_delivery() -> None:
    by_tac = Covers(FEEDS["terminal"].table, ("tac",), at_least_per_mille=900)
    told = refused(USER, Field("POINTS", "points", INTEGER), covers=(by_tac,), cadence="monthly", due_day=1, volume_band_per_mille=1)
    assert "it covers ods.terminal by tac, which table ods.points does not have" in told
    assert "a volume band is for daily feeds" in told
    assert "settled_per_mille is 900; it is for monthly full extracts" in refused(USER, settled_per_mille=900)
    assert "due_day is 5; it is for monthly feeds" in refused(USER, due_day=5)
    assert "bad_per_mille is 1001, expected at most 1000" in refused(USER, bad_per_mille=1001)
    scoped = FileNames("{scope}_{date:%Y%m%d}.{part:02}.gz", "{scope}_{date:%Y%m%d}.chk")
    of_points = Covers(POINTS, ("subscriber_id",), at_least_per_mille=900)
    assert "covers is for deliveries that have everything of their date" in refused(
        USER, Field("POINTS", "points", INTEGER), covers=(of_points,), files=scoped
    )


WRONG_CHECKS: dict[str, dict[str, Any]] = {
    "check is Settles if, and only if, the files' names have no check file": {"check": Settles()},
    "check is Settles if, and only if": {"files": FileNames(check="")},
    "an OkFile is of the whole delivery; its name has no {part}": {
        "check": OkFile(),
        "files": FileNames(check="{date:%Y%m%d}_{sequence:02}_{part:03}.ok"),
    },
    "field file is missing in the check file; a line must name its part": {"check": CheckFile(("rows",))},
    "parts is 0, expected at least 1": {"parts": 0},
    "parts is 2, expected at least 1, and more than 1 only if the parts' names have {part}": {
        "parts": 2,
        "files": FileNames("{date:%Y%m%d}.gz", "{date:%Y%m%d}.chk"),
    },
}


@pytest.mark.parametrize("fault", WRONG_CHECKS)
def test_a_way_to_know_a_complete_delivery_that_cannot_work_is_refused(fault: str) -> None:
    assert fault in refused(USER, Field("POINTS", "points", INTEGER), **WRONG_CHECKS[fault])


@each_feed
def test_every_column_of_a_declared_feeds_table_comes_from_a_field_or_from_the_load(feed: Feed) -> None:
    filled = {to for field in feed.fields for to, _ in field.fills} | {computed.to for computed in feed.computed}
    filled |= {"app", "terms"} if feed.web else set()
    assert {column.name for column in feed.table.columns} - filled == {feed.table.event_date, "known_on", "feed", "load_id"}


@each_feed
def test_what_is_personal_in_a_feed_ends_at_receive(feed: Feed) -> None:
    kept = {(field.name, form.kind) for field in feed.fields if field.personal for _, form in field.fills}
    assert {kind for _, kind in kept} <= {"token", "host", "prefix", "year"}
    assert {field.name for field in feed.fields if field.name in PERSONAL} == {field.name for field in feed.fields if field.personal}


@each_feed
def test_text_for_the_vault_is_personal(feed: Feed) -> None:
    kept = {name for to_vault in feed.vault for _, name in to_vault.fields}
    assert kept <= {field.name for field in feed.fields if field.personal}


def test_a_feed_cannot_send_other_text_to_the_vault_or_introduce_what_it_does_not_carry() -> None:
    points = Field("POINTS", "points", INTEGER)
    told = refused(USER, points, vault=(ToVault(VAULT_NUMBER, (("phone", "POINTS"),)),), introduces=("imei",))
    assert "field POINTS goes to vault.number; mark it personal" in told
    assert "vault.number has no column phone" in told
    assert "vault.number.number is filled neither by a field nor by the feed's table" in told
    assert "no field carries the identity imei, which the feed introduces" in told
    assert "ods.points is no table of the vault" in refused(USER, points, vault=(ToVault(POINTS, ()),))


def test_a_prefix_is_personal_text_cut_short_enough_to_name_nobody() -> None:
    lengths = {(feed.name, field.name): form.says for feed in FEEDS.values() for field in feed.fields for _, form in field.fills}
    assert lengths["crm_customer", "POSTCODE"] == prefix(4).says
    assert lengths["boss_subscriber", "IMEI"] == prefix(8).says


@each_feed
def test_a_feed_names_its_source_and_a_field_that_dates_its_rows_where_they_have_dates(feed: Feed) -> None:
    dated = [field for field in feed.fields if field.is_event_date]
    assert feed.source.startswith("S")
    has_dates = feed.content == "delta" and feed.name not in ("boss_subscription", "survey")
    assert len(dated) == (1 if feed.table.event_date == "month" or has_dates else 0)


def test_values_of_a_wrong_kind_are_told_before_anything_else() -> None:
    told = refused(USER, cadence="weekly", days="3", expected_from="2026-07-01", scopes="3501", check=None)
    for fault in (
        *("cadence is 'weekly'; expected 'daily' or 'monthly'", "days is '3'; expected a whole number", "expected_from is '2026-07-01'"),
        *("scopes is '3501'; expected a tuple of text", "check is None; expected CheckFile"),
    ):
        assert fault in told


def test_figures_signs_and_scopes_that_cannot_work_are_told_all_at_once() -> None:
    names = FileNames("p_{scope}_{date:%Y%m}.{part:02}.txt", "p_{scope}_{date:%Y%m}.chk")
    told = refused(
        *(USER, USER, Field("KIND", "kind", code(card="1", cash="-"), nulls=("-",))),
        computed=(Computed("points", "{A"),),
        **{"name": "a/b", "files": names, "gzip": False, "cadence": "monthly", "due_day": 31, "scopes": ("a/b", "1", "1")},
        **{"lateness_days": -1, "days": 400, "quote": "|", "escape": "\n"},
    )
    for fault in (
        *("name 'a/b' is a folder", "due_day of a monthly feed is 31", "scope 'a/b', expected", "scope 1 is there twice"),
        *(
            "lateness_days is -1",
            "days is 400, expected at most 366",
            "the quote '|' is the delimiter",
            "the escape sign '\\n' ends a line",
        ),
        *(
            "field USER_ID is there twice",
            "computed column points: expected '}'",
            "field KIND has the code '-', which also",
        ),
    ):
        assert fault in told


@pytest.mark.parametrize(("pattern", "fault"), [("(", "is no regular expression"), ("", "lets an empty text pass"), ("[0-9]*", "lets an")])
def test_an_identity_whose_pattern_cannot_work_is_refused(pattern: str, fault: str) -> None:
    with pytest.raises(FeedError, match=fault):
        token("address", pattern)


def test_a_code_has_one_meaning_and_may_have_any_character() -> None:
    with pytest.raises(FeedError, match="the text '1' has several meanings"):
        code(card="1", cash="1")
    with pytest.raises(FeedError, match="it has no code"):
        code()
    assert code(card="'", cash="{").sql.format("x") == r"CASE x WHEN '\'' THEN 'card' WHEN '{' THEN 'cash' END"
