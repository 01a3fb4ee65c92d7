from datetime import date

import pytest

from scenarios.settlement import Settlement, billed_month, gets_bill

FEBRUARY = date(2026, 2, 1)


@pytest.mark.parametrize(
    ("billed", "subscribers", "is_settled"),
    [
        (0, 400, False),
        (1, 400, False),
        (133, 400, False),
        (359, 400, False),
        (360, 400, True),
        (400, 400, True),
        (0, 0, False),
    ],
)
def test_a_month_is_settled_by_bills_for_nine_tenths_of_the_subscribers_who_get_one(
    billed: int, subscribers: int, is_settled: bool
) -> None:
    assert Settlement(FEBRUARY, subscribers, billed).is_settled is is_settled


def test_why_a_wave_waits_is_said_with_both_counts() -> None:
    said = Settlement(FEBRUARY, 400, 133).words
    assert said == "of 400 subscribers who get a bill of 2026-02, 133 have one; settled is at least 900 per mille"


def test_on_the_last_night_of_a_month_the_month_that_ends_has_to_be_settled() -> None:
    assert billed_month(date(2026, 3, 30)) == FEBRUARY
    assert billed_month(date(2026, 3, 31)) == date(2026, 3, 1)


def test_who_enters_after_the_month_gets_no_bill_of_it() -> None:
    assert gets_bill(FEBRUARY) == "state = 'active' AND entry_date < DATE'2026-03-01'"
