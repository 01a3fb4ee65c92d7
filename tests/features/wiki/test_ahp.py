"""Weights against published and hand-computed matrices, and every judgement that is refused."""

from fractions import Fraction
from pathlib import Path

import pytest

from features.wiki.ahp import COMPARISON_COLUMNS, Weights, read_comparisons, weights_of
from features.wiki.sheet import Sheet
from tests.features.wiki.sheets import sheet_of

ABC, ABCD = ("a", "b", "c"), ("a", "b", "c", "d")
# T. L. Saaty, The Analytic Hierarchy Process (1980): the wealth of nations, as judged by one person, and the weights printed there.
NATIONS = ("US", "USSR", "China", "France", "UK", "Japan", "W. Germany")
UPPER = ("4 9 6 6 5 5", "7 5 5 3 4", "1/5 1/5 1/7 1/5", "1 1/3 1/3", "1/3 1/3", "2")
PRINTED = (0.427, 0.230, 0.021, 0.052, 0.052, 0.123, 0.094)


def compared(folder: Path, *lines: str, names: tuple[str, ...] = ABC) -> tuple[Weights | None, Sheet]:
    sheet = sheet_of(folder, COMPARISON_COLUMNS, *lines)
    return read_comparisons(sheet, names, "criterion", all_of_them=True), sheet


def test_the_weights_of_saatys_wealth_of_nations_are_the_printed_ones() -> None:
    times = {(NATIONS[i], NATIONS[i + j]): float(Fraction(value)) for i, row in enumerate(UPPER) for j, value in enumerate(row.split(), 1)}
    found = weights_of(NATIONS, times)
    assert [round(found.by_name[nation], 3) for nation in NATIONS] == list(PRINTED)
    # Printed: the greatest eigenvalue 7.61, so the index is 0.61 / 6 and the ratio that divided by 1.32.
    assert found.ratio == pytest.approx(0.077, abs=0.001)


def test_three_weights_are_the_geometric_means_of_the_rows(tmp_path: Path) -> None:
    """By hand: cube roots of 5/3, 21 and 1/35 are 1.18563, 2.75892 and 0.30571, together 4.25026; the eigenvalue is 3.06489."""
    found, sheet = compared(tmp_path, "a,b,1/3,li", "b,c,7,li", "a,c,5,li")
    assert found is not None, sheet.faults
    assert [round(weight, 4) for weight in found.by_name.values()] == [0.279, 0.6491, 0.0719]
    assert found.ratio == 0.0559


def test_a_judge_without_contradiction_has_the_ratio_zero(tmp_path: Path) -> None:
    found, _ = compared(tmp_path, "a,b,2,li", "c,b,1/2,li", "a,c,4,li")
    assert found is not None
    assert [round(weight, 6) for weight in found.by_name.values()] == [0.571429, 0.285714, 0.142857]
    assert found.ratio == 0


def test_several_judges_count_by_their_geometric_mean_however_they_write_a_pair(tmp_path: Path) -> None:
    """Of 9 and 1 the mean is 3, of two names that is 3/4 and 1/4; of 3 and 1/3 it is 1."""
    found, _ = compared(tmp_path, "a,b,9,li", "b,a,1,wang", names=("a", "b"))
    assert found is not None
    assert [round(weight, 6) for weight in found.by_name.values()] == [0.75, 0.25]
    assert found.ratio == 0
    found, _ = compared(tmp_path, "a,b,3,li", "b,a,3,wang", names=("a", "b"))
    assert found is not None
    assert [round(weight, 6) for weight in found.by_name.values()] == [0.5, 0.5]


def test_a_pair_written_in_both_directions_counts_once_when_they_agree(tmp_path: Path) -> None:
    found, sheet = compared(tmp_path, "a,b,3,li", "b,a,0.333,li", names=("a", "b"))
    assert found is not None, sheet.faults
    assert round(found.by_name["a"], 6) == 0.75


@pytest.mark.parametrize(("times", "ratio"), [("2.7631", 0.0999), ("2.7646", None)])
def test_a_consistency_ratio_is_refused_from_a_tenth_up(tmp_path: Path, times: str, ratio: float | None) -> None:
    """With a/b = a/c = 1 and b/c = k the ratio is (t + 1/t - 2) / 1.16, t the cube root of k: 0.09989 and 0.100002."""
    found, sheet = compared(tmp_path, "a,b,1,li", f"b,c,{times},li", "a,c,1,li")
    assert (found.ratio if found else None) == ratio
    assert bool(sheet.faults) == (ratio is None)


