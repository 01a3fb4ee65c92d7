"""Why somebody was contacted or not: the night's rows in words, and the deliveries they came from."""

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from expectations.feeds import FEEDS
from expectations.tables.fb_customer_state import FB_CUSTOMER_STATE
from expectations.tables.mkt_candidate import MKT_CANDIDATE
from expectations.tables.mkt_contact import MKT_CONTACT
from expectations.tables.mkt_decision import MKT_DECISION
from expectations.tables.mkt_limit import MKT_LIMIT
from expectations.tables.ods_org import ODS_ORG
from expectations.tables.ods_product import ODS_PRODUCT
from expectations.tables.ods_resource import ODS_RESOURCE
from expectations.tables.ops import OPS_LOAD
from expectations.tables.vault import VAULT_IDENTITY, VAULT_NUMBER, VAULT_READ
from features.library import CAR
from jobs import cli
from jobs.people.customer import CustomerError
from jobs.people.why import Why, why_contact, why_number
from jobs.people.why_words import deliveries, sentences
from jobs.runtime.lake import Lake
from jobs.runtime.settings import settings
from models.library import SCORE_SUBSCRIBER
from tests.frames import token
from tests.jobs.people.lines import SUBSCRIBER, subscriber_line
from tests.jobs.people.stored import store
from tests.night.deliveries import deliver, delivery

ON = date(2026, 3, 4)
C10, C11, C13 = "c10_data_without_plan", "c11_idle_data_without_pack", "c13_new_customer"
C12 = "c12_plan_with_data"
LISTED, LEFT, HELD, OUT = (token(who) for who in ("listed", "left", "held", "out"))
NUMBERS = {LISTED: "12900000001", LEFT: "12900000002", HELD: "12900000003", OUT: "12900000004"}
CONTACT = "00112233445566778899aabbccddeeff"
WAVE: dict[str, Any] = {
    "scenario": C10,
    "step": "wave1",
    "business_date": ON,
    "city": "3501",
    "county": "350101",
    "offer": "dp010",
    "channel": "sms",
}
WAVE |= {"mode": "active", "effect_ppm": 20_000, "effect_version": "measured x data_plan_propensity 3", "value_fen": 250}
LOADED = {"known_on": ON, "scope": "", "event_date": ON, "data_date": ON, "sequence": 1, "load_id": "load1", "state": "loaded"}
COUNTED = {"files": 1, "rows_loaded": 1, "rows_quarantined": 0}
DECIDED = WAVE | {"reasons": [], "would_list": False, "is_explored": False, "propensity_ppm": 882_000, "chosen_ppm": 970_000}


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """A night of four subscribers: one is listed, one is left over, one is held out, and one is excluded for two reasons."""
    (tmp_path / "vault").mkdir(mode=0o700)
    lake = Lake(settings({"CHUDIAN_HOME": f"{tmp_path}"}))
    extract = {"day": ON, "known_on": ON, "feed": SUBSCRIBER.name, "load_id": "load1"}
    lake.records.append(OPS_LOAD, [LOADED | COUNTED | {"feed": SUBSCRIBER.name}])
    store(lake, VAULT_NUMBER, [extract | {"subscriber_id": who, "number": number} for who, number in NUMBERS.items()])
    catalogues(lake)
    raw = {who: f"8000000000{place}" for place, who in enumerate(NUMBERS)}
    introduced = {"since": ON, "identity": "user", "known_on": ON, "feed": SUBSCRIBER.name, "load_id": "load1"}
    store(lake, VAULT_IDENTITY, [introduced | {"token": who, "raw": user} for who, user in raw.items()])
    deliver(tmp_path, SUBSCRIBER, [b"1", *(subscriber_line(raw[who], number) for who, number in NUMBERS.items())])
    store(
        lake,
        MKT_DECISION,
        [
            DECIDED
            | {
                "subscriber_id": LISTED,
                "stage": "listed",
                "would_list": True,
                "resource": "credit_5",
                "rank": 7,
                "reduced_fen": 130,
                "variant": "news",
                "message": "您好",
            },
            DECIDED | {"subscriber_id": LEFT, "stage": "not_allocated", "rank": 99, "reduced_fen": -20, "cut_by": "quota of a city"},
            DECIDED | {"scenario": C12, "subscriber_id": LEFT, "stage": "held_out", "control": "universal", "cut_by": "cap active 30 days"},
            DECIDED | {"scenario": C13, "step": "entry", "subscriber_id": LEFT, "stage": "not_allocated", "cut_by": "another contact"},
            DECIDED | {"scenario": C12, "step": "wave2", "subscriber_id": LEFT, "stage": "not_allocated", "cut_by": "cap crm a night"},
            DECIDED | {"subscriber_id": HELD, "stage": "held_out", "would_list": True, "control": "scenario", "rank": 8, "reduced_fen": 1},
            DECIDED
            | {"subscriber_id": OUT, "stage": "excluded", "reasons": ["state", "no_better_tier"], "chosen_ppm": None, "offer": None}
            | {"channel": None, "value_fen": None},
            DECIDED
            | {"scenario": C13, "step": "entry", "subscriber_id": OUT, "stage": "not_allocated", "value_fen": -5, "cut_by": "no value"},
        ],
    )
    options = [
        WAVE | {"manager_id": "M0001"},
        WAVE | {"channel": "crm", "mode": "passive", "value_fen": 90, "figures": {"saving_fen": 740}},
    ]
    store(lake, MKT_CANDIDATE, [option | {"subscriber_id": LISTED, "reasons": []} for option in options])
    contact = WAVE | {"contact_id": CONTACT, "subscriber_id": LISTED, "file": f"sms/{C10}/wave1/{ON}/3501.csv", "rank": 7}
    store(lake, MKT_CONTACT, [contact | {"valid_from": date(2026, 3, 5), "valid_to": date(2026, 3, 9)}])
    limit = {
        "name": "capacity sms",
        "unit": "contacts",
        "most": 1000,
        "used": 1000,
        "price_fen": 120,
        "missing": 0,
        "profit_fen": 9,
        "bound_fen": 9,
    }
    named = ("capacity sms", "capacity crm", "capacity sms county 350101", "capacity sms county 350102", "capacity sms manager M0001")
    named += ("quota budget of a night", "quota of a city")
    of = {name: {"channel": name.split()[1]} for name in named if name.startswith("capacity")}
    of["capacity sms county 350101"] |= {"county": "350101", "price_fen": 40}
    of["capacity sms manager M0001"] |= {"manager_id": "M0001"}
    of |= {"quota budget of a night": {"unit": "fen", "price_fen": 3}}
    lake.records.append(MKT_LIMIT, [limit | {"name": name, "business_date": ON} | of.get(name, {}) for name in named])
    store(lake, CAR, [{"business_date": ON, "subscriber_id": LISTED, "state": "active", "bill_data_fee_outside_fen_1m": 9807}])
    scored = {"business_date": ON, "subscriber_id": LISTED, "data_plan_propensity_ppm": 31_000, "data_plan_propensity_version": "3"}
    store(lake, SCORE_SUBSCRIBER, [scored])
    return lake


