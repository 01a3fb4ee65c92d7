"""Each scenario is a branch of its own: one that lacks something waits alone."""

from dataclasses import replace
from datetime import date

import pytest
from pyspark.sql import SparkSession

from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from expectations.tables.ods_bill import ODS_BILL
from jobs.decide.find_candidates import decided_steps, settlement, together
from jobs.runtime.lacking import missing
from scenarios.library.c10_data_without_plan import SCENARIO as C10
from scenarios.library.c11_idle_data_without_pack import SCENARIO as C11
from scenarios.library.c13_new_customer import SCENARIO as C13
from scenarios.offers import Gift
from scenarios.scenario import Exclusion, Scenario
from scenarios.timing import Assumed
from scenarios.waiting import lacks, unknown_codes, unresolved
from tests.frames import frame
from tests.scenarios.nights import tonight
from tests.scenarios.test_candidates import catalogues


def audience(scenario: Scenario, predicate: str) -> Scenario:
    return replace(scenario, customers=replace(scenario.customers, audience=predicate))


def test_a_scenario_names_every_code_that_tonights_catalogues_lack(spark: SparkSession) -> None:
    odd = replace(C10, resource=Gift("gold_bar"))
    assert unknown_codes(odd, catalogues(spark, modes={"sms": "active"}, tariffs={}))[-9:] == [
        "product dp200 is not in the product catalogue",
        *(f"channel {channel} is unknown" for channel in C10.channels.allowed if channel != "sms"),
        "resource gold_bar is unknown",
    ]


def test_a_scenario_waits_for_the_families_that_it_or_its_model_needs_and_for_no_other() -> None:
    # Preferences (T7) only choose a channel: unknown ones mean the step's own.
    assert lacks(C10, missing(frozenset({"content", "channel"}))) == []
    # The value of a customer is made of both.
    every = (f"the tags of {families} are missing tonight" for families in ("billing", "usage", "billing, usage"))
    assert lacks(C10, missing(frozenset({"content", "billing", "usage"}))) == [*every]
    # Its own words and predicates name no tag of the handset; the model that values it does.
    assert lacks(C10, missing(frozenset({"terminal"}))) == ["the tags of terminal are missing tonight"]
    assumed = replace(C10, strategy=replace(C10.strategy, effect=Assumed(10_000)))
    assert lacks(assumed, missing(frozenset({"terminal"}))) == []


def test_a_scenario_waits_for_a_bad_tag_that_it_uses_and_no_other_scenario_does() -> None:
    why = "tag bill_data_fee_outside_fen_1m is bad tonight: every value is 0"
    lacking = {"bill_data_fee_outside_fen_1m": why, "home_cell": "nobody uses it"}
    assert [lacks(scenario, lacking) for scenario in (C10, C11, C13)] == [[why], [], []]


def excluding(scenario: Scenario, predicate: str) -> Scenario:
    return replace(scenario, customers=replace(scenario.customers, exclusions=(Exclusion("odd", "奇", predicate, "It is odd."),)))


REFUSES = "has an expression that Spark refuses"


@pytest.mark.parametrize(
    ("scenario", "fault"),
    [
        (audience(C10, "is_live AND shoe_size > 40"), "names `shoe_size`, which does not exist"),
        (replace(C10, strategy=replace(C10.strategy, message="{hat_size}")), "names `hat_size`, which does not exist"),
        (replace(C10, channels=replace(C10.channels, preferred="favourite")), "names `favourite`, which does not exist"),
        # A model whose learner gives no ppm, or that scores something else than subscribers.
        (replace(C10, strategy=replace(C10.strategy, effect="handset_type")), "names `handset_type_ppm`, which does not exist"),
        # A member of the audience has no channel yet.
        (audience(C10, "is_live AND channel = 'sms'"), "names `channel`, which does not exist"),
        (audience(C10, "is_live AND"), f"{REFUSES} (PARSE_SYNTAX_ERROR)"),
        (audience(C10, "tenure_days"), f"{REFUSES} (DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES)"),
        (excluding(C10, "tenure_days"), f"{REFUSES} (DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES)"),
        (excluding(C10, "channel = 'sms' AND entry_date > business_date"), None),
        (C10, None),
    ],
)
def test_what_cannot_be_evaluated_is_told_by_scenario(spark: SparkSession, scenario: Scenario, fault: str | None) -> None:
    assert unresolved([scenario, C13], spark) == ({C10.name: fault} if fault else {})


def test_a_month_is_settled_by_bills_of_those_who_were_subscribers_in_it(spark: SparkSession) -> None:
    bills = frame(
        spark,
        ODS_BILL,
        """
        subscriber_id | month
        one           | 2026-02-01
        one           | 2026-02-01
        two           | 2026-01-01
        late          | 2026-02-01
        stopped       | 2026-02-01
        """,
    )
    subscribers = frame(
        spark,
        DWD_SUBSCRIBER,
        """
        subscriber_id | state   | entry_date
        one           | active  | 2020-01-01
        two           | active  | 2026-02-28
        late          | active  | 2026-03-01
        stopped       | stopped | 2020-01-01
        """,
    )
    found = settlement(date(2026, 3, 4), bills, subscribers)
    assert (found.subscribers, found.billed, found.is_settled) == (2, 1, False)


def test_what_other_nights_decided_is_told_once_per_step_and_night_whatever_its_rows(spark: SparkSession) -> None:
    head = "scenario | step | subscriber_id | business_date\n"
    earlier = "c10 | wave1 | one | 2026-03-04\nc10 | wave1 | two | 2026-03-04\nc11 | wave1 | one | 2026-03-05"
    night = tonight(spark, catalogues(spark), decided=head + earlier, later=head + "c10 | wave2 | one | 2026-03-10")
    found = decided_steps(night.decided.unionByName(night.later))
    assert {name: sorted(steps) for name, steps in found.items()} == {
        "c10": [("wave1", date(2026, 3, 4)), ("wave2", date(2026, 3, 10))],
        "c11": [("wave1", date(2026, 3, 5))],
    }


def test_the_candidates_of_many_steps_are_no_plan_that_is_too_deep_to_be_sent(spark: SparkSession) -> None:
    assert together([spark.range(1) for _ in range(129)]).count() == 129