def test_the_worst_judgement_is_named_with_its_line_and_the_figure_that_would_fit(tmp_path: Path) -> None:
    """The weights are 8, 4, 2, 1, but for b and d, which are the wrong way round.

    Divided by them the matrix is all ones, but for 1/16 and 16. Its eigenvector is (x, y, x, z) with (e - 2) x = y + z,
    (e - 1) y = 2 x + z / 16 and (e - 1) z = 2 x + 16 y, so e = 5.0870, and the ratio is 1.0870 / 3 / 0.90 = 0.4026.
    """
    lines = ("a,b,2,li", "a,c,4,li", "a,d,8,li", "b,c,2,li", "b,d,1/4,li", "c,d,2,li")
    found, sheet = compared(tmp_path, *lines, names=ABCD)
    assert found is None
    assert sheet.faults == [
        "t.csv line 6: the consistency ratio of li is 0.4026, expected below 0.1. The worst judgement is b to d, 0.25; "
        "4 would fit the others best"
    ]
    assert compared(tmp_path, *(line.replace("1/4", "4") for line in lines), names=ABCD)[0] is not None


def test_every_judge_must_be_consistent_also_when_their_mean_is(tmp_path: Path) -> None:
    li = ("a,b,9,li", "b,c,9,li", "c,a,9,li")
    wang = ("b,a,9,wang", "c,b,9,wang", "a,c,9,wang")
    found, sheet = compared(tmp_path, *li, *wang)
    assert found is None
    assert [fault.partition(" is ")[0] for fault in sheet.faults] == [
        "t.csv line 2: the consistency ratio of li",
        "t.csv line 5: the consistency ratio of wang",
    ]


@pytest.mark.parametrize(
    ("lines", "faults"),
    [
        (("a,b,2,li",), ["t.csv: li did not compare a and c; b and c"]),
        ((), ["t.csv: no comparison in it"]),
        (
            ("a,b,2,li", "a,c,2,li", "b,c,1,li", "b,a,2,li"),
            ["t.csv line 5: li contradicts line 2: a to b is 2 there, so here it would be 1/2"],
        ),
        (("a,b,2,li", "a,c,2,li", "b,c,1,li", "a,b,2,li"), ["t.csv line 5: li compared a and b on line 2 already"]),
        (("a,b,2,li", "a,c,2,li", "b,c,1,li", "b,b,1,li"), ["t.csv line 5: b is compared with itself"]),
        (("a,b,2,li", "a,c,2,li", "b,c,1,li", "a,e,2,li"), ["t.csv line 5: unknown criterion 'e'; there are a, b, c"]),
        (("a,b,2,li", "a,c,2,li", "b,c,1,"), ["t.csv line 4: judge is empty", "t.csv: li did not compare b and c"]),
    ],
)
def test_missing_double_and_contradictory_pairs_and_unknown_names_are_refused(
    tmp_path: Path, lines: tuple[str, ...], faults: list[str]
) -> None:
    found, sheet = compared(tmp_path, *lines)
    assert found is None
    assert sheet.faults == faults


@pytest.mark.parametrize("times", ["10", "1/10", "0.11", "0", "-2", "1/0", "two", "", "1e0", "nan"])
def test_a_figure_outside_a_ninth_to_nine_is_refused(tmp_path: Path, times: str) -> None:
    found, sheet = compared(tmp_path, f"a,b,{times},li", names=("a", "b"))
    assert found is None
    assert sheet.faults == [f"t.csv line 2: times is {times!r}, expected a number from 1/9 to 9, as 3 or 1/3"]


def test_only_the_named_tags_of_a_family_are_compared(tmp_path: Path) -> None:
    sheet = sheet_of(tmp_path, COMPARISON_COLUMNS, "c,a,3,li")
    found = read_comparisons(sheet, ABCD, "tag")
    assert found is not None
    assert {name: round(weight, 6) for name, weight in found.by_name.items()} == {"a": 0.25, "c": 0.75}


def test_more_than_ten_names_are_refused(tmp_path: Path) -> None:
    """There is no random index for them, and nobody compares so many things soundly."""
    names = tuple("abcdefghijk")
    lines = [f"{a},{b},1,li" for i, a in enumerate(names) for b in names[i + 1 :]]
    assert compared(tmp_path, *lines, names=names)[1].faults == ["t.csv: 11 names are compared, at most 10 can be"]
