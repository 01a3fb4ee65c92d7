from datetime import date
from pathlib import Path

import pytest

from features.wiki.advice import ADVICE_COLUMNS, RETIRED_COLUMNS, Advice, Retired, read_advice, read_retired
from tests.features.wiki.sheets import sheet_of

TAGS = ("bill_fen_1m", "idle_share_30d")
CHANNELS = ("crm", "sms")
GOOD = "idle_share_30d,emerging,办个闲时包,evening,sms"


def test_advice_has_need_stage_words_time_and_channel(tmp_path: Path) -> None:
    sheet = sheet_of(tmp_path, ADVICE_COLUMNS, GOOD)
    assert read_advice(sheet, TAGS, CHANNELS) == {"idle_share_30d": Advice("idle_share_30d", "emerging", "办个闲时包", "evening", "sms")}
    assert not sheet.faults


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("bill_fe,explicit,好,noon,crm", "unknown tag 'bill_fe'; did you mean bill_fen?"),
        ("bill_fen_1m,now,好,noon,crm", "unknown need_stage 'now'; there are explicit, emerging, predicted"),
        ("bill_fen_1m,explicit,,noon,crm", "words is empty"),
        ("bill_fen_1m,explicit," + "好" * 71 + ",noon,crm", "the words have 71 characters, at most 70 fit into a message"),
        ("bill_fen_1m,explicit,好,nooon,crm", "unknown time 'nooon'; did you mean noon?"),
        ("bill_fen_1m,explicit,好,noon,smss", "unknown channel 'smss'; did you mean sms?"),
        ("bill_fen_1m,explicit,好,noon,", "channel is empty"),
        (GOOD, "idle_share_30d is on line 2 already"),
    ],
)
def test_faulty_advice_is_named_by_line(tmp_path: Path, line: str, fault: str) -> None:
    sheet = sheet_of(tmp_path, ADVICE_COLUMNS, GOOD, line)
    read_advice(sheet, TAGS, CHANNELS)
    assert sheet.faults == [f"t.csv line 3: {fault}"]


def test_a_line_without_a_window_is_for_all_windows_that_have_no_line_of_their_own(tmp_path: Path) -> None:
    lines = ("bill_fen,explicit,通用,noon,crm", "bill_fen_1m,explicit,上月,noon,crm")
    found = read_advice(sheet_of(tmp_path, ADVICE_COLUMNS, *lines), (*TAGS, "bill_fen_3m", "bill_fen_m2", "bill_fen_outside_1m"), CHANNELS)
    assert {tag: one.words for tag, one in found.items()} == {"bill_fen_1m": "上月", "bill_fen_3m": "通用", "bill_fen_m2": "通用"}
    assert {tag: one.tag for tag, one in found.items()} == {tag: tag for tag in found}


def test_words_of_one_message_are_accepted(tmp_path: Path) -> None:
    sheet = sheet_of(tmp_path, ADVICE_COLUMNS, "bill_fen_1m,explicit," + "好" * 70 + ",noon,crm")
    read_advice(sheet, TAGS, CHANNELS)
    assert not sheet.faults


def test_a_retired_tag_has_a_reason_and_a_last_date(tmp_path: Path) -> None:
    lines = ("bill_fen_1m,2026-06-30,nobody uses it", "idle_share_30d,June,", "bill_fen_1m,2026-07-31,twice")
    sheet = sheet_of(tmp_path, RETIRED_COLUMNS, *lines)
    assert read_retired(sheet, TAGS) == {"bill_fen_1m": Retired("bill_fen_1m", date(2026, 6, 30), "nobody uses it")}
    assert sheet.faults == [
        "t.csv line 3: reason is empty",
        "t.csv line 3: last_date is 'June', expected a date as 2026-03-04",
        "t.csv line 4: bill_fen_1m is on line 2 already",
    ]
