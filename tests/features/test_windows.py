from datetime import date

from features.windows import Window, first_of_month


def test_days_include_the_business_date() -> None:
    assert Window("days", 7).span(date(2026, 3, 3)) == (date(2026, 2, 25), date(2026, 3, 3))
    assert len(Window("days", 30).days(date(2026, 3, 31))) == 30


def test_the_month_of_the_business_date_is_never_closed() -> None:
    for on in (date(2026, 3, 1), date(2026, 3, 31)):
        assert Window("months", 1).span(on) == (date(2026, 2, 1), date(2026, 2, 28))
        assert Window("months", 3).span(on) == (date(2025, 12, 1), date(2026, 2, 28))


def test_a_single_month_is_that_month_alone_across_new_year_and_leap_february() -> None:
    assert Window("month", 2).span(date(2026, 1, 31)) == (date(2025, 11, 1), date(2025, 11, 30))
    assert Window("month", 2).span(date(2024, 4, 1)) == (date(2024, 2, 1), date(2024, 2, 29))


def test_the_running_month_ends_on_the_business_date() -> None:
    assert Window("month", 0).span(date(2026, 3, 1)) == (date(2026, 3, 1), date(2026, 3, 1))
    assert Window("month", 0).span(date(2026, 3, 31)) == (date(2026, 3, 1), date(2026, 3, 31))
    assert [window.is_open for window in (Window("days", 30), Window("month", 0), Window("month", 2), Window("months", 1))] == [
        *(True, True, False, False),
    ]


def test_months_are_counted_back_over_years() -> None:
    assert first_of_month(date(2026, 1, 15), 1) == date(2025, 12, 1)
    assert first_of_month(date(2026, 3, 15), 27) == date(2023, 12, 1)


def test_a_window_has_one_suffix_and_one_label() -> None:
    said = {
        window.suffix: window.label
        for window in (Window("days", 30), Window("months", 1), Window("months", 3), Window("month", 2), Window("month", 0))
    }
    assert said == {"30d": "近30天", "1m": "上月", "3m": "近3个月", "m2": "前第2月", "m0": "本月"}
