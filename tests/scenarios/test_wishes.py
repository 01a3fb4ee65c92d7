"""What customers answered excludes them: rest, consideration, three rounds in vain; and which words are sent."""

from dataclasses import replace

from pyspark.sql import SparkSession

from scenarios.candidates import wishes
from scenarios.timing import CONSIDERING, After, Stayed
from tests.frames import rows
from tests.scenarios.nights import tonight
from tests.scenarios.test_candidates import C10, MB, WAVE_1, WAVE_2, catalogues, decided, people

# Contacts of last month and what became of them: who | scenario | step | channel | offer | day of February | stage | outcome | reason
HEARD = """
    plan    | c11_idle_data_without_pack | wave1 | web_hall | dp010 | 20 | outcome   | do_not_disturb |
    pack    | c11_idle_data_without_pack | wave1 | web_hall | ip005 | 20 | outcome   | do_not_disturb |
    texted  | c11_idle_data_without_pack | wave1 | sms      | ip005 | 20 | outcome   | do_not_disturb |
    valued  | c11_idle_data_without_pack | wave1 | sms      | ip005 | 20 | outcome   | do_not_disturb |
    twice   | c11_idle_data_without_pack | wave1 | fetion   | ip005 | 19 | outcome   | do_not_disturb |
    twice   | c11_idle_data_without_pack | wave2 | web_hall | ip005 | 20 | outcome   | do_not_disturb |
    optout  | c11_idle_data_without_pack | wave1 | sms      | ip005 | 20 | rejected  |                | opted_out
    thinks  | c10_data_without_plan      | wave2 | web_hall | dp010 | 26 | outcome   | considering    |
    thought | c10_data_without_plan      | wave2 | web_hall | dp010 | 25 | outcome   | considering    |
    other   | c11_idle_data_without_pack | wave2 | web_hall | dp010 | 26 | outcome   | considering    |
"""


def test_what_customers_answered_excludes_them_the_same_night(spark: SparkSession) -> None:
    lines = [[cell.strip() for cell in line.split("|")] for line in HEARD.strip().splitlines()]
    contacts = ["subscriber_id | scenario | step | channel | mode | offer | business_date"]
    feedback = ["subscriber_id | scenario | step | channel | list_date | day | happened_at | stage | outcome | reason"]
    for who, scenario, step, channel, offer, day, *came in lines:
        contacts.append(f"{who} | {scenario} | {step} | {channel} | passive | {offer} | 2026-02-{int(day) - 1}")
        reported = f"2026-02-{int(day) - 1} | 2026-02-{day} | 2026-02-{day}T09:00"
        feedback.append(f"{who} | {scenario} | {step} | {channel} | {reported} | {' | '.join(came)}")
    history = {"contacts": "\n".join(contacts), "feedback": "\n".join(feedback)}
    names = dict.fromkeys(who for who, *_ in lines)
    everybody = {**{who: {} for who in names}, "silent": {}, "valued": {"is_high_value": True}}
    assert decided(spark, "reasons", history=history, **everybody) == {
        # For a data plan through any channel; for the pack through others; by short message at all; through two channels: at all.
        **{"plan": ["asked_for_rest"], "pack": [], "texted": ["asked_for_rest"], "valued": [], "twice": ["asked_for_rest"]},
        **{"optout": ["asked_for_rest"], "thinks": ["considers"], "thought": [], "other": [], "silent": []},
    }
    again = replace(WAVE_2, trigger=After("wave1", CONSIDERING, days=3))
    thinking = tonight(spark, catalogues(spark), **history).with_history(people(spark, thinks={}))
    assert rows(thinking.withColumns(wishes(C10, again)), "is_considering") == [(False,)], "the step states its own days"


def test_who_took_up_none_of_three_rounds_is_not_asked_again_but_a_round_that_began_goes_on(spark: SparkSession) -> None:
    days = ("2025-12-04", "2026-01-04", "2026-02-04", "2026-02-28")
    contacts = "subscriber_id | scenario | step | channel | mode | offer | business_date\n" + "\n".join(
        f"{who} | {C10.name} | wave1 | sms | active | dp010 | {day}" for day in days for who in ("vain", "fresh")
    )
    feedback = "subscriber_id | scenario | step | channel | list_date | day | happened_at | stage\n" + "\n".join(
        f"{who} | {C10.name} | wave1 | sms | {day} | 2026-03-01 | 2026-03-01T09:00 | delivered"
        for who, delivered in (("vain", days[:3]), ("fresh", days[:2]))
        for day in delivered
    )
    history = {"contacts": contacts, "feedback": feedback}
    assert decided(spark, "reasons", history=history, vain={}, fresh={}, unsent={}) == {"vain": ["immune"], "fresh": [], "unsent": []}
    # An order is taken up for thirty days. That of March belongs to a list of 9 February, which went out or not.
    days = ("2025-12-04", "2026-01-04", "2026-01-31")
    for who in ("unsent", "sent"):
        contacts += "".join(f"\n{who} | {C10.name} | wave1 | sms | active | dp010 | {day}" for day in days)
        feedback += "".join(f"\n{who} | {C10.name} | wave1 | sms | {day} | 2026-03-01 | 2026-03-01T09:00 | delivered" for day in days)
    contacts += f"\nsent | {C10.name} | wave2 | web_hall | passive | dp010 | 2026-02-09"
    listed = f"""
        subscriber_id | scenario   | step  | stage  | channel  | mode    | would_list | offer | business_date
        unsent        | {C10.name} | wave2 | listed | web_hall | passive | true       | dp010 | 2026-02-09
    """
    orders = """
        subscriber_id | order_id | product | product_kind | order_source | ordered_at          | valid_from
        unsent        | 1        | dp030   | data_plan    | paid         | 2026-03-03T09:00:00 | 2026-03-03
        sent          | 2        | dp030   | data_plan    | paid         | 2026-03-03T09:00:00 | 2026-03-03
    """
    ordered = {"contacts": contacts, "feedback": feedback, "decided": listed, "orders": orders}
    assert decided(spark, "reasons", history=ordered, unsent={}, sent={}) == {"unsent": ["immune"], "sent": []}
    assert decided(spark, "reasons", step=WAVE_2, history=history, vain={}, fresh={}) == {"vain": [], "fresh": []}
    care = replace(WAVE_1, success=Stayed(days=90))
    assert decided(spark, "reasons", step=care, history=history, vain={}) == {"vain": []}


