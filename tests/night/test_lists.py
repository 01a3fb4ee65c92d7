"""What channels import, read back as its manifest says, is what was decided, and each row has its own subscriber's number."""

import csv
import gzip
import hashlib
import io
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from expectations.channels import CHANNELS
from expectations.tables.mkt_candidate import MKT_CANDIDATE
from expectations.tables.mkt_contact import MKT_CONTACT
from expectations.tables.mkt_decision import MKT_DECISION, STAGES
from jobs.runtime.reads import Snapshot
from scenarios.library import SCENARIOS
from tests.night.homes import NIGHT, runner_of
from tests.night.oracle import Oracle, token


class Row(NamedTuple):
    """A listed row: in which file it stands, and what that file or the decision says of it."""

    channel: str
    scenario: str
    step: str
    city: str
    subscriber: str
    rank: int
    product: str
    message: str


@pytest.fixture(scope="module")
def manifests(after_night: Path) -> dict[Path, dict[str, Any]]:
    """Folder -> manifest of every list of D."""
    return {path.parent: json.loads(path.read_text("utf-8")) for path in (after_night / "outbox").glob(f"*/*/*/{NIGHT}/manifest.json")}


def cells_of(file: Path, manifest: dict[str, Any]) -> list[dict[str, str]]:
    """The rows of a list file, by what its manifest says of delimiter, encoding, compression and columns."""
    content = file.read_bytes()
    plain = gzip.decompress(content) if manifest["compression"] == "gz" else content
    header, *lines = csv.reader(io.StringIO(plain.decode(manifest["encoding"]), newline=""), delimiter=manifest["delimiter"])
    assert header == [*CHANNELS[manifest["channel"]].form.first_line]
    return [dict(zip(manifest["columns"], line, strict=True)) for line in lines]


def files_in(manifests: dict[Path, dict[str, Any]]) -> list[tuple[Path, dict[str, Any], dict[str, Any], list[dict[str, str]]]]:
    """(file, manifest, the manifest's entry, rows) of every list file."""
    return [
        (folder / entry["file"], manifest, entry, cells_of(folder / entry["file"], manifest))
        for folder, manifest in manifests.items()
        for entry in manifest["files"]
        if entry["file"]
    ]


def test_each_listed_row_stands_once_in_the_file_of_its_city_with_its_own_number_and_no_other_does(
    after_night: Path, manifests: dict[Path, dict[str, Any]], oracle: Oracle
) -> None:
    """Whose a number is, the operator's own extract says: of a recycled one the holder that is not over."""
    people = oracle.subscribers()
    holder = people[oracle.is_live(people)].set_index("MSISDN").USER_ID
    assert holder.index.is_unique
    listed = [
        Row(
            *(*file.parts[-5:-2], file.name.split(".")[0]),
            token(oracle.key, "user", holder[cells["number"]]),
            *(int(cells["rank"]), cells["product"], cells["message"]),
        )
        for file, manifest, _, rows in files_in(manifests)
        for cells in rows
    ]
    decided = runner_of(after_night).lake.read(Snapshot(MKT_DECISION), NIGHT).where("stage = 'listed'").collect()
    assert sorted(listed) == sorted(
        Row(row.channel, row.scenario, row.step, row.city, row.subscriber_id, row["rank"], row.offer, row.message) for row in decided
    )
    assert len({row.city for row in listed}) > 3
    assert len({(row.channel, row.scenario) for row in listed}) > 2


def test_each_row_of_a_list_is_a_contact_and_no_other_is(after_night: Path, manifests: dict[Path, dict[str, Any]], oracle: Oracle) -> None:
    people = oracle.subscribers()
    holder = people[oracle.is_live(people)].set_index("MSISDN").USER_ID
    outbox = after_night / "outbox"
    in_files = [
        (str(file.relative_to(outbox)), int(cells["rank"]), token(oracle.key, "user", holder[cells["number"]]), cells["product"])
        for file, _, _, rows in files_in(manifests)
        for cells in rows
    ]
    contacts = runner_of(after_night).lake.read(Snapshot(MKT_CONTACT), NIGHT).collect()
    assert sorted(in_files) == sorted((row.file, row["rank"], row.subscriber_id, row.offer) for row in contacts)
    assert all(row.file.startswith(f"{row.channel}/{row.scenario}/{row.step}/{NIGHT}/") for row in contacts)
    assert len({row.contact_id for row in contacts}) == len(contacts) > 10


