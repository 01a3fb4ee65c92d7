"""The state of customer x scenario, worked out by hand: what became of each contact, who asked for rest, which rounds were in vain."""

import random
from datetime import date, timedelta
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from expectations.tables.dwd_subscription_interval import DWD_SUBSCRIPTION_INTERVAL
from expectations.tables.fb_customer_state import FB_CUSTOMER_STATE
from expectations.tables.mkt_contact import MKT_CONTACT
from expectations.tables.mkt_decision import MKT_DECISION
from expectations.tables.ods_feedback import DWD_FEEDBACK
from expectations.tables.ods_product import ODS_PRODUCT
from scenarios.library.c10_data_without_plan import SCENARIO as C10
from scenarios.library.c13_new_customer import SCENARIO as C13
from scenarios.state import advanced, told, wishes
from tests.frames import by_role, frame, rows

ON = date(2026, 3, 10)
LISTED = date(2026, 3, 4)
PRODUCTS = """
    product | product_kind | valid_from
    dp010   | idle_pack    | 2020-01-01
    dp010   | data_plan    | 2021-01-01
"""
HEAD = {
    "feedback": "subscriber_id | happened_at | stage | outcome | reason | channel | day | scenario | step | list_date",
    "decisions": "subscriber_id | stage | would_list | channel | mode | offer | scenario | step | business_date",
    "contacts": "subscriber_id | channel | mode | offer | scenario | step | business_date",
    "orders": "subscriber_id | order_id | product | product_kind | order_source | ordered_at | valid_from | valid_to",
}
TABLES = {
    "feedback": DWD_FEEDBACK,
    "decisions": MKT_DECISION,
    "contacts": MKT_CONTACT,
    "orders": DWD_SUBSCRIPTION_INTERVAL,
}


def frames(spark: SparkSession, held: DataFrame | None = None, **lines: list[str]) -> dict[str, DataFrame]:
    made = {name: frame(spark, TABLES[name], "\n".join([HEAD[name], *lines.get(name, [])])) for name in TABLES}
    return {**made, "held": FB_CUSTOMER_STATE.empty(spark) if held is None else held, "products": frame(spark, ODS_PRODUCT, PRODUCTS)}


def report(who: str, at: str, stage: str, outcome: str = "", reason: str = "", channel: str = "sms", **of: Any) -> str:
    """A row of feedback on the list of LISTED; `at` is day and hour of March."""
    day, hour = at.split()
    scenario, step, listed = of.get("scenario", C10.name), of.get("step", "wave1"), of.get("listed", LISTED)
    moment = f"2026-03-{day}T{hour}:00"
    return f"{who} | {moment} | {stage} | {outcome} | {reason} | {channel} | 2026-03-{day} | {scenario} | {step} | {listed}"


def listed(who: str, stage: str = "listed", channel: str = "sms", scenario: str = C10.name, step: str = "wave1", on: date = LISTED) -> str:
    return f"{who} | {stage} | true | {channel} | active | dp010 | {scenario} | {step} | {on}"


def sent(who: str, channel: str = "sms", scenario: str = C10.name, step: str = "wave1", on: date = LISTED) -> str:
    return f"{who} | {channel} | active | dp010 | {scenario} | {step} | {on}"


def state_of(spark: SparkSession, on: date = ON, held: DataFrame | None = None, **lines: list[str]) -> DataFrame:
    return FB_CUSTOMER_STATE.conform(advanced(on, frames(spark, held, **lines), (C10, C13)))


def both(*who: str, **of: Any) -> dict[str, list[str]]:
    """Decisions and contacts of these."""
    return {"decisions": [listed(one, **of) for one in who], "contacts": [sent(one, **of) for one in who]}


OUTCOMES = ("agreed_paid", "agreed_trial", "considering", "do_not_disturb", "refused", "unreached", "other")


