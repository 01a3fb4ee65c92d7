"""A tag's page shows how its values are distributed and how they drifted, from what the gate recorded."""

import json
from datetime import date, timedelta
from typing import Any

import pytest

from expectations.checks import one_of
from expectations.contract import Column
from features.library import FAMILIES
from jobs.made_of import MadeOf
from jobs.site.distribution import distribution, label_of
from jobs.site.home import Home
from jobs.site.lineage import Lineage
from jobs.site.pages import tag_html
from tests.jobs.report.pages import Page

ON = date(2026, 3, 4)
NUMBER, CODE, DAY = Column("n", "bigint", "N."), Column("c", "string", "C.", (one_of("a", "b"),)), Column("d", "date", "D.")


def recorded(back: int = 0, bins: dict[str, int] | None = None, **more: Any) -> dict[str, Any]:
    """A row of ops.tag_profile."""
    night = {"business_date": ON - timedelta(days=back), "tag": "data_bytes_30d", "rows": 2000, "seen": 1000, "nulls": 20}
    return {**night, "bins": json.dumps(bins or {}), "psi": 0.031, "state": "good", "reasons": []} | more


def test_bars_are_in_the_order_of_figures_and_codes_begin_with_the_commonest() -> None:
    found = distribution(NUMBER, [recorded(bins={"10": 250, "-1": 50, "0": 500, "2": 200})])
    assert found
    assert [(bar.label, bar.share, bar.y) for bar in found.bars] == [
        ("-1 to -2", 0.05, 0),
        ("0", 0.5, 22),
        ("3 to 6", 0.2, 44),
        ("1,023 to 2,046", 0.25, 66),
    ]
    assert [bar.length for bar in found.bars] == [42, 420, 168, 210]
    codes = distribution(CODE, [recorded(bins={"a": 1, "b": 3})])
    assert codes
    assert [bar.label for bar in codes.bars] == ["b", "a"]


@pytest.mark.parametrize(
    ("column", "group", "label"),
    [(NUMBER, "20", "1.05 M to 2.1 M"), (NUMBER, "14", "16.4 k to 32.8 k"), (DAY, "3", "3 years ago"), (DAY, "-1", "later than the night")],
)
def test_a_group_is_named_in_words(column: Column, group: str, label: str) -> None:
    assert label_of(column, group) == label


def test_the_page_of_a_tag_shows_coverage_bars_and_the_last_nights() -> None:
    family = next(family for family in FAMILIES if family.name == "usage")
    tag = next(tag for tag in family.tags if tag.column.name == "data_bytes_30d")
    nights = [recorded(1), recorded(0, {"0": 480, "20": 500}, state="bad", psi=None, reasons=["<40% null", "usual 2%"])]
    html = tag_html(family, tag, MadeOf("", ()), Lineage([]), Home(profiles={"data_bytes_30d": nights}))
    page = Page(html)
    assert not page.faults
    text = " ".join(page.text.split())
    assert "In the night of 2026-03-04: 98.0% of 2,000 subscribers have a value 覆盖率; the tag is bad 异常: <40% null; usual 2%." in text
    assert "0 49.0% 1.05 M to 2.1 M 51.0%" in text
    assert "2026-03-04 2,000 rows 行 null 空值 2.0% PSI – bad 异常 2026-03-03 2,000 rows 行 null 空值 2.0% PSI 0.03 good 正常" in text
    without = tag_html(family, tag, MadeOf("", ()), Lineage([]), Home())
    assert 'id="distribution"' not in without
