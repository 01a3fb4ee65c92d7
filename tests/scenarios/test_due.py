"""Who is due for a step: the second wave, and the cascade of new customers over several nights."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from pyspark.sql import DataFrame, SparkSession

from features.library import CAR
from scenarios import due as due_tonight
from scenarios.catalogues import Catalogues
from scenarios.library.c06_phone_little_data import SCENARIO as C06
from scenarios.library.c10_data_without_plan import SCENARIO as C10
from scenarios.library.c13_new_customer import SCENARIO as C13
from scenarios.library.c15_plan_runs_short import SCENARIO as C15
from scenarios.scenario import Scenario
from scenarios.timing import CONSIDERING, NOT_SEEN, NOT_TAKEN, REFUSED, TRIAL_ENDED, UNREACHED, After, Outcome, Step
from scenarios.tonight import Tonight
from tests.frames import by_role, frame, rows
from tests.scenarios.nights import ON, tonight

WAVE_1, WAVE_2 = C10.timing.steps
DECIDED = """
    scenario              | step  | subscriber_id | stage         | mode    | would_list | business_date
    c10_data_without_plan | wave1 | heldout       | held_out      | active  | true       | 2026-02-28
    c10_data_without_plan | wave1 | heldbelow     | held_out      | active  | false      | 2026-02-28
    c10_data_without_plan | wave1 | crowded       | not_allocated | active  | false      | 2026-02-28
    c10_data_without_plan | wave1 | excluded      | excluded      | active  | false      | 2026-02-28
    c10_data_without_plan | wave1 | unsent        | listed        | active  | true       | 2026-02-28
"""
CONTACTS = """
    scenario              | step  | subscriber_id | mode    | business_date
    c10_data_without_plan | wave1 | texted        | active  | 2026-02-28
    c10_data_without_plan | wave1 | valued        | passive | 2026-02-28
    c10_data_without_plan | wave1 | ordered       | active  | 2026-02-28
    c10_data_without_plan | wave1 | lastmonth     | active  | 2026-02-27
"""
ORDERS = """
    subscriber_id | order_id | product_kind | ordered_at          | valid_from
    ordered       | 1        | data_plan    | 2026-03-01T09:00:00 | 2026-04-01
    texted        | 2        | idle_pack    | 2026-03-01T09:00:00 | 2026-03-01
    valued        | 3        | data_plan    | 2026-02-28T23:00:00 | 2026-03-01
