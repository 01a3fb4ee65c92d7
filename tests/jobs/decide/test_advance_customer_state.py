"""The job advances the state from the night before: it opens what entered, and ends where a night from scratch ends."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
from pyspark.sql import SparkSession

from expectations.contract import Table
from expectations.tables.dwd_subscription_interval import DWD_SUBSCRIPTION_INTERVAL
from expectations.tables.fb_customer_state import FB_CUSTOMER_STATE
from expectations.tables.mkt_contact import MKT_CONTACT
from expectations.tables.mkt_decision import MKT_DECISION
from expectations.tables.ods_feedback import DWD_FEEDBACK
from expectations.tables.ods_product import ODS_PRODUCT
from expectations.tables.ops import OPS_LOAD
from jobs.decide.advance_customer_state import HEARD, advance_customer_state
from jobs.runtime.job_run import Runner
from jobs.runtime.loads import Load
from scenarios.library.c10_data_without_plan import SCENARIO as C10
from tests.frames import by_role, rows, token
from tests.jobs.usage_home import UsageHome

FIRST = date(2026, 3, 4)
ROW: dict[str, Any] = {"scenario": C10.name, "step": "wave1", "channel": "sms", "mode": "active", "offer": "dp010", "city": "0571"}


def night(days: int) -> date:
    return FIRST + timedelta(days=days)


class Answers:
    """A home whose nights decide about a few subscribers, and feedback as receive and refine publish it."""

    def __init__(self, spark: SparkSession, home: Path) -> None:
        self.home = UsageHome(spark, [], home)
        self.runner = self.home.runner
        product = {
            "day": FIRST,
            "product": "dp010",
            "product_kind": "data_plan",
            "known_on": FIRST,
            "load_id": "p",
            "feed": "product_catalog",
        }
        self._deliver(ODS_PRODUCT, FIRST, "product_catalog", {"p": FIRST}, [product])

    def _deliver(self, table: Table, on: date, feed: str, days: dict[str, date], made: list[dict[str, Any]]) -> None:
        loads = [Load(day, on, day, 1, name, feed, rows=1) for name, day in days.items()]
        self.home.publish(table, on, pd.DataFrame(made), loads)
        told = {"feed": feed, "scope": "", "known_on": on, "sequence": 1, "state": "loaded", "files": 1, "rows_quarantined": 0}
        listed = [
            {**told, "event_date": of.event_date, "data_date": of.event_date, "load_id": of.load_id, "rows_loaded": 1} for of in loads
        ]
        self.runner.lake.records.replace(OPS_LOAD, listed, f"known_on = DATE '{on}' AND feed = '{feed}'")

    def decide(self, on: date, who: str) -> None:
        """List a subscriber and hold out another."""
        row = {**ROW, "business_date": on, "rank": 1}
        listed = {**row, "subscriber_id": token(who), "stage": "listed", "would_list": True}
        held_out = {**row, "subscriber_id": token(f"not{who}"), "stage": "held_out", "would_list": True}
        self.home.publish(MKT_DECISION, on, pd.DataFrame([listed, held_out]))
        valid = {"valid_from": on + timedelta(days=1), "valid_to": on + timedelta(days=5)}
        self.home.publish(MKT_CONTACT, on, pd.DataFrame([{**row, **valid, "subscriber_id": token(who)}]))

    def report(self, on: date, **loads: tuple[int, str, int, str]) -> None:
        """Deliver loads by name: who, on which night's list, after how many days, and the outcome."""
        made = [
            {
                **{name: ROW[name] for name in ("scenario", "step", "channel")},
                **{"subscriber_id": token(who), "list_date": night(listed), "stage": "outcome", "outcome": outcome},
                **{"day": night(day), "happened_at": pd.Timestamp(night(day)), "known_on": on, "load_id": name, "feed": "sms_feedback"},
            }
            for name, (who, listed, day, outcome) in loads.items()
        ]
        self._deliver(DWD_FEEDBACK, on, "sms_feedback", {name: night(of[2]) for name, of in loads.items()}, made)

    def advance(self, on: date, runner: Runner | None = None) -> tuple[list[str], bool]:
        """What the night opens, by load or by night, and whether it goes on from the night before."""
        order = {"order_id": "1", "subscriber_id": token("buyer"), "product": "dp010", "order_source": "paid", "product_kind": "data_plan"}
        self.home.publish(
            DWD_SUBSCRIPTION_INTERVAL, on, pd.DataFrame([{**order, "business_date": on, "ordered_at": pd.Timestamp(night(1))}])
        )
        change, goes_on = self.runner.lake.change(HEARD, on)
        (runner or self.runner).run(advance_customer_state, on)
        return sorted(
            f"{of.event_date:%d}" if of.of == MKT_DECISION.name else of.load_id for of in change.entered if of.of != MKT_CONTACT.name
        ), goes_on

    def state(self, on: date) -> Any:
        return self.runner.lake.whole(FB_CUSTOMER_STATE, business_date=on)


def test_nights_advance_the_state_as_one_from_scratch_makes_it_with_late_and_corrected_feedback(
    spark: SparkSession, tmp_path: Path
) -> None:
    answers, opened = Answers(spark, tmp_path), []
    for days, who in enumerate(("buyer", "thinker", "changer")):
        if days == 1:
            answers.report(night(1), load1=("buyer", 0, 1, "considering"))
        opened.append(answers.advance(night(days)))
        answers.decide(night(days), who)
    # The report of the second day comes a day late.
    answers.report(night(3), late=("thinker", 1, 2, "refused"), load3=("changer", 2, 3, "do_not_disturb"))
    opened.append(answers.advance(night(3)))
    assert opened == [([], False), (["04", "load1"], True), (["05"], True), (["06", "late", "load3"], True)]
    expected = {
        "buyer": ("treated", "considering", night(1)),
        "thinker": ("treated", "refused", None),
        "changer": ("treated", "do_not_disturb", None),
        **{f"not{who}": ("control", None, None) for who in ("buyer", "thinker", "changer")},
    }
    assert by_role(answers.state(night(3)), "arm", "state", "taken_on") == expected
    advanced = rows(answers.state(night(3)))
    answers.advance(night(3), Runner(answers.runner.settings, advances=False))
    assert rows(answers.state(night(3))) == advanced
    # The channel takes its report of the first day back, so all are read again.
    answers.report(night(4), corrected=("buyer", 0, 1, "refused"))
    assert answers.advance(night(4)) == (["04", "05", "06", "corrected", "late", "load3"], False)
    assert by_role(answers.state(night(4)), "state")["buyer"] == "refused"


def test_a_night_that_ran_again_is_taken_over_anew(spark: SparkSession, tmp_path: Path) -> None:
    answers = Answers(spark, tmp_path)
    for days in range(2):
        answers.advance(night(days))
        answers.decide(night(days), "buyer")
    answers.decide(night(0), "other")
    assert answers.advance(night(2)) == (["04", "05"], False)
    assert sorted(rows(answers.state(night(2)), "subscriber_id", "list_date")) == [
        *(("buyer", night(1)), ("notbuyer", night(1)), ("notother", night(0)), ("other", night(0))),
    ]
