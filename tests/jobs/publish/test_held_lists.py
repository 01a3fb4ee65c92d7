"""What keeps a list back or adds to it: a stop, a check before publish, test numbers; and how a channel reads it."""

from dataclasses import replace
from datetime import date, timedelta

import jsonschema
import pytest

from expectations.channels import CHANNELS
from expectations.list_reader import read_list
from expectations.list_schema import schema_of
from expectations.tables.mkt_contact import MKT_CONTACT
from expectations.tables.mkt_decision import MKT_DECISION
from expectations.tables.mkt_limit import MKT_LIMIT
from expectations.tables.ops_lists import OPS_LIST_APPROVED
from jobs.publish import publish_lists as publishing
from jobs.publish.asked import answer, questions
from jobs.publish.held import ApprovalError, approve, waiting
from jobs.publish.outbox import MANIFEST, OK
from jobs.publish.stopped import StopError, change
from jobs.publish.unknown_entrants import default_offers
from jobs.report.night_lists import night_lists
from jobs.runtime.lake import Lake
from jobs.runtime.records import now
from scenarios.library.c13_new_customer import SCENARIO as C13
from tests.jobs.publish.test_publish_lists import ALL, C10, DECISIONS, ON, SMS_1, Night, contact
from tests.jobs.publish.test_publish_lists import night as night


def test_every_list_is_read_by_the_channels_reader_and_fits_its_schema(night: Night) -> None:
    night.run()
    found = {path.parent: list(read_list(path.parent)) for path in night.outbox.rglob(MANIFEST)}
    assert sum(map(len, found.values())) == len(night.contacts) == 5
    for folder, read in found.items():
        schema = schema_of(CHANNELS[folder.relative_to(night.outbox).parts[0]])
        for row in read:
            jsonschema.validate(row, schema)


def test_nothing_of_a_stopped_scenario_or_channel_is_published_from_then_on_until_it_is_resumed(night: Night) -> None:
    lake = Lake(night.settings)
    lake.publications.record(MKT_CONTACT, [{"business_date": ON - timedelta(days=1), "rows": 9, "job": "publish_lists", "run_id": "r"}])
    assert change(lake, C10, "wrong price", is_stopped=True, at=now()) == ON
    night.run()
    assert night.contacted() == {("web_hall", "wave2", "one")}
    (warned,) = night.warnings
    assert f"scenario {C10} is stopped by" in warned
    assert warned.endswith(f"wrong price. To publish its lists again: chudian resume {C10}")
    with pytest.raises(StopError, match="is already stopped"):
        change(lake, C10, "again", is_stopped=True, at=now())
    with pytest.raises(StopError, match="No scenario or channel is called pigeon"):
        change(lake, "pigeon", "lost", is_stopped=True, at=now())
    change(lake, "web_hall", "closed for a day", is_stopped=True, at=now())
    change(lake, C10, "price is right", is_stopped=False, at=now())
    night.run()
    assert night.contacted() == {contact for contact in ALL if contact[0] != "web_hall"}


def test_what_is_stopped_after_the_lists_of_a_night_leaves_these_lists_as_they_are(night: Night) -> None:
    lake = Lake(night.settings)
    lake.publications.record(MKT_CONTACT, [{"business_date": ON, "rows": 9, "job": "publish_lists", "run_id": "r"}])
    assert change(lake, "sms", "gateway is down", is_stopped=True, at=now()) == date(2026, 3, 5)
    night.run()
    assert (night.contacted(), night.warnings) == (ALL, [])


def test_seed_numbers_stand_behind_the_rows_of_each_file_of_active_contacts_and_are_no_contacts(night: Night) -> None:
    night.settings.vault.mkdir(parents=True)
    (night.settings.vault / "seed_numbers.txt").write_text("12900000090  # gateway test\n\n12900000091\n0591\n")
    night.run()
    files = night.files()
    assert files[f"{SMS_1}/9901.csv"].decode("gb18030").splitlines()[2:] == [
        f"4|12900000002|{contact('two')}|dp020|message 4",
        "5|12900000090||dp020|message 4",
        "6|12900000091||dp020|message 4",
    ]
    assert [(entry["rows"], entry.get("seeds")) for entry in night.manifest(SMS_1)["files"]] == [(4, 2), (3, 2), (0, None)]
    assert b"12900000090" not in files[f"crm/{C10}/wave1/{ON}/9901.csv"], "passive"
    assert night.contacted() == ALL
    (warned,) = night.warnings
    assert warned.endswith("seed_numbers.txt line 4: no number of 11 digits; it is left out")
    assert [of.rows for of in night_lists(night.outbox, ON, []) if of.channel == "sms"] == [3], "the report counts contacts"


