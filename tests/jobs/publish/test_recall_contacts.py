"""Recalls: whose contact a channel must not make any more, and what it reads of that."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

from expectations.channels import CHANNELS
from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from expectations.tables.dwd_subscription_interval import DWD_SUBSCRIPTION_INTERVAL
from expectations.tables.fb_customer_state import FB_CUSTOMER_STATE
from expectations.tables.mkt_contact import MKT_CONTACT
from expectations.tables.mkt_recall import MKT_RECALL, RECALLS
from expectations.tables.ods_no_call import DWD_NO_CALL
from expectations.tables.vault import VAULT_NUMBER, VAULT_READ
from jobs.publish.outbox import MANIFEST, OK
from jobs.publish.recall_contacts import recall_contacts
from jobs.publish.stopped import change
from jobs.runtime.lake import Lake
from jobs.runtime.records import now
from jobs.runtime.settings import settings
from scenarios.library import SCENARIOS
from tests.frames import frame, rows

ON = date(2026, 3, 6)
LISTED, VALID = "2026-03-04", "2026-03-04 | 2026-03-05 | 2026-03-09"
C10 = "c10_data_without_plan"
WHO = ("kept", "called", "disturbed", "withdrew", "ordered", "moved", "left", "other")
CONTACTS = "\n".join(
    [
        "contact_id | subscriber_id | scenario | step | channel | mode | business_date | valid_from | valid_to",
        *(f"{who} | {who} | {C10} | wave1 | {'crm' if who == 'other' else 'sms'} | active | {VALID}" for who in WHO),
        # Of a list that nobody may use any more.
        f"expired | called | {C10} | wave1 | sms | active | 2026-02-20 | 2026-02-21 | 2026-03-06",
    ]
)
SUBSCRIBERS = """
    subscriber_id | state     | has_consent | do_not_disturb_channels
    kept          | active    | true        | crm
    called        | active    | true        |
    disturbed     | active    | true        | sms
    withdrew      | active    | false       |
    ordered       | active    | true        |
    moved         | active    | true        |
    other         | active    | true        |
"""
ORDERS = """
    order_id | subscriber_id | product_kind | ordered_at
    o1       | ordered       | data_plan    | 2026-03-05 09:00:00
    o2       | kept          | data_plan    | 2026-03-04 23:00:00
    o3       | kept          | idle_pack    | 2026-03-05 09:00:00
