"""The lists of a night: what is decided is written once, and what was written is a contact."""

import hashlib
import json
import os
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

from expectations.channel import UNKNOWN_ENTRANTS
from expectations.tables.mkt_contact import MKT_CONTACT
from expectations.tables.ods_channel import ODS_CHANNEL
from expectations.tables.ods_external_contact import DWD_EXTERNAL_CONTACT
from expectations.tables.ods_feedback import DWD_FEEDBACK
from expectations.tables.ods_org import ODS_ORG
from expectations.tables.ods_product import ODS_PRODUCT
from expectations.tables.ods_resource import ODS_RESOURCE
from expectations.tables.vault import VAULT_NUMBER, VAULT_PERSON
from jobs.publish import publish_lists as publishing
from jobs.publish.outbox import MANIFEST, OK, WRITING
from jobs.publish.publish_lists import PublishError, publish_lists
from jobs.publish.unknown_entrants import default_offers
from jobs.runtime.lake import Lake
from jobs.runtime.records import now
from jobs.runtime.settings import settings
from tests.frames import frame, role, rows, token

ON = date(2026, 3, 4)
C10, C11 = "c10_data_without_plan", "c11_idle_data_without_pack"
DECISIONS = """
    who   | scenario | step  | city | stage   | offer | resource | channel  | mode    | rank
    one   | c10      | wave1 | 9901 | listed  | dp010 | credit_5 | sms      | active  | 1
    two   | c10      | wave1 | 9901 | listed  | dp020 | credit_5 | sms      | active  | 4
    three | c10      | wave1 | 9902 | listed  | dp010 |          | sms      | active  | 2
    four  | c10      | wave1 | 9901 | listed  | dp010 | credit_5 | crm      | passive | 3
    five  | c10      | wave1 | 9901 | held_out | dp010 | credit_5 | sms     | active  | 5
    one   | c11      | wave2 | 9901 | listed  | ip005 | credit_5 | web_hall | passive | 1
"""
NUMBERS = {"one": "12900000001", "two": "12900000002", "three": "12900000003", "four": "12900000004", "five": "12900000005"}
SMS_1 = f"sms/{C10}/wave1/{ON}"
DDL = (
    "scenario STRING, step STRING, subscriber_id STRING, city STRING, county STRING, stage STRING, offer STRING, resource STRING, "
    "channel STRING, mode STRING, figures MAP<STRING, BIGINT>, reduced_fen BIGINT, rank INT, message STRING, business_date DATE"
)


def decided(spark: SparkSession, text: str) -> DataFrame:
    """Decisions with a message and a saving of 5 fen for each of their ranks."""
    header, *lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    found = []
    for line in lines:
        row = dict(zip(header, (cell or None for cell in line), strict=True))
        rank, scenario = int(row["rank"] or 0), {"c10": C10, "c11": C11}.get(row["scenario"] or "", row["scenario"])
        figures = {"saving_fen": 5 * rank, "bill_change_fen": -5 * rank}
        own = (scenario, row["step"], token(row["who"] or ""), row["city"], f"{row['city']}01", row["stage"], row["offer"], row["resource"])
        found.append((*own, row["channel"], row["mode"], figures, 100 - rank, rank, f"message {rank}", ON))
    return spark.createDataFrame(found, DDL)


def contact(who: str, step: str = f"{C10}:wave1") -> str:
    """The id of a contact: what a channel's feedback returns."""
    return hashlib.sha256(f"{ON}:{step}:{token(who)}".encode()).hexdigest()[:32]