"""


def no_catalogues() -> Catalogues:
    return Catalogues({}, {}, {}, {}, {}, {}, {}, frozenset(), {})


def due(scenario: Scenario, step: Step, people: DataFrame, night: Tonight) -> DataFrame:
    return due_tonight.due(scenario, step, night.with_history(people), night)


def audience(spark: SparkSession, scenario: Scenario) -> Scenario:
    """The scenario for everybody in the frame."""
    return replace(scenario, customers=replace(scenario.customers, audience="is_live"))


def people(spark: SparkSession, *who: str) -> DataFrame:
    return frame(spark, CAR, "subscriber_id | is_live\n" + "\n".join(f"{name} | true" for name in who))


def test_the_second_wave_is_for_those_who_were_contacted_or_held_out_and_did_not_order(spark: SparkSession) -> None:
    everybody = people(
        spark, "texted", "valued", "heldout", "heldbelow", "ordered", "crowded", "excluded", "unsent", "lastmonth", "stranger"
    )
    night = tonight(spark, no_catalogues(), decided=DECIDED, contacts=CONTACTS, orders=ORDERS)
    found = due(audience(spark, C10), WAVE_2, everybody, night)
    assert by_role(found, "used_modes") == {"texted": ["active"], "valued": ["passive"], "heldout": ["active"]}


def test_who_is_held_out_of_a_list_that_never_went_out_waits_with_those_who_were_on_it(spark: SparkSession) -> None:
    decided = """
    scenario         | step    | subscriber_id | stage    | channel  | mode   | would_list | business_date
    c13_new_customer | content | treated       | listed   | sms      | active | true       | 2026-03-02
    c13_new_customer | content | control       | held_out | sms      | active | true       | 2026-03-02
    c13_new_customer | content | other         | held_out | app_hall | active | true       | 2026-03-02
    c13_new_customer | content | before        | held_out | sms      | active | true       | 2026-03-01
    """
    night = tonight(spark, no_catalogues(), decided=decided)
    found = due(audience(spark, C13), C13.timing.step("content_app"), people(spark, "treated", "control", "other", "before"), night)
    assert by_role(found, "used_modes") == {"other": ["active"], "before": ["active"]}


def test_only_steps_for_which_somebody_may_be_due_are_kept(spark: SparkSession) -> None:
    head = "subscriber_id | is_live | tenure_days | holds_data_plan | has_booked_data_plan\n"
    persons = frame(spark, CAR, head + "texted | true | 40 | false | false\nfresh | true | 0 | false | false")
    night = tonight(spark, no_catalogues(), decided=DECIDED, contacts=CONTACTS, orders=ORDERS)
    nobody = replace(C10, customers=replace(C10.customers, audience="NOT is_live"))
    c10, steps = audience(spark, C10), C13.timing.steps
    asked = [(c10, WAVE_1), (c10, WAVE_2), (nobody, WAVE_1), (nobody, WAVE_2), *((C13, step) for step in steps)]
    kept = due_tonight.due_for_somebody(asked, night.with_history(persons), night)
    # Nobody entered a week or a month ago, and of the steps before others nobody was meant.
    assert kept == [(c10, WAVE_1), (c10, WAVE_2), (C13, C13.timing.step("entry")), (C13, C13.timing.step("entry_sms"))]
    before = replace(night, on=ON - timedelta(days=5))
    assert due_tonight.due_for_somebody(asked[:2], before.with_history(persons), before) == asked[:1], "wave 1 was decided later"
    assert due_tonight.due_for_somebody(asked[:1], night.with_history(people(spark)), night) == [], "there is nobody"


def test_a_monthly_step_means_its_whole_audience_whatever_was_decided_before(spark: SparkSession) -> None:
    night = tonight(spark, no_catalogues(), decided=DECIDED, contacts=CONTACTS)
    found = due(audience(spark, C10), WAVE_1, people(spark, "texted", "crowded", "stranger"), night)
    assert by_role(found, "used_modes") == {"texted": [], "crowded": [], "stranger": []}


def test_both_modes_of_one_cascade_count_and_those_of_another_scenario_do_not(spark: SparkSession) -> None:
    both = CONTACTS + "    c10_data_without_plan | wave2 | texted | passive | 2026-03-01\n    c11 | wave1 | valued | active | 2026-02-28\n"
    found = due(audience(spark, C10), WAVE_2, people(spark, "texted", "valued"), tonight(spark, no_catalogues(), contacts=both))
    assert {name: sorted(modes) for name, modes in by_role(found, "used_modes").items()} == {
        "texted": ["active", "passive"],
        "valued": ["passive"],
    }


# Who entered when, and who takes up what; a week later the content cascade begins.
ENTERED = {"taker": date(2026, 2, 22), "waiter": date(2026, 2, 22), "control": date(2026, 2, 22), "later": date(2026, 2, 24)}
TAKEN = "taker | 1 | app | 2026-03-02T09:00:00 | 2026-03-02"


def walked(spark: SparkSession, first: date, nights: int, steps: tuple[str, ...]) -> dict[date, list[tuple[str, str]]]:
    """Who is due for which of C13's steps on each night, when all but `control` are contacted and nobody holds a plan."""
    decided, contacts, found = [], [], {}
    for on in (first + timedelta(days=place) for place in range(nights)):
        people = "subscriber_id | is_live | tenure_days | holds_data_plan | has_booked_data_plan\n" + "\n".join(
            f"{name} | true | {(on - entry).days} | false | false" for name, entry in ENTERED.items() if entry <= on
        )
        orders = "subscriber_id | order_id | product_kind | ordered_at | valid_from"
        night = tonight(
            spark,
            no_catalogues(),
            on,
            decided="scenario | step | subscriber_id | stage | mode | would_list | business_date\n" + "\n".join(decided),
            contacts="scenario | step | subscriber_id | mode | business_date\n" + "\n".join(contacts),
            orders="\n".join([orders, *([TAKEN] if on >= date(2026, 3, 2) else [])]),
        )
        found[on] = []
        for step in (C13.timing.step(name) for name in steps):
            for (who,) in rows(due(C13, step, frame(spark, CAR, people), night), "subscriber_id"):
                found[on].append((step.name, who))
                stage = "held_out" if who == "control" else "listed"
                decided.append(f"{C13.name} | {step.name} | {who} | {stage} | active | true | {on}")
                contacts += [] if who == "control" else [f"{C13.name} | {step.name} | {who} | active | {on}"]
    return found


def test_a_cascade_goes_on_the_next_night_for_those_who_did_not_take_it_up(spark: SparkSession) -> None:
    assert walked(spark, date(2026, 3, 1), 4, ("content", "content_app")) == {
        date(2026, 3, 1): [("content", "control"), ("content", "taker"), ("content", "waiter")],
        date(2026, 3, 2): [("content_app", "control"), ("content_app", "waiter")],
        date(2026, 3, 3): [("content", "later")],
        date(2026, 3, 4): [("content_app", "later")],
    }