def test_a_subscriber_with_a_seed_number_is_in_no_list_and_is_no_contact(night: Night) -> None:
    night.settings.vault.mkdir(parents=True)
    (night.settings.vault / "seed_numbers.txt").write_text("12900000002\n")
    night.run()
    assert night.contacted() == {of for of in ALL if of[-1] != "two"}
    files = night.files()
    # Once, as the test number behind the rows.
    assert files[f"{SMS_1}/9901.csv"].decode("gb18030").count("12900000002") == 1
    (warned,) = night.warnings
    assert warned.startswith("1 listed row(s) are of subscribers with a number of seed_numbers.txt")


TWICE = """    four | c11 | wave2 | 9901 | listed | ip005 | | sms    | active | 2
    one  | c10 | wave1 | 9901 | listed | dp010 | | fetion | active | 6
"""
FETION, SMS, CRM = (f"{channel}/{C10}/wave1" for channel in ("fetion", "sms", "crm"))


@pytest.fixture
def held(night: Night) -> Night:
    """A night whose publications are recorded; the subscriber `one` is in two active lists, so both are held."""
    night.is_recorded = True
    night.run(DECISIONS + TWICE)
    return night


def versions(night: Night) -> dict[str, str]:
    """The version of each list that waits, by channel."""
    return {row["channel"]: row["version"] for row in waiting(Lake(night.settings), ON)}


def is_out(night: Night, name: str) -> bool:
    return (night.outbox / name / f"{ON}" / OK).exists()


def test_a_held_list_has_no_ok_and_no_contacts_until_somebody_approves_it(held: Night) -> None:
    assert held.contacted() == {("crm", "wave1", "four"), ("web_hall", "wave2", "one"), ("sms", "wave2", "four")}
    assert not is_out(held, SMS)
    told = f"list {SMS} is held: 1 row(s) are of subscribers who would have more than 1 active contacts in 3 days, "
    (warned,) = [warning for warning in held.warnings if warning.startswith(told)]
    assert warned.endswith(f"chudian approve-lists {ON} --list {SMS}@{versions(held)['sms']} --reason TEXT")
    lake = Lake(held.settings)
    with pytest.raises(ApprovalError, match="sms/c99/wave1 is not held"):
        approve(lake, ON, ["sms/c99/wave1"], "looked at", "li", now())
    with pytest.raises(ApprovalError, match="the reason is empty"):
        approve(lake, ON, [], " ", "li", now())
    assert approve(lake, ON, [SMS], "looked at", "li", now()) == [SMS]
    with pytest.raises(ApprovalError, match=f"{SMS} is approved already"):
        approve(lake, ON, [SMS], "looked at", "li", now())
    with pytest.raises(ApprovalError, match=f"{FETION} was made again since: it is version [0-9a-f]+ now, not "):
        approve(lake, ON, [FETION, f"{FETION}@"], "looked at", "li", now())
    held.run(DECISIONS + TWICE)
    assert is_out(held, SMS)
    assert [*versions(held)] == ["fetion"]
    later = {"job": "decide_contacts", "run_id": "r", "rows": 1, "business_date": ON + timedelta(days=1)}
    lake.publications.record(MKT_DECISION, [later])
    with pytest.raises(ApprovalError, match=f"the night of {later['business_date']} has decided without these contacts"):
        approve(lake, ON, [], "too late", "li", now())


def test_an_approval_is_for_the_rows_that_were_seen_not_for_as_many_others(held: Night) -> None:
    seen = versions(held)
    others = (DECISIONS + TWICE).replace("two   | c10", "five  | c10", 1)
    approve(Lake(held.settings), ON, [], "looked at", "li", now())
    held.run(others)
    assert (is_out(held, FETION), is_out(held, SMS)) == (True, False)
    (warned,) = [warning for warning in held.warnings if f"list {SMS} is held" in warning]
    assert "; it, or a reason to hold it, changed since it was approved. Look" in warned
    again = versions(held)
    assert [*again] == ["sms"]
    assert again["sms"] != seen["sms"]
    with pytest.raises(ApprovalError, match=f"made again since: it is version {again['sms']} now, not {seen['sms']}"):
        approve(Lake(held.settings), ON, [f"{SMS}@{seen['sms']}"], "looked at", "li", now())
    held.run(others)
    assert versions(held) == again, "the same night is the same version"
    held.run(DECISIONS + TWICE)
    assert is_out(held, SMS), "this is what was approved"


