from datetime import date
from pathlib import Path

import pytest

from features.wiki.opinions import EXPERT_COLUMNS, RATING_COLUMNS, ExpertScore, Rating, read_expert_scores, read_ratings
from tests.features.wiki.sheets import sheet_of

TAGS = ("bill_fen_1m", "idle_share_30d")
LI = tuple(f"bill_fen_1m,li,{criterion},8" for criterion in ("coverage", "stability", "business_meaning", "actionability", "cost"))


def test_a_newer_rating_of_the_same_rater_replaces_the_older_one_wherever_it_stands(tmp_path: Path) -> None:
    lines = ("bill_fen_1m,li,2026-03-02,5,now", "bill_fen_1m,li,2026-03-01,1,then", 'bill_fen_1m,wang,2026-02-01,3,"好, 用"')
    sheet = sheet_of(tmp_path, RATING_COLUMNS, *lines)
    assert read_ratings(sheet, TAGS) == [
        Rating("bill_fen_1m", "li", date(2026, 3, 2), 5, "now"),
        Rating("bill_fen_1m", "wang", date(2026, 2, 1), 3, "好, 用"),
    ]
    assert not sheet.faults


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("bill_fen_1n,wang,2026-03-01,3,", "unknown tag 'bill_fen_1n'; did you mean bill_fen_1m?"),
        ("bill_fen_1m,,2026-03-01,3,", "rater is empty"),
        ("bill_fen_1m,wang,March,3,", "rated_on is 'March', expected a date as 2026-03-04"),
        ("bill_fen_1m,wang,2026-03-01,6,", "stars is '6', expected a whole number from 1 to 5"),
        ("bill_fen_1m,li,2026-03-01,4,", "li rated bill_fen_1m on 2026-03-01 already, on line 2"),
        ("bill_fen_1m,wang,2026-03-01,4,ask 13800000000", "the comment has 11 digits in a row, as a customer's number has; remove them"),
    ],
)
def test_a_faulty_rating_is_named_by_line_and_the_others_are_read(tmp_path: Path, line: str, fault: str) -> None:
    sheet = sheet_of(tmp_path, RATING_COLUMNS, "bill_fen_1m,li,2026-03-01,5,", line)
    assert len(read_ratings(sheet, TAGS)) == 1
    assert sheet.faults == [f"t.csv line 3: {fault}"]


def test_every_fault_of_a_line_is_named_at_once(tmp_path: Path) -> None:
    sheet = sheet_of(tmp_path, RATING_COLUMNS, "nothing,,today,0,")
    read_ratings(sheet, TAGS)
    assert len(sheet.faults) == 4


def test_expert_scores_are_read_as_they_are_written(tmp_path: Path) -> None:
    sheet = sheet_of(tmp_path, EXPERT_COLUMNS, *LI)
    found = read_expert_scores(sheet, TAGS)
    assert not sheet.faults
    assert found[0] == ExpertScore("bill_fen_1m", "li", "coverage", 8)
    assert len(found) == 5


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("idle_share_30,li,cost,3", "unknown tag 'idle_share_30'; did you mean idle_share_30d?"),
        ("idle_share_30d,li,costs,3", "unknown criterion 'costs'; did you mean cost?"),
        ("idle_share_30d,,cost,3", "expert is empty"),
        ("bill_fen_1m,li,cost,3", "li scored cost of bill_fen_1m already, on line 6"),
        ("idle_share_30d,li,cost,3", "li scored idle_share_30d not by coverage, stability, business_meaning, actionability"),
    ],
)
def test_a_faulty_expert_score_is_named_by_line(tmp_path: Path, line: str, fault: str) -> None:
    sheet = sheet_of(tmp_path, EXPERT_COLUMNS, *LI, line)
    read_expert_scores(sheet, TAGS)
    assert sheet.faults == [f"t.csv line 7: {fault}"]


@pytest.mark.parametrize("score", ["0", "11", "7.5"])
def test_an_expert_score_outside_one_to_ten_is_its_only_fault(tmp_path: Path, score: str) -> None:
    sheet = sheet_of(tmp_path, EXPERT_COLUMNS, *LI[:-1], f"bill_fen_1m,li,cost,{score}")
    read_expert_scores(sheet, TAGS)
    assert sheet.faults == [f"t.csv line 6: score is '{score}', expected a whole number from 1 to 10"]