def catalogues(lake: Lake) -> None:
    """The names of a product, a resource and a county, from one delivery each."""
    named = {"product_catalog": (ODS_PRODUCT, {"product": "dp010", "product_name": "10元流量套餐"})}
    named["resource_catalog"] = ODS_RESOURCE, {"resource": "credit_5", "resource_name": "5元话费"}
    named["org"] = ODS_ORG, {"county": "350101", "county_name": "思明区"}
    for feed, (table, row) in named.items():
        lake.records.append(OPS_LOAD, [LOADED | COUNTED | {"feed": feed}])
        store(lake, table, [row | {"feed": feed, "day": ON, "known_on": ON, "load_id": "load1", "valid_from": date(2020, 1, 1)}])


def asked(lake: Lake, who: str) -> Why:
    (found,) = why_number(lake, NUMBERS[who], "complaint 17", "c10")
    return found


def test_a_listed_subscriber_reads_offer_message_worth_price_other_options_list_and_sources(lake: Lake) -> None:
    found = asked(lake, LISTED)
    full, in_county = "at most 1,000; 1,000 used", " through sms 短信 in county 350101 思明区"
    of_manager = " through sms 短信 of account manager M0001"
    assert sentences(found) == [
        "Listed 入选清单.",
        "Offer dp010 10元流量套餐 with credit_5 5元话费 through sms 短信 (active).",
        "Message, variant news: 您好",
        "The option is chosen with a probability of 97.00 %.",
        "A contact is worth 2.50 yuan: it is expected to add an order with 2.00 % (measured x data_plan_propensity 3).",
        "Less what it uses of tonight's limits: 1.30 yuan.",
        f"Limit capacity through sms 短信 ({full}): one more contact through sms 短信 would earn 1.20 yuan.",
        f"Limit capacity{in_county} ({full}): one more contact{in_county} would earn 0.40 yuan.",
        f"Limit capacity{of_manager} ({full}): one more contact{of_manager} would earn 1.20 yuan.",
        "Limit quota budget of a night (at most 10.00 yuan; 10.00 yuan used): one more yuan would earn 0.03 yuan.",
        "Rank 7 of the step.",
        "Other option: dp010 10元流量套餐 through crm 营业前台, 0.90 yuan: worth less, or not chosen",
        f"In list sms/{C10}/wave1/{ON}/3501.csv, contact {CONTACT}, rank 7, valid 2026-03-05 to 2026-03-09.",
    ]
    by_name = {value.name: value for value in found.values}
    fee = by_name["bill_data_fee_outside_fen_1m"]
    assert (fee.value, fee.unit, fee.used_by[0]) == (9807, "fen", "audience")
    assert (by_name["data_plan_propensity_ppm"].value, by_name["data_plan_propensity_ppm"].label) == (31_000, "version 3")
    part, check = delivery(lake.settings.home, SUBSCRIBER)
    md5 = check.read_text().split("|")[3]
    where = f"{ON}/boss_subscriber/{part.name}"
    assert f"boss_subscriber of {ON}: {where}, md5 {md5}, line 2" in deliveries(found.sources)


