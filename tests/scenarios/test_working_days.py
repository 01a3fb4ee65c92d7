"""Days of 2026 as the State Council announced them (国办发明电〔2025〕7号), and of a year that nobody has announced."""

from datetime import date

import pytest

from scenarios.working_days import is_day_off, is_public_holiday, is_year_known, working_day


@pytest.mark.parametrize(
    ("day", "is_off", "is_holiday"),
    [
        (date(2026, 2, 14), False, False),  # A Saturday that is worked for the Spring Festival.
        (date(2026, 2, 15), True, True),
        (date(2026, 2, 23), True, True),
        (date(2026, 2, 24), False, False),
        (date(2026, 3, 7), True, False),  # A usual Saturday.
        (date(2026, 4, 4), True, True),
        (date(2026, 5, 9), False, False),
        # Nobody knows the holidays of 2099, so the National Day is a plain Thursday.
        (date(2099, 10, 1), False, False),
        (date(2099, 10, 3), True, False),
    ],
)
def test_a_day_is_off_on_weekends_that_are_not_worked_and_on_public_holidays(day: date, is_off: bool, is_holiday: bool) -> None:
    assert (is_day_off(day), is_public_holiday(day)) == (is_off, is_holiday)


def test_the_next_working_day_passes_over_holidays_and_weekends_and_is_the_day_itself_when_it_is_worked() -> None:
    days = [date(2026, 2, 14), date(2026, 2, 15), date(2026, 3, 7), date(2026, 10, 1)]
    assert [working_day(day) for day in days] == [date(2026, 2, 14), date(2026, 2, 24), date(2026, 3, 9), date(2026, 10, 8)]


def test_the_years_of_the_scenarios_are_known_and_a_far_one_is_not() -> None:
    assert (is_year_known(2026), is_year_known(2099)) == (True, False)