"""
NUMBERS = "\n".join(
    [
        "subscriber_id | day | number",
        *(f"{who} | {LISTED} | 1290000000{place}" for place, who in enumerate(WHO)),
        *(f"{who} | 2026-03-06 | 1290000000{place}" for place, who in enumerate(WHO) if who != "moved"),
        "moved | 2026-03-06 | 12900000099",
    ]
)


class Night:
    """The night of ON, two nights after the lists."""

    def __init__(self, spark: SparkSession, home: Path) -> None:
        self.settings = settings({"CHUDIAN_HOME": f"{home}"})
        self.lake = Lake(self.settings)
        self.recalls: list[tuple[Any, ...]] = []
        self.frames = {
            "tonight": None,
            "earlier": frame(spark, MKT_CONTACT, CONTACTS),
            "subscribers": frame(spark, DWD_SUBSCRIBER, SUBSCRIBERS),
            "no_call": frame(spark, DWD_NO_CALL, "subscriber_id | no_call_scopes\ncalled | all\nkept | crm"),
            "orders": frame(spark, DWD_SUBSCRIPTION_INTERVAL, ORDERS),
            "state": None,
            "numbers": frame(spark, VAULT_NUMBER, NUMBERS),
        }

    def run(self, **frames: DataFrame) -> None:
        def publish(_: Any, found: DataFrame) -> None:
            self.recalls = rows(MKT_RECALL.conform(found), "contact_id", "reasons")

        read = self.frames | frames
        of = {"on": ON, "run_id": "run", "job": recall_contacts, "settings": self.settings, "lake": self.lake}
        recall_contacts.call(SimpleNamespace(**of, say=lambda *_, **__: None, publish=publish, read=read.__getitem__))

    def folder(self, channel: str) -> Path:
        return self.settings.outbox / channel / "recall" / f"{ON}"


@pytest.fixture
def night(spark: SparkSession, tmp_path: Path) -> Night:
    return Night(spark, tmp_path)


def test_a_channel_reads_the_number_it_was_given_and_every_reason_and_a_rerun_touches_nothing(night: Night) -> None:
    night.run()
    assert night.recalls == [
        ("called", ["no_call"]),
        ("disturbed", ["do_not_disturb"]),
        ("left", ["not_in_use"]),
        ("moved", ["number_changed"]),
        ("ordered", ["taken_up"]),
        ("withdrew", ["no_consent"]),
    ]
    folder = night.folder("sms")
    said = {line.split("|")[0]: line.split("|")[1:] for line in (folder / "recall_20260306.csv").read_text("gb18030").splitlines()}
    assert said.pop("number") == ["scenario", "step", "list_date", "valid_to", "reasons"]
    assert said.pop("12900000005") == [C10, "wave1", LISTED, "2026-03-09", "number_changed"], "the number in the list, not the new one"
    assert len(said) == 5
    told = json.loads((folder / MANIFEST).read_text())
    assert (told["content"], told["files"][0]["rows"], told["delimiter"]) == ("recall", 6, "|")
    assert (folder / OK).exists()
    assert not night.folder("crm").exists(), "nothing of this channel is recalled"
    assert [(row["command"], row["rows"], row["reason"]) for row in night.lake.records.rows(VAULT_READ)] == [
        ("recall_contacts", 6, "sms/recall")
    ]
    before = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    night.run()
    assert {path: path.stat().st_mtime_ns for path in folder.iterdir()} == before


def test_every_valid_row_of_a_stopped_channel_or_scenario_is_recalled_until_it_is_resumed(night: Night) -> None:
    change(night.lake, "crm", "closed", is_stopped=True, at=now())
    night.run()
    assert ("other", ["stopped"]) in night.recalls
    assert not [who for who, _ in night.recalls if who in ("kept", "expired")]
    change(night.lake, C10, "wrong price", is_stopped=True, at=now())
    change(night.lake, "crm", "open again", is_stopped=False, at=now())
    night.run()
    assert {who for who, reasons in night.recalls if "stopped" in reasons} == {*WHO}
    assert ("called", ["stopped", "no_call"]) in night.recalls
    change(night.lake, C10, "right price", is_stopped=False, at=now())
    night.run()
    assert not night.folder("crm").exists()
    assert {reason for _, reasons in night.recalls for reason in reasons} <= RECALLS.keys() - {"stopped"}


# What channels reported of these rows and of others. A kind of product is that of the row of the state.
HEARD = "subscriber_id | channel | scenario | step | list_date | product_kind | state_on | arm | disturbed_on | opted_out_on | claimed_on"
OWN = f"{C10} | wave1 | {LISTED} | data_plan | 2026-03-05 | treated"
OF_APPS = "c26_content_direct | news | 2026-03-01 | app | 2026-03-05 | treated"
OF_PLANS = "c01_smartphone_without_data | wave1 | 2026-03-01 | data_plan | 2026-03-05 | treated"


def test_who_answers_a_channel_with_no_more_is_recalled_from_other_lists_as_far_as_the_wish_goes(night: Night, spark: SparkSession) -> None:
    lines = [
        f"kept | sms | {OWN} | | | ",
        # The channel of the row; another channel and kind; two other channels; another channel with the kind; an opt-out of the channel.
        f"called | sms | {OWN} | | | ",
        f"called | sms | {OF_APPS} | 2026-03-05 | | ",
        f"disturbed | sms | {OWN} | | | ",
        f"disturbed | mailbox | {OF_APPS} | 2026-03-05 | | ",
        f"moved | sms | {OWN} | | | ",
        f"moved | mailbox | {OF_APPS} | 2026-03-05 | | ",
        f"moved | fetion | {OF_APPS} | 2026-03-05 | | ",
        f"other | crm | {OWN} | | | ",
        f"other | mailbox | {OF_PLANS} | 2026-03-05 | | ",
        f"ordered | sms | {OWN} | | 2026-03-05 | ",
        f"withdrew | sms | {OWN} | | | ",
    ]
    clean = frame(spark, DWD_SUBSCRIBER, SUBSCRIBERS.replace("| sms", "|     ").replace("false", "true"))
    state = frame(spark, FB_CUSTOMER_STATE, "\n".join([HEARD, *lines]))
    night.run(state=state, subscribers=clean, no_call=DWD_NO_CALL.empty(spark))
    assert night.recalls == [
        ("called", ["do_not_disturb"]),
        ("left", ["not_in_use"]),
        ("moved", ["do_not_disturb", "number_changed"]),
        ("ordered", ["do_not_disturb", "taken_up"]),
        ("other", ["do_not_disturb"]),
    ]


def test_what_only_a_channel_says_to_be_taken_up_is_recalled_in_every_list_of_the_kind(night: Night, spark: SparkSession) -> None:
    lines = [
        f"kept | sms | {OWN} | | | 2026-03-05",
        f"other | mailbox | {OF_PLANS} | | | 2026-03-06",
        f"called | mailbox | {OF_APPS} | | | 2026-03-05",
        # Before the list.
        f"moved | mailbox | {OF_PLANS} | | | 2026-03-04",
    ]
    night.run(state=frame(spark, FB_CUSTOMER_STATE, "\n".join([HEARD, *lines])))
    assert {who for who, reasons in night.recalls if "taken_up" in reasons} == {"kept", "other", "ordered"}


def test_who_refuses_short_messages_is_recalled_from_what_is_written_behind_an_answer(night: Night, spark: SparkSession) -> None:
    contacts = frame(spark, MKT_CONTACT, CONTACTS.replace("| sms |", "| sms_tail |"))
    state = frame(spark, FB_CUSTOMER_STATE, f"{HEARD}\nkept | sms | {OWN} | | 2026-03-05 | ")
    night.run(earlier=contacts, state=state)
    assert ("kept", ["do_not_disturb"]) in night.recalls
    assert ("disturbed", ["do_not_disturb"]) in night.recalls


@pytest.mark.parametrize("state", ["paused", "closed"])
def test_a_scenario_that_is_no_longer_running_recalls_its_valid_rows(night: Night, state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = tuple(replace(of, state=state) if of.name == C10 else of for of in SCENARIOS)
    monkeypatch.setattr("jobs.publish.recall_contacts.SCENARIOS", ended)
    night.run()
    assert {who for who, reasons in night.recalls if "stopped" in reasons} == {*WHO}


def test_every_channel_can_write_its_recall() -> None:
    from jobs.publish.recall_contacts import form_of

    assert {form_of(channel).columns[0] for channel in CHANNELS.values()} <= {"number", "contact_id"}