def test_who_was_asked_to_stay_is_sold_nothing_for_two_weeks(spark: SparkSession) -> None:
    contacts = """
        subscriber_id | scenario             | step   | channel       | mode   | business_date
        lately        | c22_likely_to_leave  | wave1  | outbound_call | active | 2026-02-19
        long_ago      | c22_likely_to_leave  | wave1  | outbound_call | active | 2026-02-18
        sold          | c11_idle_data_without_pack | wave1 | sms     | active | 2026-03-03
    """
    assert decided(spark, "reasons", history={"contacts": contacts}, lately={}, long_ago={}, sold={}) == {
        "lately": ["after_another"],
        "long_ago": [],
        "sold": [],
    }
    known = tonight(spark, catalogues(spark), contacts=contacts).with_history(people(spark, lately={}))
    care = replace(WAVE_1, success=Stayed(days=90))
    assert rows(known.withColumns(wishes(C10, care)), "is_after_another") == [(False,)], "care may follow"


def test_a_class_that_another_scenario_or_department_told_of_rests_for_active_contacts(spark: SparkSession) -> None:
    # Imported the day after: fourteen days end on the 5th of March.
    contacts = f"""
        subscriber_id | scenario                   | step  | channel  | mode    | offer | business_date
        lately        | c14_plan_overflows         | wave1 | sms      | active  | dp010 | 2026-02-19
        counter       | c14_plan_overflows         | wave1 | sms      | active  | dp010 | 2026-02-19
        long_ago      | c14_plan_overflows         | wave1 | sms      | active  | dp010 | 2026-02-18
        visited       | c14_plan_overflows         | wave1 | web_hall | passive | dp010 | 2026-03-03
        own           | {C10.name}                 | wave1 | sms      | active  | dp010 | 2026-03-03
        pack          | c11_idle_data_without_pack | wave1 | sms      | active  | ip005 | 2026-03-03
    """
    others = """
        subscriber_id | day        | channel  | product | arm
        theirs        | 2026-02-20 | pigeon   | dp010   |
        their_pack    | 2026-02-20 | sms      | ip005   | treated
        drawn         | 2026-02-20 | sms      | dp010   | control
        nothing       | 2026-02-20 | sms      |         |
    """
    everybody = {who: {} for who in ("lately", "long_ago", "visited", "own", "pack", "theirs", "their_pack", "drawn", "nothing")}
    everybody["counter"] = {"is_high_value": True}
    found = decided(spark, "reasons", history={"contacts": contacts, "others": others}, **everybody)
    assert {who for who, reasons in found.items() if reasons} == {"lately", "theirs"}, "a high-value customer is shown it at the counter"
    assert found["lately"] == ["class_rests"]


def test_no_words_are_kept_of_who_is_excluded(spark: SparkSession) -> None:
    assert decided(spark, "message", out={"is_employee": True}) == {"out": None}


def test_a_long_text_costs_a_contact_for_each_short_message_and_one_too_long_is_not_sent(spark: SparkSession) -> None:
    found = {}
    # Beside the product's name the words have 54 letters, 56 where two figures have one digit more: 70 fit one message, 201 three.
    for letters in (16, 147):
        told = {"names": {"dp005": "5元套餐", "dp010": "包" * letters}}
        who = {"usual": {}, "longer": {f"data_bytes_{month}": 61 * MB for month in ("1m", "m2", "m3")}, "counter": {"is_high_value": True}}
        found[letters] = decided(spark, "value_fen", "reasons", told=told, **who)
    # 190 less 5 for attention and 5 for each short message; at the counter 19 less 1 and 20, for one in ten who come, in any length.
    assert found == {
        16: {"usual": (180, []), "longer": (175, []), "counter": (-2, [])},
        147: {"usual": (170, []), "longer": (165, ["message_too_long"]), "counter": (-2, [])},
    }