def test_each_stage_and_outcome_that_a_channel_reports_is_a_state(spark: SparkSession) -> None:
    stages = {"silent": None, "taken": "accepted", "bad": "rejected", "got": "delivered", "noticed": "query_clicked", "own": "sent"}
    reports = [report(who, "05 09", stage) for who, stage in stages.items() if stage]
    reports += [report(of[:16], "06 09", "outcome", of) for of in OUTCOMES]
    found = state_of(spark, feedback=reports, **both(*stages, *(of[:16] for of in OUTCOMES)))
    assert by_role(found, "state", "arm", "delivered_on") == {
        "silent": (None, "treated", None),
        "taken": ("acknowledged", "treated", None),
        "bad": ("rejected", None, None),
        "got": ("delivered", "treated", date(2026, 3, 5)),
        "noticed": ("reached", "treated", date(2026, 3, 5)),
        "own": ("acknowledged", "treated", None),
        **{of[:16]: (of, "treated", None if of == "unreached" else date(2026, 3, 6)) for of in OUTCOMES},
    }
    assert set(rows(found, "product_kind")) == {("data_plan",)}


def test_a_channels_own_counts_are_states_and_only_a_passive_channel_shows_what_it_counts() -> None:
    assert [told("sms", "sent"), told("app_hall", "shown"), told("toolbar", "query_clicked")] == ["acknowledged", "delivered", "reached"]
    assert [told("web_hall", "ordered"), told("sms", "outcome"), told("sms", "satisfaction")] == ["agreed_paid", None, None]


def test_a_decision_outweighs_a_stage_and_of_each_the_newest_counts(spark: SparkSession) -> None:
    reports = [
        *(report("late", *of) for of in (("06 10", "outcome", "considering"), ("07 10", "delivered"))),
        *(report("changed", *of) for of in (("06 10", "outcome", "agreed_paid"), ("06 11", "outcome", "refused"))),
        *(report("same", "06 10", "outcome", of) for of in ("do_not_disturb", "agreed_paid")),
        *(report("resent", *of) for of in (("05 10", "rejected", "", "no_capacity"), ("06 10", "accepted"))),
        *(report("calmed", *of) for of in (("06 10", "outcome", "do_not_disturb"), ("07 10", "outcome", "agreed_paid"))),
    ]
    found = state_of(spark, feedback=reports, **both("late", "changed", "same", "resent", "calmed"))
    assert by_role(found, "state", "arm", "disturbed_on") == {
        "late": ("considering", "treated", None),
        "changed": ("refused", "treated", None),
        "same": ("do_not_disturb", "treated", date(2026, 3, 6)),
        "resent": ("acknowledged", "treated", None),
        # A wish for rest is not taken back by what the channel reports later.
        "calmed": ("agreed_paid", "treated", date(2026, 3, 6)),
    }


def test_who_is_held_out_goes_through_the_steps_like_the_others_of_their_list(spark: SparkSession) -> None:
    found = state_of(
        spark,
        decisions=[
            *(listed("treated"), listed("control", "held_out"), listed("out", "excluded")),
            *(listed("unsent", channel="app_hall"), listed("waits", "held_out", channel="app_hall")),
            listed("alone", "held_out", channel="toolbar"),
            f"below | held_out | false | sms | active | dp010 | {C10.name} | wave1 | {LISTED}",
        ],
        contacts=[sent("treated")],
        feedback=[report("treated", "05 09", "accepted"), report("stranger", "05 09", "outcome", "agreed_paid")],
    )
    assert by_role(found, "arm", "is_answered") == {
        "treated": ("treated", True),
        "control": ("control", True),
        # The list of the app hall never reached it; the toolbar's has nobody else.
        "unsent": (None, False),
        "waits": (None, False),
        "alone": ("control", False),
        # The channel reports somebody who was in no list.
        "stranger": (None, True),
    }