def test_the_first_night_that_knows_a_new_customer_sends_the_short_message_and_a_night_that_did_not_run_is_made_up(
    spark: SparkSession,
) -> None:
    # Two of the four nights since they entered were run.
    found = walked(spark, date(2026, 2, 23), 2, ("entry", "entry_sms"))
    both = [(step, who) for step in ("entry", "entry_sms") for who in ("control", "taker", "waiter")]
    assert found == {date(2026, 2, 23): both, date(2026, 2, 24): [("entry", "later"), ("entry_sms", "later")]}


def test_a_step_decides_once_whichever_night_decided_first_unless_only_the_channels_staff_was_off(spark: SparkSession) -> None:
    entry = C13.timing.step("entry")
    new = frame(
        spark,
        CAR,
        "subscriber_id | is_live | tenure_days | holds_data_plan | has_booked_data_plan\n"
        + "\n".join(f"{name} | true | 0 | false | false" for name in ("fresh", "before", "after", "off", "off_too")),
    )
    head = "scenario | step | subscriber_id | stage | would_list | reasons | business_date\n"
    excluded = [("before", "state"), ("off", "staff_off"), ("off_too", "staff_off;state")]
    lines = [f"{C13.name} | entry | {who} | excluded | false | {why} | {ON - timedelta(days=1)}" for who, why in excluded]
    night = tonight(
        spark,
        no_catalogues(),
        decided=head + "\n".join(lines),
        later=f"{head}{C13.name} | entry | after | listed | true | | {ON + timedelta(days=1)}",
    )
    assert sorted(by_role(due(C13, entry, new, night), "used_modes")) == ["fresh", "off"]


def test_an_event_of_the_month_and_a_stage_of_a_monthly_cascade_decide_once_in_each_month(spark: SparkSession) -> None:
    nights = [(C15.name, "seen", "before", "02-27"), (C15.name, "seen", "this", "02-28")]
    nights += [(C06.name, "hotline", "before", "02-27"), (C06.name, "hotline", "this", "03-20")]
    head = "scenario | step | subscriber_id | business_date"
    decided = "\n".join([head, *(f"{scenario} | {step} | {who} | 2026-{day}" for scenario, step, who, day in nights)])
    contacts = "\n".join([f"{head} | mode", *(f"{C06.name} | wave1 | {who} | 2026-03-13 | active" for who in ("before", "this"))])
    full = "is_live | holds_data_plan | overflow_months_3m | data_bytes_m0 | base_plan_allowance_bytes | held_data_plan_bytes"
    lines = [f"{who} | true | true | 0 | 90 | 0 | 100" for who in ("before", "this", "never")]
    everybody = frame(spark, CAR, "\n".join([f"subscriber_id | {full}", *lines]))
    later = f"{head}\n{C15.name} | seen | never | 2026-03-31"
    night = tonight(spark, no_catalogues(), date(2026, 3, 22), decided=decided, later=later, contacts=contacts)
    assert sorted(by_role(due(C15, C15.timing.steps[0], everybody, night), "subscriber_id")) == ["before", "never"]
    assert sorted(by_role(due(audience(spark, C06), C06.timing.step("hotline"), everybody, night), "subscriber_id")) == ["before"]


def test_a_stage_waits_the_days_it_states_from_the_day_the_list_was_imported(spark: SparkSession) -> None:
    toolbar = C13.timing.step("plan_toolbar")
    listed = date(2026, 3, 1)
    contacts = f"scenario | step | subscriber_id | mode | business_date\n{C13.name} | plan | one | active | {listed}"
    person = frame(spark, CAR, "subscriber_id | is_live | tenure_days\none | true | 35")
    night = tonight(spark, no_catalogues(), contacts=contacts)
    found = Counter(
        on
        for on in (listed + timedelta(days=place) for place in range(1, 9))
        for _ in rows(due(C13, toolbar, person, replace(night, on=on)), "subscriber_id")
    )
    # Imported on the 2nd, five days after it is the 7th; nothing was decided in between, so every night from then on finds it due.
    assert sorted(found) == [date(2026, 3, 7), date(2026, 3, 8), date(2026, 3, 9)]


REPORT = "subscriber_id | channel | scenario | step | list_date | day | happened_at | stage | outcome\n"


