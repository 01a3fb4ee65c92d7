"""What scenarios of the library say to those who hold the service already, who still consider, or who were promised some days."""

from datetime import date

import pytest
from pyspark.sql import SparkSession

from models.tariff import Tariff
from scenarios.library.c16_4g_handset_small_plan import SCENARIO as C16
from scenarios.library.c17_2g_much_data import SCENARIO as C17
from scenarios.library.c25_trial_of_a_service import SCENARIO as C25
from scenarios.library.c26_content_direct import SCENARIO as C26
from scenarios.scenario import Scenario
from simulator.orders import TRIAL_DAYS as TRIED_FOR
from tests.frames import rows
from tests.scenarios.test_candidates import MB, found_of

BOOKS = {"modes": {"sms": "active", "mms": "active", "app_hall": "passive"}, "contact_fen": {"sms": 5, "mms": 15, "app_hall": 2}}
READER = {"is_smartphone": True, "reading_genre_90d": "玄幻", "reading_app_status": "paid"}


def test_a_reader_hears_of_new_books_of_the_genre_and_is_sold_nothing(spark: SparkSession) -> None:
    orders = """
        subscriber_id | order_id | product | product_kind | ordered_at          | valid_from | valid_to
        reader        | 1        | reading | app          | 2026-01-01T09:00:00 | 2026-01-01 |
    """
    step = C26.timing.step("new_books")
    found = found_of(spark, step=step, scenario=C26, told=BOOKS, history={"orders": orders}, reader=READER, unheld=READER)
    words = "今晚看什么?手机阅读为您选好了玄幻新书,打开就能读。"
    told = rows(found.where("channel = 'sms'"), "subscriber_id", "offer", "reasons", "variant", "message")
    # Nobody orders, so no text says how. What a tag calls held and no order line shows is not held.
    sent = ("reader", "reading", [], "question", f"{words}退订回TD")
    assert told == [sent, ("unheld", "reading", ["not_held"], None, None)]


def test_who_does_not_hold_the_service_is_offered_it_with_the_genre_and_nobody_gets_both(spark: SparkSession) -> None:
    searches = READER | {"reading_app_status": "cancelled"}
    asked = {"told": BOOKS, "scenario": C26}
    sold = found_of(spark, step=C26.timing.step("books"), **asked, reader=READER, searches=searches)
    words = "您常看的玄幻有新书上架!手机阅读每月5元,好书随心读。回Y办理,退订回TD"
    assert rows(sold.where("channel = 'sms'"), "subscriber_id", "message") == [("searches", words)]
    assert rows(found_of(spark, step=C26.timing.step("new_books"), **asked, searches=searches), "subscriber_id") == []


PLANS = {f"dp{fee:03}": Tariff(100 * fee, f"dp{fee:03}", 500 * MB, 0, 29, 400) for fee in (30, 50, 100, 200)}
CALLED = {
    "tariffs": PLANS,
    "names": {**dict.fromkeys(PLANS, "30元套餐"), "hs4l": "4G智能机", "hs4m": "4G智能机", "hs4h": "4G智能机"},
    "fees": {**{code: tariff.monthly_fee_fen for code, tariff in PLANS.items()}, "hs4l": 3800, "hs4m": 5800, "hs4h": 8800},
    "kinds": {**dict.fromkeys(PLANS, "data_plan"), **dict.fromkeys(("hs4l", "hs4m", "hs4h"), "handset")},
    "resource_fen": {"data_300m": 300, "phone_case": 600},
    "modes": {"sms": "active", "outbound_call": "active", "crm": "passive"},
    "contact_fen": {"sms": 5, "outbound_call": 350, "crm": 200},
    "known_channels": frozenset({"sms", "outbound_call", "crm"}),
}
MEANT = {"is_4g_plan_small": True, "network": "2G", "mean_data_bytes_3m": 60 * MB, "price_band": "low"}


@pytest.mark.parametrize(("scenario", "offer"), [(C16, "dp030"), (C17, "hs4l")], ids=["C16", "C17"])
def test_who_considers_it_hears_of_it_once_more_after_five_days_in_the_mode_that_is_left(
    spark: SparkSession, scenario: Scenario, offer: str
) -> None:
    reached = {"wrote": ("sms", "active", "26"), "met": ("crm", "passive", "26"), "early": ("sms", "active", "27"), "silent": None}
    contacts = ["subscriber_id | scenario | step | channel | mode | offer | business_date"]
    told = ["subscriber_id | scenario | step | channel | list_date | stage | outcome | happened_at | day"]
    for who, by in reached.items():
        channel, mode, day = by or ("sms", "active", "26")
        of = f"{who} | {scenario.name} | wave1 | {channel}"
        contacts.append(f"{of} | {mode} | {offer} | 2026-03-15")
        answer = "outcome | considering" if by else "delivered |"
        told.append(f"{of} | 2026-03-15 | {answer} | 2026-03-{int(day) - 6}T09:00:00 | 2026-03-{int(day) - 6}")
    history = {"contacts": "\n".join(contacts), "feedback": "\n".join(told), "on": date(2026, 3, 24)}
    step = scenario.timing.step("considered")
    found = found_of(spark, step=step, scenario=scenario, told=CALLED, history=history, **dict.fromkeys(reached, MEANT))
    asked = {(who, channel) for who, channel, reasons in rows(found, "subscriber_id", "channel", "reasons") if not reasons}
    assert asked == {("wrote", "crm"), ("met", "outbound_call"), ("met", "sms")}


def test_the_invitation_promises_the_days_that_a_trial_lasts() -> None:
    assert TRIED_FOR == 15
    assert "体验{product_name}15天" in C25.variants_of(C25.timing.step("invite"))[0].text