def test_a_trial_runs_by_its_order_line_or_else_for_fifteen_days(spark: SparkSession) -> None:
    tried = [report(who, "06 09", "outcome", "agreed_trial") for who in ("asked", "ordered")]
    orders = [
        "ordered | 1 | dp010 | data_plan | trial | 2026-03-06T09:00 | 2026-03-07 | 2026-03-21",
        "before  | 2 | dp010 | data_plan | trial | 2026-03-04T09:00 | 2026-03-04 | 2026-03-21",
        "paid    | 3 | dp010 | data_plan | paid  | 2026-03-06T09:00 | 2026-03-07 |",
    ]
    found = state_of(spark, feedback=tried, orders=orders, **both("asked", "ordered", "before", "paid"))
    assert by_role(found, "trial_since", "trial_until") == {
        "asked": (date(2026, 3, 6), date(2026, 3, 21)),
        "ordered": (date(2026, 3, 7), date(2026, 3, 21)),
        "before": (None, None),
        "paid": (None, None),
    }


def test_an_order_of_the_steps_kind_in_its_days_is_taken_up_and_so_is_what_the_channel_reports(spark: SparkSession) -> None:
    def order(who: str, on: str, kind: str = "data_plan") -> str:
        return f"{who} | {who} | x | {kind} | paid | {on}T09:00 | {on} |"

    orders = [order("same", "2026-03-04"), order("first", "2026-03-05"), order("last", "2026-04-03"), order("over", "2026-04-04")]
    orders += [order("other", "2026-03-05", "app")]
    claimed = [report("claimed", "08 09", "ordered")]
    found = state_of(spark, feedback=claimed, orders=orders, **both("same", "first", "last", "over", "other", "claimed"))
    assert {who: on for who, on in by_role(found, "taken_on").items() if on} == {
        "first": date(2026, 3, 5),
        "last": date(2026, 4, 3),
        "claimed": date(2026, 3, 8),
    }


def test_a_round_is_a_months_cycle_or_the_cascade_of_an_event(spark: SparkSession) -> None:
    steps = [(C10.name, "wave1", date(2026, 2, 28)), (C10.name, "wave2", date(2026, 3, 9)), (C10.name, "wave1", date(2026, 2, 27))]
    steps += [(C13.name, "content", date(2026, 2, 20)), (C13.name, "content_app", date(2026, 3, 2)), (C13.name, "entry", date(2026, 3, 1))]
    made = [both("one", scenario=scenario, step=step, on=on) for scenario, step, on in steps]
    found = state_of(spark, **{name: [line for lines in made for line in lines[name]] for name in ("decisions", "contacts")})
    assert {(step, f"{on}"): f"{begun}" for step, on, begun in rows(found, "step", "list_date", "round_on")} == {
        ("wave1", "2026-02-28"): "2026-02-28",
        ("wave2", "2026-03-09"): "2026-02-28",
        ("wave1", "2026-02-27"): "2026-01-31",
        ("content", "2026-02-20"): "2026-02-20",
        ("content_app", "2026-03-02"): "2026-02-20",
        ("entry", "2026-03-01"): "2026-03-01",
    }


def test_a_do_not_disturb_is_for_its_channel_and_kind_of_product_and_an_opt_out_for_its_channel(spark: SparkSession) -> None:
    reports = [
        report("rest", "06 09", "outcome", "do_not_disturb"),
        report("gone", "06 09", "rejected", reason="opted_out"),
        report("full", "06 09", "rejected", reason="no_capacity"),
        report("thinks", "06 09", "outcome", "considering"),
        report("thought", "03 09", "outcome", "considering"),
    ]
    found = wishes(ON, state_of(spark, feedback=reports, **both("rest", "gone", "full", "thinks", "thought")))
    assert by_role(found, "disturbed_channels", "disturbed_kinds", "considered_in") == {
        "rest": (["sms"], ["data_plan"], []),
        "gone": (["sms"], [], []),
        "full": ([], [], []),
        "thinks": ([], [], [C10.name]),
        # Seven days have passed.
        "thought": ([], [], []),
    }


