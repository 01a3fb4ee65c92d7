from datetime import date

import pytest

from scenarios.settlement import Settlement, billed_months

ON = date(2026, 3, 4)
FEBRUARY, JANUARY = date(2026, 2, 1), date(2026, 1, 1)


@pytest.mark.parametrize(
    ("february", "january", "is_settled"),
    [
        (0, 400, False),
        (1, 400, False),
        (133, 400, False),
        (359, 400, False),
        (360, 400, True),
        (450, 400, True),
        (0, 0, False),
        (7, 0, False),
    ],
)
def test_a_month_is_settled_by_nine_tenths_of_the_bills_of_the_month_before(february: int, january: int, is_settled: bool) -> None:
    assert Settlement.on(ON, {FEBRUARY: february, JANUARY: january}).is_settled is is_settled


def test_a_month_of_which_no_bill_is_known_is_not_settled() -> None:
    assert not Settlement.on(ON, {JANUARY: 400, date(2025, 12, 1): 400}).is_settled


def test_why_a_wave_waits_is_said_with_both_counts() -> None:
    said = Settlement.on(ON, {FEBRUARY: 133, JANUARY: 400}).words
    assert said.startswith("133 bills of 2026-02 are known and 400 of 2026-01; settled is at least 900 per mille")


def test_on_the_last_night_of_a_month_the_month_that_ends_has_to_be_settled() -> None:
    assert billed_months(date(2026, 3, 30)) == [FEBRUARY, JANUARY]
    assert billed_months(date(2026, 3, 31)) == [date(2026, 3, 1), FEBRUARY]