def test_of_each_scenario_and_county_the_audience_is_the_sum_of_its_ends(after_night: Path) -> None:
    lake = runner_of(after_night).lake
    asked = lake.read(Snapshot(MKT_CANDIDATE), NIGHT).select("scenario", "step", "county", "subscriber_id").distinct()
    audience = {row[:3]: row["count"] for row in asked.groupBy("scenario", "step", "county").count().collect()}
    decided = lake.read(Snapshot(MKT_DECISION), NIGHT)
    ends = {row[:3]: row["count"] for row in decided.where(f"stage IN {STAGES}").groupBy("scenario", "step", "county").count().collect()}
    assert audience == ends
    held = decided.where("stage = 'listed'").select("scenario", "step", "county", "subscriber_id")
    sent = lake.read(Snapshot(MKT_CONTACT), NIGHT).join(held, ["scenario", "step", "subscriber_id"])
    by_county = {row[:3]: row["count"] for row in sent.groupBy("scenario", "step", "county").count().collect()}
    assert by_county == {row[:3]: row["count"] for row in held.groupBy("scenario", "step", "county").count().collect()}


def test_rows_of_a_file_stand_in_the_order_of_their_ranks(manifests: dict[Path, dict[str, Any]]) -> None:
    places = [[int(cells["rank"]) for cells in rows] for *_, rows in files_in(manifests)]
    assert places == [sorted(set(ranks)) for ranks in places]
    assert max(map(len, places)) > 2


def test_a_manifest_lists_every_city_and_is_true_of_every_file(manifests: dict[Path, dict[str, Any]], oracle: Oracle) -> None:
    org, today = oracle.catalogue("org"), f"{NIGHT:%Y%m%d}"
    cities = sorted(set(org[(today >= org.VALID_FROM) & ((org.VALID_TO == "") | (today < org.VALID_TO))].CITY_CODE))
    for folder, manifest in manifests.items():
        assert [entry["city"] for entry in manifest["files"]] == cities, folder
        told = {entry["file"]: entry for entry in manifest["files"] if entry["file"]}
        default = manifest["unknown_entrants"]
        beside = {default["file"]} if default else set()
        assert {path.name for path in folder.iterdir()} == {*told, *beside, "manifest.json", ".ok"}
        for name in beside:
            assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == default["sha256"]
        assert [entry for entry in manifest["files"] if not entry["file"]] == [
            {"city": city, "file": None, "rows": 0} for city in cities if city not in {entry["city"] for entry in told.values()}
        ]
    for file, _, entry, rows in files_in(manifests):
        content = file.read_bytes()
        is_so = {"rows": len(rows), "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        assert {name: entry[name] for name in is_so} == is_so, file
        assert file.name.split(".")[0] == entry["city"]
    entries = [entry for manifest in manifests.values() for entry in manifest["files"]]
    assert {bool(entry["file"]) for entry in entries} == {True, False}, "no city is empty, so nothing would show that one is told"


def test_a_list_is_for_the_day_after_the_night_and_for_as_many_days_as_its_scenario_says(manifests: dict[Path, dict[str, Any]]) -> None:
    days = {scenario.name: scenario.timing.valid_days for scenario in SCENARIOS}
    assert manifests
    for folder, manifest in manifests.items():
        channel, scenario, step, on = folder.parts[-4:]
        assert [manifest[name] for name in ("channel", "scenario", "step", "business_date")] == [channel, scenario, step, on]
        first, last = date.fromisoformat(manifest["valid_from"]), date.fromisoformat(manifest["valid_to"])
        assert first == NIGHT + timedelta(days=1)
        assert (last - first).days + 1 == days[scenario], "the first and the last day both count"
