"""Lists that break a cap or repeat a contact, counted from contacts, feedback and other departments (P1, P2)."""

from datetime import date

from pyspark.sql import SparkSession

from expectations.tables.mkt_contact import MKT_CONTACT
from expectations.tables.mkt_decision import MKT_DECISION
from expectations.tables.ods_external_contact import DWD_EXTERNAL_CONTACT
from expectations.tables.ods_feedback import DWD_FEEDBACK
from jobs.publish.caps import broken, days_counted, first_night
from jobs.publish.key import Key
from tests.frames import frame

ON = date(2026, 3, 4)
C10, C14, C26 = "c10_data_without_plan", "c14_plan_overflows", "c26_content_direct"
SAYS = "row(s) are of subscribers who would have more than"
TOGETHER = "with earlier ones and those of other departments"
TWICE = "row(s) are of subscribers who have another offer of the scenario in this mode, or of the product class, tonight"


def found(spark: SparkSession, listed: str, earlier: str = "", feedback: str = "", others: str = "") -> dict[str, list[str]]:
    """What each list breaks, by channel and scenario."""
    heads = ("subscriber_id | scenario | step | channel | mode", "subscriber_id | scenario | step | channel | mode | business_date")
    frames = {
        "listed": frame(spark, MKT_DECISION, f"{heads[0]}\n{listed.strip()}"),
        "earlier": frame(spark, MKT_CONTACT, f"{heads[1]}\n{earlier.strip()}" if earlier else ""),
        "feedback": frame(spark, DWD_FEEDBACK, feedback),
        "others": frame(spark, DWD_EXTERNAL_CONTACT, others),
    }
    held = broken(ON, modes={"sms": "active", "web_hall": "passive"}, **frames)
    return {f"{key.channel} {key.scenario}": sentences for key, sentences in held.items() if isinstance(key, Key)}


def test_the_space_between_active_contacts_counts_earlier_ones_of_ours_and_of_others_up_to_the_import_day(spark: SparkSession) -> None:
    who = ("own", "long", "rejected", "theirs", "drawn", "visit")
    listed = "\n".join(f"{one} | {C10} | wave1 | sms | active" for one in who)
    # Imported on the 3rd and the 2nd of March; tonight's lists are imported on the 5th, and three days end there.
    earlier = f"""
    own      | {C26} | books | sms | active | 2026-03-02
    long     | {C26} | books | sms | active | 2026-03-01
    rejected | {C26} | books | sms | active | 2026-03-02
    """
    feedback = f"""
    subscriber_id | channel | scenario | step  | list_date  | day        | stage
    rejected      | sms     | {C26}    | books | 2026-03-02 | 2026-03-03 | rejected
    own           | sms     | {C26}    | books | 2026-03-02 | 2026-03-03 | accepted
    """
    others = """
    subscriber_id | day        | channel  | arm
    theirs        | 2026-03-04 | pigeon   |
    drawn         | 2026-03-04 | sms      | control
    visit         | 2026-03-04 | web_hall | treated
    """
    assert found(spark, listed, earlier, feedback, others) == {f"sms {C10}": [f"2 {SAYS} 1 active contacts in 3 days, {TOGETHER}"]}


def test_passive_contacts_break_the_cap_of_all_and_no_cap_of_active_ones(spark: SparkSession) -> None:
    listed = f"full | {C10} | wave1 | web_hall | passive\nfree | {C10} | wave1 | web_hall | passive"
    earlier = "\n".join(
        f"{who} | {C26} | books | app_hall | passive | 2026-02-{day:02}"
        for who, n in (("full", 8), ("free", 7))
        for day in range(10, 10 + n)
    )
    recent = f"\nfree | {C26} | books | sms | active | 2026-03-03"
    assert found(spark, listed, earlier) == {f"web_hall {C10}": [f"1 {SAYS} 8 contacts in 30 days, {TOGETHER}"]}
    assert found(spark, listed.splitlines()[1], recent) == {}


def test_two_offers_of_a_class_or_two_contacts_of_a_scenario_in_one_mode_overlap(spark: SparkSession) -> None:
    listed = f"""
    class | {C10} | wave1 | web_hall | passive
    class | {C14} | wave1 | app_hall | passive
    mode  | {C26} | books | app_hall | passive
    mode  | {C26} | names | crm      | passive
    both  | {C26} | books | sms      | active
    both  | {C26} | names | app_hall | passive
    other | {C10} | wave1 | web_hall | passive
    other | {C26} | names | app_hall | passive
    """
    assert found(spark, listed) == {
        **{f"web_hall {C10}": [f"1 {TWICE}"], f"app_hall {C14}": [f"1 {TWICE}"]},
        **{f"app_hall {C26}": [f"1 {TWICE}"], f"crm {C26}": [f"1 {TWICE}"]},
    }


def test_a_class_that_another_scenario_told_of_a_few_days_ago_rests_for_active_contacts(spark: SparkSession) -> None:
    who = ("another", "long", "own", "visited", "class")
    listed = "\n".join([*(f"{one} | {C10} | wave1 | sms | active" for one in who), f"another | {C26} | books | web_hall | passive"])
    # Fourteen days end on the 5th of March.
    earlier = f"""
    another | {C14} | wave1 | sms | active | 2026-02-19
    long    | {C14} | wave1 | sms | active | 2026-02-18
    own     | {C10} | wave1 | sms | active | 2026-02-19
    visited | {C14} | wave1 | web_hall | passive | 2026-02-19
    class   | {C26} | books | sms | active | 2026-02-19
    """
    says = "1 row(s) are of subscribers who were approached about the product class by another scenario a few days ago"
    assert found(spark, listed, earlier) == {f"sms {C10}": [says]}


def test_contacts_are_read_for_the_longest_cap() -> None:
    assert (first_night(ON), days_counted(ON)[0], days_counted(ON)[-1]) == (date(2026, 2, 2), date(2026, 2, 2), ON)


def test_more_offers_than_a_counter_shows_of_a_subscriber_break_the_policy(spark: SparkSession) -> None:
    kinds = ((C10, "wave1"), ("c11_idle_data_without_pack", "wave1"), ("c03_newcomer_without_data", "seen"), ("c17_2g_much_data", "wave1"))
    many = [f"many | {scenario} | {step} | crm | passive" for scenario, step in kinds]
    few = [f"few | {scenario} | {step} | crm | passive" for scenario, step in kinds[:3]]
    said = found(spark, "\n".join([*many, *few]))
    crowded = ["1 row(s) are of subscribers who have more offers in this channel tonight than it shows of a subscriber"]
    assert said == {f"crm {scenario}": crowded for scenario, _ in kinds}