def test_three_rounds_that_were_delivered_and_not_taken_up_make_immune(spark: SparkSession) -> None:
    months = [date(2025, 12, 4), date(2026, 1, 4), date(2026, 2, 4)]
    who = {"vain": months, "two": months[:2], "buyer": months, "silent": months, "twice": months[:2]}
    decisions = [listed(one, on=on) for one, of in who.items() for on in of]
    contacts = [sent(one, on=on) for one, of in who.items() for on in of]
    reports = [report(one, "01 09", "delivered", listed=on) for one, of in who.items() if one != "silent" for on in of]
    # A second contact of one round, and a control whose list was reported.
    decisions += [listed("twice", step="wave2", channel="web_hall", on=date(2026, 2, 9))]
    contacts += [sent("twice", step="wave2", channel="web_hall", on=date(2026, 2, 9))]
    decisions += [listed("control", "held_out", on=on) for on in months]
    orders = ["buyer | 1 | dp010 | data_plan | paid | 2026-01-20T09:00 | 2026-02-01 |"]
    found = wishes(ON, state_of(spark, feedback=reports, decisions=decisions, contacts=contacts, orders=orders))
    assert {one: immune for one, immune in by_role(found, "immune_to").items() if immune} == {"vain": [C10.name], "control": [C10.name]}


def test_a_state_that_nights_advanced_is_the_one_made_from_scratch(spark: SparkSession) -> None:
    """Reports come late and in any order; orders are known anew each night."""
    chance = random.Random(7)
    people = [f"p{n}" for n in range(60)]
    made = {one: (chance.choice(("listed", "held_out")), LISTED + timedelta(days=chance.randrange(4))) for one in people}
    stages = ("accepted", "rejected", "delivered", "reached", "sent", "ordered")
    reports = []
    for one, (stage, on) in made.items():
        for _ in range(chance.randrange(5) if stage == "listed" else 0):
            day, hour = on.day + chance.randrange(1, 5), chance.randrange(10, 13)
            what = ("outcome", chance.choice(OUTCOMES)) if chance.random() < 0.5 else (chance.choice(stages), "")
            reports.append((max(day, chance.randrange(5, 13)), report(one, f"{day:02} {hour}", *what, listed=on)))
    orders = [f"{one} | {one} | dp010 | data_plan | trial | 2026-03-08T09:00 | 2026-03-09 |" for one in people[::4]]

    def lines(of: tuple[date, date]) -> dict[str, list[str]]:
        """What enters after the first day and by the second."""
        nights = {one: on for one, (_, on) in made.items() if of[0] <= on < of[1]}
        return {
            "decisions": [listed(one, made[one][0], on=on) for one, on in nights.items()],
            "contacts": [sent(one, on=on) for one, on in nights.items() if made[one][0] == "listed"],
            "feedback": [line for known, line in reports if of[0] < date(2026, 3, known) <= of[1]],
        }

    night, held = LISTED, None
    for later in (date(2026, 3, 6), date(2026, 3, 8), date(2026, 3, 13)):
        # Kept as rows, as a night keeps them.
        made_so = state_of(spark, later, held, orders=orders, **lines((night, later))).collect()
        held, night = spark.createDataFrame(made_so, FB_CUSTOMER_STATE.ddl), later
    assert held is not None
    assert rows(held) == rows(state_of(spark, night, orders=orders, **lines((LISTED - timedelta(days=1), night))))
    assert len(rows(held)) == len(people)


def test_contacts_leave_after_four_hundred_days(spark: SparkSession) -> None:
    days = {"oldest": ON - timedelta(days=399), "older": ON - timedelta(days=400)}
    found = state_of(spark, decisions=[listed(who, on=on) for who, on in days.items()])
    assert list(by_role(found, "state")) == ["oldest"]
