"""Nights that list somebody: who is likely to leave (C22), and a trial from its invitation to the paid order (C25)."""

from datetime import date
from functools import reduce
from typing import Any

from pyspark.sql import SparkSession

from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from expectations.tables.dwd_subscription_interval import DWD_SUBSCRIPTION_INTERVAL
from expectations.tables.ods_capacity import ODS_CAPACITY
from expectations.tables.ods_channel import ODS_CHANNEL
from expectations.tables.ods_external_contact import DWD_EXTERNAL_CONTACT
from expectations.tables.ods_platform_usage import ODS_PLATFORM_USAGE
from expectations.tables.ods_resource import ODS_RESOURCE
from features.platform import PLATFORM_TAGS
from jobs.decide.decide_contacts import decisions
from scenarios.calendar import due_steps
from scenarios.candidates import candidates
from scenarios.library.c22_likely_to_leave import SCENARIO as C22
from scenarios.library.c25_trial_of_a_service import SCENARIO as C25
from scenarios.scenario import Scenario
from tests.frames import frame, rows
from tests.scenarios.nights import tonight
from tests.scenarios.test_candidates import catalogues, people

MODES = {"outbound_call": "active", "account_manager": "active", "sms": "active"}
MODES |= {"crm": "passive", "app_hall": "passive", "trial_platform": "passive"}
SERVICES = {"video": 600, "reading": 500, "music": 500, "community": 100}
TOLD: dict[str, Any] = {
    "names": {"care_keep": "老客户在网关怀", **dict.fromkeys(SERVICES, "业务")},
    "fees": {"care_keep": 0, **SERVICES},
    "kinds": {"care_keep": "care", **dict.fromkeys(SERVICES, "app")},
    "resource_fen": {"credit_20": 2000},
    "modes": MODES,
    "contact_fen": {"outbound_call": 350, "account_manager": 1200, "sms": 5, "crm": 200, "app_hall": 2, "trial_platform": 5},
    "known_channels": frozenset(MODES),
}


def lists(
    spark: SparkSession, scenario: Scenario, on: date, who: dict[str, dict[str, Any]], since: str | None = None, **history: str
) -> list[tuple[str, ...]]:
    """The rows of the night's lists: subscriber, step, offer and channel. `since` is a step that was decided before."""
    night = tonight(spark, catalogues(spark, **TOLD), on, **history)
    known = night.with_history(people(spark, **who))
    due = due_steps(scenario, on, True, [(since, date(2026, 3, 1))] if since else [])
    found = reduce(lambda one, other: one.unionByName(other), [candidates(scenario, step, known, night) for step in due])
    channels = "\n".join(["channel | mode | valid_from", *(f"{name} | {mode} | 2020-01-01" for name, mode in MODES.items())])
    frames = {"candidates": found.localCheckpoint(), "channels": frame(spark, ODS_CHANNEL, channels), "state": night.state}
    frames |= {"resources": frame(spark, ODS_RESOURCE, ""), "units": frame(spark, ODS_CAPACITY, "")}
    decided, _ = decisions(on, {**frames, "others": frame(spark, DWD_EXTERNAL_CONTACT, "")})
    return [tuple(row) for row in rows(decided.where("stage = 'listed'"), "subscriber_id", "step", "offer", "channel")]


def test_who_is_just_likely_enough_to_leave_is_listed_and_who_is_not_or_brings_too_little_is_in_no_list(spark: SparkSession) -> None:
    def leaver(churn: int | None, brings: int | None, **other: Any) -> dict[str, Any]:
        return {"churn_ppm": churn, "churn_version": "1", "mean_contribution_fen_3m": brings, **other}

    who = {
        **{"just": leaver(50_000, 1000), "dear": leaver(50_000, 9000), "vip": leaver(300_000, 60_000, is_high_value=True)},
        **{"stays": leaver(49_999, 9000), "brings": leaver(50_000, 999), "unscored": leaver(None, 9000), "nobill": leaver(50_000, None)},
    }
    who["vip"] |= {"account_manager": "M0001"}
    # Imported on Tuesday the 3rd. Of 60 yuan in half a year 20 go for the gift: 6 % of the rest are less than a call costs.
    assert lists(spark, C22, date(2026, 3, 2), who) == [
        ("dear", "wave1", "care_keep", "outbound_call"),
        ("just", "wave1", "care_keep", "crm"),
        # The account manager is dearer, and is not expected to keep more of them.
        ("vip", "wave1", "care_keep", "outbound_call"),
    ]
    assert due_steps(C22, date(2026, 3, 3), True, [("wave1", date(2026, 3, 2))]) == []


ORDERS = """
    order_id | subscriber_id | product | product_kind | order_source | ordered_at          | valid_from | valid_to
    t1       | tries         | video   | app          | trial        | 2026-03-06T10:00:00 | 2026-03-06 | 2026-03-21
    t2       | itself        | music   | app          | trial        | 2026-03-05T10:00:00 | 2026-03-05 | 2026-03-20
    b1       | pays          | video   | app          | paid         | 2026-03-06T10:00:00 | 2026-03-06 |
"""
NAMES = ("tries", "itself", "pays", "waits")
SENT = """
    scenario               | step   | subscriber_id | channel | mode   | offer | business_date
    c25_trial_of_a_service | invite | tries         | sms     | active | video | 2026-03-04
    c25_trial_of_a_service | invite | pays          | sms     | active | video | 2026-03-04
    c25_trial_of_a_service | invite | waits         | sms     | active | video | 2026-03-04
"""


def users(spark: SparkSession, on: date) -> dict[str, dict[str, Any]]:
    """Smartphone users with the tags that their order lines give them on the night."""
    subscribers = frame(spark, DWD_SUBSCRIBER, "\n".join(["subscriber_id", *NAMES]))
    known = frame(spark, DWD_SUBSCRIPTION_INTERVAL, ORDERS).where(f"ordered_at < date_add(DATE'{on}', 1)")
    use = frame(spark, ODS_PLATFORM_USAGE, "")
    tags = PLATFORM_TAGS.table.conform(PLATFORM_TAGS.compute(on, subscribers, use=use, orders=known))
    told = ("is_in_trial", "trial_days_left", "new_services_90d")
    return {who: {"is_smartphone": True, **dict(zip(told, of, strict=True))} for who, *of in rows(tags, "subscriber_id", *told)}


def test_an_invitation_is_followed_by_the_platform_for_who_does_not_try_and_by_the_paid_order_at_the_trials_end(
    spark: SparkSession,
) -> None:
    invited = lists(spark, C25, date(2026, 3, 4), users(spark, date(2026, 3, 4)))
    assert invited == [(who, "invite", "video", "sms") for who in sorted(NAMES)]

    def night(day: int, decided: str = SENT) -> list[tuple[str, ...]]:
        on = date(2026, 3, day)
        return lists(spark, C25, on, users(spark, on), "invite", decided=decided, contacts=SENT, orders=ORDERS)

    # On the platform three services are worth the same whole fen.
    # Four days before its last one a trial has no list; three days before it has, whoever began it.
    assert night(15) == [("waits", "platform", "music", "trial_platform")]
    assert night(16) == [("itself", "convert", "music", "sms"), ("waits", "platform", "music", "trial_platform")]
    both = SENT + "c25_trial_of_a_service | convert | itself | sms | active | music | 2026-03-16\n"
    assert night(17, both) == [("tries", "convert", "video", "sms"), ("waits", "platform", "music", "trial_platform")]
    # The last day of the trial was the 20th.
    assert night(22, both) == [("waits", "platform", "music", "trial_platform")]
