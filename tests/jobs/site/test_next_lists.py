"""The calendar of a scenario's next lists."""

from dataclasses import replace
from datetime import date

from jobs.site.next_lists import NextLists, next_lists, ranges
from scenarios.library.c10_data_without_plan import SCENARIO as C10
from scenarios.library.c13_new_customer import SCENARIO as C13


def days(told: list[NextLists], step: str) -> list[str]:
    (found,) = [one for one in told if one.step == step]
    return ranges(found.days)


def test_waves_come_on_their_days_and_the_second_follows_the_first() -> None:
    told = next_lists(C10, date(2026, 3, 1), [])
    assert (days(told, "wave1"), days(told, "wave2")) == (["2026-03-05"], ["2026-03-10"])
    # Wave 1 of March is decided; that of April falls on Qingming, a public holiday from the 4th to the 6th.
    told = next_lists(C10, date(2026, 3, 7), [("wave1", date(2026, 3, 4))])
    assert (days(told, "wave1"), days(told, "wave2")) == (["2026-04-07"], ["2026-03-10", "2026-04-12"])
    assert [one.words for one in told] == ["", "for those of wave1 who did not take it up 未办理"]


def test_a_step_of_an_event_may_come_every_day_and_a_scenario_that_does_not_run_never() -> None:
    told = next_lists(C13, date(2026, 3, 1), [])
    assert days(told, "content") == ["2026-03-03 to 2026-04-06"]
    assert days(next_lists(replace(C13, state="paused"), date(2026, 3, 1), []), "content") == []