def test_an_approval_does_not_cover_a_reason_that_nobody_saw(held: Night) -> None:
    approve(Lake(held.settings), ON, [], "looked at", "li", now())
    limit = {"name": "capacity fetion", "channel": "fetion", "most": 0, "business_date": ON, "used": 1, "price_fen": 0, "missing": 0}
    Lake(held.settings).records.append(MKT_LIMIT, [limit | {"profit_fen": 1, "bound_fen": 1}])
    held.run(DECISIONS + TWICE)
    assert [*versions(held)] == ["fetion"]


def test_a_list_that_a_later_run_published_waits_no_more(held: Night) -> None:
    assert [*versions(held)] == ["fetion", "sms"]
    held.run()
    assert (versions(held), held.contacted()) == ({}, ALL)


def test_a_list_with_a_fault_is_not_held_for_an_approval_that_could_not_send_it(held: Night) -> None:
    told = held.refusal(DECISIONS + TWICE.replace("dp010", "dp999"))
    assert f"{FETION}: 1 row(s) offer a product" in told
    assert [*versions(held)] == ["sms"]


def test_a_scenario_that_waits_for_its_approval_offers_nothing_to_unknown_entrants_either(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "default_offers", default_offers)
    assert f"crm/{C13.name}/entry: unknown entrants are given data_300m" in night.refusal(), "the catalogue of these tests lacks it"
    night.settings = replace(night.settings, unapproved_wait=True)
    night.run()
    assert night.contacted() == ALL, "what was decided is published"


def test_the_lists_of_a_scenario_that_asks_for_it_wait_each_night_until_they_are_approved_as_they_are(night: Night) -> None:
    night.settings, night.is_recorded = replace(night.settings, approve_lists=(C10,)), True
    night.run()
    assert night.contacted() == {("web_hall", "wave2", "one")}
    assert not is_out(night, SMS)
    lake = Lake(night.settings)
    (question,) = questions(lake, ON)
    assert (question.scenario, question.lists) == (C10, {CRM: versions(night)["crm"], SMS: versions(night)["sms"]})
    assert question.subject == f"{C10}: send 4 contacts of {ON}?"
    assert f"- {SMS}: 3 contacts. its scenario asks for an approval" in question.body
    with pytest.raises(ApprovalError, match=f"it is version {versions(night)['sms']} now, not 0123456789ab"):
        answer(lake, ON, question.lists | {SMS: "0123456789ab"}, "li", now())
    assert answer(lake, ON, question.lists, "li", now()) == [CRM, SMS]
    assert answer(lake, ON, question.lists, "li", now()) == [], "somebody at the desk was faster"
    night.run()
    assert (night.contacted(), questions(lake, ON)) == (ALL, [])
    assert {row["who"] for row in lake.log(OPS_LIST_APPROVED)} == {"li"}


def test_a_list_that_has_gone_out_as_it_is_needs_no_approval_and_a_changed_one_loses_its_ok(night: Night) -> None:
    night.is_recorded = True
    night.run()
    night.settings = replace(night.settings, approve_lists=("all",))
    night.run()
    assert (night.contacted(), night.warnings) == (ALL, [])
    night.run(DECISIONS.replace("two   | c10", "five  | c10", 1))
    assert night.contacted() == {contact for contact in ALL if contact[0] != "sms"}
    assert ([*versions(night)], is_out(night, SMS)) == (["sms"], False)
    night.run()
    assert [*versions(night)] == ["sms"], "its channel has lost it, so it has not gone out"


def test_a_list_that_has_gone_out_is_not_held_for_a_new_reason_but_named(night: Night) -> None:
    night.run()
    limit = {"name": "capacity crm", "channel": "crm", "most": 0, "business_date": ON, "used": 1, "price_fen": 0, "missing": 0}
    Lake(night.settings).records.append(MKT_LIMIT, [limit | {"profit_fen": 1, "bound_fen": 1}])
    night.run()
    assert night.contacted() == ALL
    (warned,) = night.warnings
    assert warned.startswith(f"list {CRM} has gone out as it is, so it is not held: its channel has 1 rows tonight and takes 0 a day.")


def test_with_a_name_that_no_scenario_has_all_lists_wait(night: Night) -> None:
    night.settings = replace(night.settings, approve_lists=("c10",))
    night.run()
    assert night.contacted() == set()
    assert any("No scenario is called c10" in warning for warning in night.warnings)