class Night:
    """A night's decisions and catalogues, and the runs of publish_lists on them."""

    def __init__(self, spark: SparkSession, home: Path) -> None:
        self.spark, self.settings = spark, settings({"CHUDIAN_HOME": str(home)})
        self.outbox = self.settings.outbox
        self.steps: list[str] = []
        self.contacts: list[tuple] = []
        self.warnings: list[str] = []
        self.runs, self.is_recorded = 0, False  # recorded: as publications, by which the held lists of the newest run are known
        since = "2020-01-01"
        catalogue = f"product | product_name | valid_from\ndp010 | 10元 | {since}\ndp020 | 20元 | {since}\nip005 | 闲时包 | {since}"
        self.frames = {
            "numbers": self.numbers(NUMBERS),
            "persons": frame(spark, VAULT_PERSON, "subscriber_id | manager_name | manager_phone\none | 王经理 | 12900000099"),
            "cities": frame(spark, ODS_ORG, f"city | county | valid_from\n9901 | 990101 | {since}\n9903 | 990301 | {since}"),
            "products": frame(spark, ODS_PRODUCT, catalogue),
            "channels": frame(spark, ODS_CHANNEL, f"channel | mode | valid_from\nsms | active | {since}"),
            "earlier": MKT_CONTACT.empty(spark),
            "feedback": DWD_FEEDBACK.empty(spark),
            "others": DWD_EXTERNAL_CONTACT.empty(spark),
            "resources": frame(spark, ODS_RESOURCE, f"resource | resource_name | valid_from\ncredit_5 | 5元话费 | {since}"),
        }

    def numbers(self, of: dict[str, str]) -> DataFrame:
        return frame(self.spark, VAULT_NUMBER, "\n".join(["subscriber_id | number", *(f"{who} | {number}" for who, number in of.items())]))

    def run(self, decisions: str = DECISIONS, **frames: DataFrame) -> None:
        """Publish these decisions; what is published to mkt.contact is kept, and the warnings of the run."""
        read = {"decisions": decided(self.spark, decisions), **self.frames, **frames}
        self.runs, self.warnings, lake, run_id = self.runs + 1, [], Lake(self.settings), f"run {self.runs + 1}"

        def publish(table: Any, found: DataFrame) -> None:
            self.contacts = rows(MKT_CONTACT.conform(found))
            if self.is_recorded:
                lake.publications.record(table, [{"business_date": ON, "rows": 1, "job": "publish_lists", "run_id": run_id}])

        def say(step: str, **_: Any) -> None:
            self.steps.append(step)

        told = {"on": ON, "run_id": run_id, "started_at": now(), "settings": self.settings, "lake": lake, "spark": self.spark}
        done = {"say": say, "warnings": self.warnings, "publish": publish, "read": read.__getitem__}
        publish_lists.call(SimpleNamespace(**told, **done))

    def refusal(self, decisions: str = DECISIONS, **frames: DataFrame) -> str:
        with pytest.raises(PublishError) as refused:
            self.run(decisions, **frames)
        return str(refused.value)

    def files(self) -> dict[str, bytes]:
        return {str(path.relative_to(self.outbox)): path.read_bytes() for path in sorted(self.outbox.rglob("*")) if path.is_file()}

    def manifest(self, place: str) -> dict[str, Any]:
        return json.loads((self.outbox / place / MANIFEST).read_text("utf-8"))

    def contacted(self) -> set[tuple[str, ...]]:
        """Channel, step and role of every contact."""
        names = [column.name for column in MKT_CONTACT.columns]
        found = [dict(zip(names, contact, strict=True)) for contact in self.contacts]
        return {(contact["channel"], contact["step"], role(contact["subscriber_id"])) for contact in found}


