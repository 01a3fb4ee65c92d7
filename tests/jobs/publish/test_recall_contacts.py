"""Recalls: whose contact a channel must not make any more, and what it reads of that."""

import json
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

from expectations.channels import CHANNELS
from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from expectations.tables.dwd_subscription_interval import DWD_SUBSCRIPTION_INTERVAL
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


def test_every_channel_can_write_its_recall() -> None:
    from jobs.publish.recall_contacts import form_of

    assert {form_of(channel).columns[0] for channel in CHANNELS.values()} <= {"number", "contact_id"}
