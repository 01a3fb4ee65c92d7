"""The pushes of labels: what each system reads back, whose number is released, and what a second run changes."""

import csv
import gzip
import hashlib
import io
import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from pyspark.sql import SparkSession

from expectations.channel import ListForm
from expectations.pushes import PUSHES
from expectations.tables.dws_label import DWS_LABEL
from expectations.tables.vault import VAULT_NUMBER, VAULT_READ
from features.library import CAR
from jobs.publish.outbox import MANIFEST, OK, PublishError
from jobs.publish.push_labels import not_made, push_labels
from jobs.runtime.lake import Lake
from jobs.runtime.settings import settings
from tests.frames import frame, token

ON = date(2026, 3, 4)
CUSTOMERS = """
    subscriber_id | state     | city | customer_tier
    gold          | active    | 9901 | gold
    points        | active    | 9902 | honoured
    plain         | active    | 9901 | ordinary
    quiet         | stopped   | 9901 | ordinary
    gone          | cancelled | 9901 | gold
    nameless      | active    | 9901 | silver
    blank         | active    | 9901 |
"""
LABELS = """
    subscriber_id | label_number | label_name      | grade | since_date | evidence              | advice
    gold          | 4            | 建议型客户        |       | 2026-03-01 | dissatisfied_replies_90d=3 | Care.
    gold          | 1            | 钻/金/银卡客户     | gold  | 2026-01-01 | card_level=gold       | Best, always.
    plain         | 6            | 家庭业务客户       |       | 2026-03-04 | family_size=3         | Offer family products.
    nameless      | 1            | 钻/金/银卡客户     | silver | 2026-01-01 | card_level=silver    | Best, always.
"""
NUMBERS = {"gold": "12900000001", "points": "12900000002", "plain": "12900000003", "quiet": "12900000004", "gone": "12900000005"}


class Night:
    """A night's home and labels."""

    def __init__(self, spark: SparkSession, home: Path) -> None:
        self.settings = settings({"CHUDIAN_HOME": str(home)})
        numbers = "\n".join(["subscriber_id | number", *(f"{who} | {number}" for who, number in NUMBERS.items())])
        self.frames = {
            "labels": frame(spark, DWS_LABEL, LABELS),
            "customers": frame(spark, CAR, CUSTOMERS),
            "numbers": frame(spark, VAULT_NUMBER, numbers),
            "lacking": {},
        }
        self.warnings: list[str] = []

    def run(self, families: frozenset[str] = frozenset(), **frames: object) -> None:
        lake = Lake(self.settings)
        lake.published = lambda *_: SimpleNamespace(lacks=families)  # type: ignore[method-assign, assignment, return-value]
        run = SimpleNamespace(
            on=ON,
            run_id="run",
            settings=self.settings,
            lake=lake,
            say=lambda *_, **__: None,
            told="",
            warnings=[],
            read=(self.frames | frames).__getitem__,
        )
        push_labels.call(run)
        self.warnings = run.warnings

    def folder(self, push: str) -> Path:
        return self.settings.outbox / push / "labels" / f"{ON}"

    def read_back(self, push: str) -> list[list[str]]:
        """All rows of a push as its system reads them: by the manifest alone, and only when it is complete."""
        folder = self.folder(push)
        assert (folder / OK).exists()
        manifest, found = json.loads((folder / MANIFEST).read_text("utf-8")), list[list[str]]()
        for entry in manifest["files"]:
            content = (folder / entry["file"]).read_bytes()
            assert (len(content), hashlib.sha256(content).hexdigest()) == (entry["bytes"], entry["sha256"])
            plain = gzip.decompress(content) if manifest["compression"] else content
            rows = list(csv.reader(io.StringIO(plain.decode(manifest["encoding"])), delimiter=manifest["delimiter"]))
            rows = rows[1:] if manifest["header"] else rows
            assert len(rows) == entry["rows"]
            found += rows
        return found


@pytest.fixture
def night(spark: SparkSession, tmp_path: Path) -> Night:
    return Night(spark, tmp_path)