@pytest.fixture
def night(spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Night:
    """A night whose scenarios offer nothing to customers who are in no list."""
    monkeypatch.setattr(publishing, "default_offers", lambda _: [])
    return Night(spark, tmp_path)


ALL = {("sms", "wave1", "one"), ("sms", "wave1", "two"), ("sms", "wave1", "three"), ("crm", "wave1", "four"), ("web_hall", "wave2", "one")}


def test_a_list_has_one_file_per_city_in_the_order_of_ranks_below_channel_scenario_step_and_date(night: Night) -> None:
    night.run()
    files = night.files()
    crm, web = f"crm/{C10}/wave1/{ON}", f"web_hall/{C11}/wave2/{ON}"
    assert files.keys() == {
        *(f"{SMS_1}/{name}" for name in ("9901.csv", "9902.csv", MANIFEST, OK)),
        *(f"{crm}/{name}" for name in ("9901.csv", MANIFEST, OK)),
        *(f"{web}/{name}" for name in ("9901.gz", MANIFEST, OK)),
    }
    assert files[f"{SMS_1}/9901.csv"].decode("gb18030").splitlines() == [
        "rank|number|contact_id|product|message",
        f"1|12900000001|{contact('one')}|dp010|message 1",
        f"4|12900000002|{contact('two')}|dp020|message 4",
    ]
    assert files[f"{crm}/9901.csv"].decode() == (
        "rank,number,contact_id,scenario,product,product_name,resource,resource_name,place,reason,saving_fen,bill_change_fen,message\n"
        f"3,12900000004,{contact('four')},{C10},dp010,10元,credit_5,5元话费,1,"
        '"有流量无流量套餐客户营销,预计每月省0.15元",15,-15,message 3\n'
    )
    told = night.manifest(SMS_1)
    assert [(entry["city"], entry["file"], entry["rows"]) for entry in told["files"]] == [
        ("9901", "9901.csv", 2),
        ("9902", "9902.csv", 1),
        ("9903", None, 0),
    ]
    assert (told["owner"], told["level"], told["feedback_by"]) == ("data-business", "province", "2026-03-09")
    assert (told["step"], told["valid_from"], told["valid_to"], told["publish_by"]) == ("wave1", "2026-03-05", "2026-03-09", "08:00")
    assert [(told["send_from"], told["send_until"]) for told in map(night.manifest, (SMS_1, crm))] == [("09:00", "20:00"), (None, None)]
    assert night.steps[0] == "lists written"
    assert night.steps.count("before ok") == 3


def test_a_counter_gets_an_offer_per_county_for_customers_who_are_in_no_list(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "default_offers", default_offers)
    resources = frame(night.spark, ODS_RESOURCE, "resource | resource_name | valid_from\ndata_300m | 300M流量 | 2020-01-01")
    night.run("\n".join(DECISIONS.splitlines()[:2]), resources=resources)
    place = f"crm/c13_new_customer/entry/{ON}"
    words = "欢迎入网!您可到营业厅体验流量使用培训,办理10元,即赠300M流量。"
    assert night.files()[f"{place}/{UNKNOWN_ENTRANTS}"].decode().splitlines() == [
        "county,scenario,step,product,product_name,resource,resource_name,message",
        f'990101,c13_new_customer,entry,dp010,10元,data_300m,300M流量,"{words}"',
        f'990301,c13_new_customer,entry,dp010,10元,data_300m,300M流量,"{words}"',
    ]
    told = night.manifest(place)
    assert (told["unknown_entrants"]["file"], told["unknown_entrants"]["rows"]) == (UNKNOWN_ENTRANTS, 2)
    assert told["unknown_entrants"]["entered_after"] == f"{ON}", "who joined earlier and is in no list is held out or excluded"
    assert night.contacts == []
    renamed = frame(night.spark, ODS_RESOURCE, "resource | resource_name | valid_from\ndata_300m | 300兆 | 2020-01-01")
    night.run("\n".join(DECISIONS.splitlines()[:2]), resources=renamed)
    assert night.manifest(place)["run_id"] != told["run_id"], "a channel imports what has another run_id"
    nothing = frame(night.spark, ODS_RESOURCE, "resource | resource_name | valid_from")
    assert "unknown entrants are given data_300m, which the resource catalogue does not name" in night.refusal(
        "\n".join(DECISIONS.splitlines()[:2]), resources=nothing
    )
    without = frame(night.spark, ODS_PRODUCT, "product | product_name | valid_from")
    assert "unknown entrants are offered dp010, which the product catalogue does not name" in night.refusal(
        "\n".join(DECISIONS.splitlines()[:2]), resources=resources, products=without
    )


def test_a_contact_is_a_row_of_a_list_and_a_rerun_gives_the_same_rows_and_touches_no_file(night: Night) -> None:
    night.run()
    assert night.contacted() == ALL
    by_name = [dict(zip((column.name for column in MKT_CONTACT.columns), contact, strict=True)) for contact in night.contacts]
    (third,) = [contact for contact in by_name if contact["rank"] == 2]
    assert len({contact["contact_id"] for contact in by_name}) == len(by_name)
    assert len(third.pop("contact_id")) == 32
    assert third == {
        **{"scenario": C10, "step": "wave1", "subscriber_id": "three", "city": "9902", "channel": "sms", "mode": "active"},
        **{
            "offer": "dp010",
            "resource": None,
            "file": f"{SMS_1}/9902.csv",
            "rank": 2,
            "valid_from": date(2026, 3, 5),
            "valid_to": date(2026, 3, 9),
        },
        "business_date": ON,
    }
    before, written = night.contacts, {path: path.stat().st_mtime_ns for path in night.outbox.rglob("*")}
    night.run()
    assert night.contacts == before
    assert {path: path.stat().st_mtime_ns for path in night.outbox.rglob("*") if path != night.outbox} == {
        path: at for path, at in written.items() if path != night.outbox
    }


def test_a_list_that_the_night_no_longer_has_is_withdrawn_and_nobody_on_it_is_a_contact(night: Night) -> None:
    night.run()
    without_crm = "\n".join(line for line in DECISIONS.splitlines() if "crm" not in line)
    night.run(without_crm)
    assert not [name for name in night.files() if name.startswith("crm/")]
    assert night.contacted() == {contact for contact in ALL if contact[0] != "crm"}
    night.run("\n".join(DECISIONS.splitlines()[:2]))
    assert (night.files(), night.contacts) == ({}, [])


OTHERS = {contact for contact in ALL if contact[0] != "sms"}


def test_a_row_without_a_number_holds_its_list_back_by_name_and_no_other(night: Night) -> None:
    night.run()
    told = night.refusal(numbers=night.numbers({who: number for who, number in NUMBERS.items() if who != "two"}))
    assert f"sms/{C10}/wave1: 1 row(s) have no number in vault.number" in told
    assert "crm" not in told
    assert "12900" not in told
    assert night.contacted() == OTHERS
    assert f"{SMS_1}/{OK}" not in night.files(), "the list of the run before is not the night's"
    assert f"crm/{C10}/wave1/{ON}/{OK}" in night.files()
    night.run()
    assert night.contacted() == ALL


def test_a_product_that_no_catalogue_names_and_a_number_that_is_there_twice_are_named(night: Night) -> None:
    one_number_more = night.frames["numbers"].union(night.numbers({"one": "12900000009"}))
    told = night.refusal(DECISIONS.replace("dp020", "dp999"), numbers=one_number_more)
    assert "1 row(s) offer a product or a resource that the catalogues do not name on the day of import" in told
    assert f"sms/{C10}/wave1: 1 row(s) repeat a rank of the file" in told
    assert f"web_hall/{C11}/wave2: 1 row(s) repeat a rank of the file" in told
    assert night.contacted() == {("crm", "wave1", "four")}


def test_an_undeclared_mode_channel_or_scenario_holds_its_list_back_by_name(night: Night) -> None:
    changed = DECISIONS.replace("crm      | passive", "crm      | active").replace("web_hall", "pigeon")
    told = night.refusal(changed + "    six | c99 | wave1 | 9901 | listed | dp010 | | sms | active | 1\n")
    assert f"crm/{C10}/wave1: 1 row(s) have a mode that the channel does not declare" in told
    assert f"pigeon/{C11}/wave2: the channel has no file in expectations/channels/" in told
    assert "sms/c99/wave1: the scenario has no file in scenarios/library/" in told
    assert night.contacted() == {contact for contact in ALL if contact[0] == "sms"}


def test_a_list_whose_ok_cannot_be_written_makes_no_contacts_and_the_others_do(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    real = publishing.place

    def full(folder: Path, *arguments: Any) -> None:
        if "sms" in folder.parts:
            raise OSError(28, os.strerror(28), str(folder / "9901.csv"))
        real(folder, *arguments)

    monkeypatch.setattr(publishing, "place", full)
    assert "No space left on device" in night.refusal()
    assert night.contacted() == OTHERS


def test_what_tasks_wrote_and_no_list_took_is_removed_also_what_a_killed_run_left(night: Night) -> None:
    left = night.outbox / WRITING / "2026-03-03" / "7-0"
    left.parent.mkdir(parents=True)
    left.write_text("12900000001")
    night.refusal(numbers=night.numbers({}))
    assert not (night.outbox / WRITING).exists()
    assert night.contacts == []


def test_an_outbox_that_is_no_folder_is_named_and_nobody_is_a_contact(night: Night) -> None:
    night.outbox.parent.mkdir(parents=True, exist_ok=True)
    night.outbox.write_text("")
    told = night.refusal()
    assert f"The outbox {night.outbox}:" in told
    assert "Not a directory" in told