def test_the_toolbar_is_for_those_who_did_not_see_the_app_hall_and_their_mode_is_free_again(spark: SparkSession) -> None:
    listed = f"app_hall | passive | {C13.name} | content_app | 2026-02-26"
    who = ("saw", "waited", "refused", "quiet")
    contacts = "subscriber_id | channel | mode | scenario | step | business_date\n" + "\n".join(f"{one} | {listed}" for one in who)
    decided = f"subscriber_id | stage | would_list | channel | mode | scenario | step | business_date\nout | held_out | true | {listed}"
    came = f"app_hall | {C13.name} | content_app | 2026-02-26 | 2026-02-27 | 2026-02-27T09:00"
    feedback = REPORT + "\n".join(
        f"{one} | {came} | {stage} | {outcome}"
        for one, stage, outcome in (
            *((one, "accepted", "") for one in ("saw", "waited")),
            *(("saw", "shown", ""), ("refused", "outcome", "refused")),
        )
    )
    toolbar = C13.timing.step("content_toolbar")
    persons = frame(
        spark, CAR, "subscriber_id | is_live | tenure_days\n" + "\n".join(f"{one} | true | 20" for one in (*who, "out", "other"))
    )
    night = tonight(spark, no_catalogues(), contacts=contacts, decided=decided, feedback=feedback)
    # The app hall reported nothing of `quiet`; of the list of `out` it did.
    assert by_role(due(C13, toolbar, persons, night), "used_modes") == {"waited": [], "out": []}


# Of the list of 2 March, imported on the 3rd: what was reported when.
TOLD = {
    "silent": ("accepted", "", 3),
    "considers": ("outcome", "considering", 5),
    "refuses": ("outcome", "refused", 5),
    "misses": ("outcome", "unreached", 5),
    "tries": ("outcome", "agreed_trial", 5),
    "buys": ("outcome", "agreed_paid", 5),
    "rests": ("outcome", "do_not_disturb", 5),
    "bounced": ("rejected", "", 3),
}


@pytest.fixture(scope="module")
def reported(spark: SparkSession) -> Tonight:
    """A night that knows all of TOLD, and of one who was held out."""
    contacts = "subscriber_id | channel | mode | scenario | step | business_date\n" + "\n".join(
        f"{one} | sms | active | {C13.name} | plan | 2026-03-02" for one in TOLD
    )
    feedback = REPORT + "\n".join(
        f"{one} | sms | {C13.name} | plan | 2026-03-02 | 2026-03-0{day} | 2026-03-0{day}T09:00 | {stage} | {told}"
        for one, (stage, told, day) in TOLD.items()
    )
    decided = "subscriber_id | stage | would_list | channel | mode | scenario | step | business_date\n"
    held_out = f"{decided}control | held_out | true | sms | active | {C13.name} | plan | 2026-03-02"
    return tonight(spark, no_catalogues(), date(2026, 3, 10), contacts=contacts, decided=held_out, feedback=feedback)


@pytest.mark.parametrize(
    ("outcome", "days", "opens", "who"),
    [
        (NOT_TAKEN, 2, date(2026, 3, 5), {"silent", "considers", "misses", "control"}),
        # Whom the channel reports as unreached did not see it either.
        (NOT_SEEN, 2, date(2026, 3, 5), {"silent", "misses", "control"}),
        (CONSIDERING, 7, date(2026, 3, 11), {"considers"}),
        (REFUSED, 1, date(2026, 3, 5), {"refuses"}),
        (UNREACHED, 1, date(2026, 3, 5), {"misses"}),
        # Without an order line a trial lasts fifteen days.
        (TRIAL_ENDED, 0, date(2026, 3, 19), {"tries"}),
    ],
)
def test_each_outcome_opens_the_step_after_it_on_its_day(
    spark: SparkSession, reported: Tonight, outcome: Outcome, days: int, opens: date, who: set[str]
) -> None:
    first, after = C13.timing.step("plan"), C13.timing.step("plan_toolbar")
    steps = (first, replace(after, trigger=After("plan", outcome, days=days)))
    scenario = replace(C13, timing=replace(C13.timing, steps=steps))
    everybody = frame(spark, CAR, "subscriber_id | is_live | tenure_days\n" + "\n".join(f"{one} | true | 32" for one in (*TOLD, "control")))

    def found(on: date) -> set[str]:
        return set(by_role(due(scenario, steps[1], everybody, replace(reported, on=on)), "used_modes"))

    assert (found(opens - timedelta(days=1)), found(opens)) == (set(), who)


@pytest.mark.parametrize("name", ["content", "plan"])
def test_the_week_and_the_month_begin_cascades_of_their_own(name: str) -> None:
    root = C13.timing.step(name)
    assert C13.timing.root(C13.timing.steps[C13.timing.steps.index(root) + 1]) is root