def test_the_line_of_a_months_bill_is_found(lake: Lake) -> None:
    month, bill = date(2026, 2, 1), FEEDS["boss_bill"]
    lake.records.append(OPS_LOAD, [LOADED | {"feed": bill.name, "event_date": month, "data_date": month} | COUNTED])
    lines = [b"8000000000%d,202602,9.90" % place for place in (9, 1, 0)]
    deliver(lake.settings.home, bill, lines, data_date=month)
    (told,) = [line for line in deliveries(asked(lake, LISTED).sources) if line.startswith("boss_bill of 2026-02-01: ")]
    assert told.endswith(", line 3")


def test_a_line_is_found_in_a_later_block_and_only_by_a_field_about_people(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobs.people.sources.BLOCK", 100)
    others = [subscriber_line(f"9000000000{place}", f"1290000009{place}", BRAND_CODE="80000000000") for place in range(9)]
    deliver(lake.settings.home, SUBSCRIBER, [b"1", *others, subscriber_line("80000000000", NUMBERS[LISTED])])
    (found,) = [one for one in asked(lake, LISTED).sources if one.feed == SUBSCRIBER.name]
    assert [part.line for part in found.parts] == [11]


def test_a_contact_id_leads_to_the_same_answer_and_each_read_is_logged(lake: Lake) -> None:
    assert why_contact(lake, CONTACT, "complaint 18") == asked(lake, LISTED)
    with pytest.raises(CustomerError, match="No list had the contact"):
        why_contact(lake, "f" * 32, "complaint 19")
    read = {(row["command"], row["reason"], row["subscriber_id"]) for row in lake.records.rows(VAULT_READ)}
    assert read == {("why", "complaint 17", LISTED), ("why", "complaint 18", LISTED), ("why", "complaint 19", None)}


@pytest.mark.parametrize(
    ("who", "said"),
    [
        (LEFT, "Cut by the limit quota of a city: others earn more with what it allows."),
        (LEFT, "Limit quota of a city (at most 1,000; 1,000 used): one more contact would earn 1.20 yuan."),
        (HELD, "The scenario control group holds them out; they would have been listed. 88.20 % of the eligible are in no control group."),
        (OUT, "Reason: 号码状态 (state). The number is not in use, or its state is not known."),
        (OUT, "Reason: 无更优档次 (no_better_tier). No plan on offer would have cost less."),
        (OUT, "Nothing could be offered."),
    ],
    ids=["not allocated", "its limit", "held out", "rule", "offer", "nothing"],
)
def test_who_is_on_no_list_reads_the_reason(lake: Lake, who: str, said: str) -> None:
    assert said in sentences(asked(lake, who))


def test_scenarios_that_were_not_due_or_not_for_them_are_told_plainly(lake: Lake) -> None:
    by_scenario = {one.scenario: one for one in why_number(lake, NUMBERS[LISTED], "complaint 17")}
    assert sentences(by_scenario[C11])[0] == f"No step of {C11} 有闲时流量无闲时包客户营销 was decided on the night of {ON}."
    assert sentences(by_scenario[C13])[0].startswith("Not considered: the step was not due for them.")
    (cost,) = why_number(lake, NUMBERS[OUT], "complaint 17", C13)
    assert "The contact costs more than it is expected to bring." in sentences(cost)


def test_a_step_after_another_says_what_it_waits_for_and_what_the_customer_did(lake: Lake) -> None:
    contact = {"business_date": ON, "subscriber_id": LISTED, "scenario": C12, "step": "wave1", "list_date": date(2026, 2, 4)}
    answered = {"channel": "sms", "offer": "dp010", "is_listed": True, "is_held_out": False, "is_sent": True, "state": "considering"}
    days = {"state_on": date(2026, 2, 6), "delivered_on": date(2026, 2, 5), "taken_on": date(2026, 2, 9)}
    store(lake, FB_CUSTOMER_STATE, [contact | answered | days])
    by_step = {one.step: sentences(one) for one in why_number(lake, NUMBERS[LISTED], "complaint 17", "c12")}
    assert by_step["wave2"][2:] == [
        "The step is for those of step wave1 who did not take it up 未办理.",
        "Step wave1 of 2026-02-04 through sms 短信, offer dp010 10元流量套餐: "
        "the channel reported considering 考虑中 on 2026-02-06, delivered on 2026-02-05, taken up on 2026-02-09.",
    ]
    by_step = {one.step: sentences(one) for one in why_number(lake, NUMBERS[HELD], "complaint 17", "c12")}
    assert by_step["wave2"][-1] == "No list of step wave1 was meant for them."


def test_what_is_no_longer_kept_is_not_called_unknown(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    for table in (CAR, MKT_CANDIDATE, FB_CUSTOMER_STATE):
        lake.at(table).forget()
        shutil.rmtree(lake.location(table), ignore_errors=True)
        lake.publications.record(table, [{"business_date": ON, "rows": 0, "run_id": "r", "job": "drop_old_partitions", "loads": []}])
    listed = asked(lake, LISTED)
    assert "Other options are no longer kept: mkt.candidate is kept for 130 days." in sentences(listed)
    kept = {value.name: value.is_kept for value in listed.values}
    assert (kept["bill_data_fee_outside_fen_1m"], kept["data_plan_propensity_ppm"]) == (False, True)
    after = next(one for one in why_number(lake, NUMBERS[LISTED], "complaint 17", "c12") if one.step == "wave2")
    assert "What they did in earlier steps is no longer kept: fb.customer_state is kept for 3 days." in sentences(after)
    monkeypatch.setenv("CHUDIAN_HOME", f"{lake.settings.home}")
    shown = CliRunner().invoke(cli.app, ["why", NUMBERS[LISTED], "c10", "--reason", "complaint 17"], env={"COLUMNS": "200"}).output
    assert "no longer kept" in shown
    assert " unknown " not in shown


def test_what_stopped_a_contact_is_told_as_the_night_recorded_it(lake: Lake) -> None:
    by_step = {(one.scenario, one.step): one for one in why_number(lake, NUMBERS[LEFT], "complaint 17")}
    cap = "They have as many contacts as the policy allows: at most 4 active contact(s) in 30 days (P2)"
    assert any(said.startswith(cap) for said in sentences(by_step[C12, "wave1"]))
    other = "Another contact of theirs came first: one offer of a class, one channel a step, or one contact of a mode and scenario."
    assert other in sentences(by_step[C13, "entry"])
    shown = "crm 营业前台 gets at most 3 offers of a customer a night, and they have as many that are worth more."
    assert shown in sentences(by_step[C12, "wave2"])
    assert not any("Cut by" in said or "came first" in said for said in sentences(asked(lake, LISTED)))


def test_a_number_nobody_holds_a_night_that_never_was_and_an_unknown_scenario_are_told_plainly(lake: Lake) -> None:
    with pytest.raises(CustomerError, match="Nobody holds this number in the newest extract"):
        why_number(lake, "12900000099", "complaint 17")
    with pytest.raises(CustomerError, match=f"The night of 2026-03-03 has no decisions; the newest are {ON}"):
        why_number(lake, NUMBERS[OUT], "complaint 17", on=date(2026, 3, 3))
    with pytest.raises(CustomerError, match=r"No scenario is called c99\. "):
        why_number(lake, NUMBERS[OUT], "complaint 17", "c99")
    with pytest.raises(CustomerError, match="The reason is empty"):
        why_number(lake, NUMBERS[OUT], " ")


def test_the_command_answers_in_words_or_as_json(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHUDIAN_HOME", f"{lake.settings.home}")
    command = ["why", CONTACT, "--reason", "complaint 20"]
    (told,) = json.loads(CliRunner().invoke(cli.app, [*command, "--json"]).output)
    assert (told["words"][0], told["contact"]["rank"], told["sources"][0]["parts"][0]["line"]) == ("Listed 入选清单.", 7, 2)
    assert CliRunner().invoke(cli.app, command).exit_code == 0
    assert CliRunner().invoke(cli.app, [*command, "--date", f"{ON}"]).exit_code == 2