def test_customer_service_reads_back_a_row_per_label_and_boss_one_per_customer(night: Night) -> None:
    night.run()
    gold = "hotline answered at once; own account manager in working hours; counter without a queue; SIM card replaced free"
    assert night.read_back("customer_service") == [
        ["12900000001", "9901", "gold", "金", gold, "1", "钻/金/银卡客户", "gold", "2026-01-01", "card_level=gold", "Best, always."],
        ["12900000001", "9901", "gold", "金", gold, "4", "建议型客户", "", "2026-03-01", "dissatisfied_replies_90d=3", "Care."],
        [
            *("12900000003", "9901", "ordinary", "普通", "hotline; counter"),
            *("6", "家庭业务客户", "", "2026-03-04", "family_size=3", "Offer family products."),
        ],
        ["12900000002", "9902", "honoured", "贵宾", "hotline with priority; SIM card replaced free", "", "", "", "", "", ""],
    ]
    assert night.read_back("boss") == [
        [
            *("12900000001", "9901", "gold", gold, "1=gold;4", "2026-01-01;2026-03-01"),
            *("card_level=gold;dissatisfied_replies_90d=3", "Best, always.;Care."),
        ],
        ["12900000002", "9902", "honoured", "hotline with priority; SIM card replaced free", "", "", "", ""],
        ["12900000003", "9901", "ordinary", "hotline; counter", "6", "2026-03-04", "family_size=3", "Offer family products."],
    ]
    assert sorted(path.name for path in night.folder("customer_service").iterdir()) == [
        OK,
        "9901_20260304.csv",
        "9902_20260304.csv",
        MANIFEST,
    ]
    assert night.warnings == ["1 customer(s) have no number in vault.number and are left out"]
    logged = Lake(night.settings).records.rows(VAULT_READ)
    assert sorted((row["command"], row["reason"], row["rows"], *row["fields"]) for row in logged) == [
        ("push_labels", "boss/labels", 3, "number"),
        ("push_labels", "customer_service/labels", 4, "number"),
    ]


def test_a_second_run_touches_no_file_and_a_changed_label_replaces_the_file(night: Night, spark: SparkSession) -> None:
    night.run()
    files = [path for path in night.settings.outbox.rglob("*") if path.is_file()]
    before = {path: (path.stat().st_ino, path.read_bytes()) for path in files}
    night.run()
    assert {path: (path.stat().st_ino, path.read_bytes()) for path in night.settings.outbox.rglob("*") if path.is_file()} == before
    night.run(labels=frame(spark, DWS_LABEL, "\n".join(LABELS.strip().splitlines()[:2])))
    assert [row[4] for row in night.read_back("boss")] == ["4", ""]


def test_a_system_without_the_permission_gets_tokens_and_no_release_is_logged(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    form = ListForm(columns=("subscriber_id", "labels"), file_name="labels.csv")
    monkeypatch.setitem(PUSHES, "boss", replace(PUSHES["boss"], may_have_numbers=False, form=form))
    night.run()
    assert night.read_back("boss") == [[token("gold"), "1=gold;4"], [token("points"), ""], [token("plain"), "6"]]
    assert [row["reason"] for row in Lake(night.settings).records.rows(VAULT_READ)] == ["customer_service/labels"]


def test_a_push_with_a_label_twice_loses_its_ok_and_the_other_is_written(night: Night, spark: SparkSession) -> None:
    night.run()
    doubled = frame(spark, DWS_LABEL, LABELS + "    plain | 6 | 家庭业务客户 | | 2026-03-04 | family_size=3 | Offer family products.\n")
    with pytest.raises(PublishError, match=r"customer_service: 1 row\(s\) repeat a rank of the file"):
        night.run(labels=doubled)
    assert not (night.folder("customer_service") / OK).exists()
    assert (night.folder("boss") / OK).exists()


def test_labels_that_could_not_be_made_are_named_in_the_manifest(night: Night) -> None:
    assert not_made(frozenset({"value"}), ()) == [8]
    assert not_made(frozenset({"profile"}), ()) == [1, 2, 3, 9]
    assert not_made(frozenset({"content"}), ()) == []
    assert not_made(frozenset({"recognition"}), ()) == [1, 2, 3, 4, 5, 6, 7, 8, 9]
    assert not_made(frozenset(), ["new_services_90d"]) == [5]
    night.run(families=frozenset({"value"}))
    manifest = json.loads((night.folder("boss") / MANIFEST).read_text("utf-8"))
    assert (manifest["labels_not_made"], manifest["has_tiers"]) == ([8], True)
    night.run(families=frozenset({"profile"}), lacking={"customer_tier": "the tags of profile are missing tonight"})
    assert json.loads((night.folder("boss") / MANIFEST).read_text("utf-8"))["has_tiers"] is False
    assert night.warnings[0] == "labels 1, 2, 3, 9 were not made tonight; the manifests name them"


def test_files_of_nights_that_no_system_reads_any_more_are_removed(night: Night) -> None:
    for name in ("2026-02-24", "2026-02-25", "2026-03-05"):
        (night.folder("boss").parent / name).mkdir(parents=True)
    night.run()
    assert sorted(folder.name for folder in night.folder("boss").parent.iterdir()) == ["2026-02-25", "2026-03-04", "2026-03-05"]
