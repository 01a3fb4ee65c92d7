"""Each kind of dirt alone: receive does with the delivery what the truth says, and the right one follows where that is said."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest
from pyspark.sql import SparkSession

from expectations.feeds import FEEDS
from jobs.receive.complete import strays
from jobs.receive.deliveries import Delivery, deliveries
from jobs.receive.parse import parsed
from jobs.receive.repeats import marked
from jobs.receive.weighing import Band, sorted_out
from simulator.chance import Chance
from simulator.dirt import BAD_WEEK, KINDS, Dirt, read_fault
from simulator.errors import SimulatorError
from simulator.files import Files
from simulator.history import live_up_to, simulate
from simulator.truth import province_in
from tests.simulator.landing import SMALL, contents

NIGHT, NEXT = SMALL.night, SMALL.night + timedelta(days=1)
# A feed that the kind suits, and what receive says about the delivery.
REFUSED = {
    "cut": ("boss_subscriber", "cannot be unpacked"),
    "wrong count": ("boss_usage", "rows by the check file, got"),
    "wrong date": ("location", "data date 20260303, the name says 20260304"),
    "future date": ("wap_log", "data date 2026-03-05; expected"),
    "renamed": ("crm_customer", "is in the check file but not in the folder"),
    "empty": ("boss_usage", "the delivery is empty"),
    "padded": ("channel_visit", "zeros follow the end of the gzip"),
    "encoding": ("crm_customer", "expected encoding gb18030, the content is utf-8"),
    "header": ("platform_usage", "the header lacks STAT_DATE, without which no row can be loaded"),
}


@pytest.fixture
def landing(home: Path, tmp_path: Path) -> Iterator[Path]:
    """The last days of the small province, to be soiled."""
    folder = tmp_path / "landing"
    for day in [NIGHT - timedelta(days=back) for back in range(7)]:
        shutil.copytree(home / "landing" / f"{day}", folder / f"{day}")
    yield folder
    shutil.rmtree(folder)


def soil(landing: Path, kind: str, name: str) -> None:
    (soiled,) = Dirt(Chance(7), ((kind, 1000),)).soil(Files(landing, FEEDS[name], NIGHT, NIGHT))
    assert soiled.kind == kind


def came(landing: Path, name: str, night: date = NIGHT) -> list[Delivery]:
    return list(deliveries(FEEDS[name], landing, night, night))


def right(landing: Path, name: str) -> Delivery:
    (delivery,) = came(landing, name)
    assert delivery.faults == ()
    return delivery


@pytest.mark.parametrize("kind", REFUSED)
def test_a_spoilt_delivery_is_refused_for_what_was_done_to_it_and_comes_again_whole(landing: Path, kind: str) -> None:
    name, said = REFUSED[kind]
    before = right(landing, name)
    soil(landing, kind, name)
    (spoilt,) = came(landing, name)
    assert said in " ".join(spoilt.faults)
    (again,) = came(landing, name, NEXT)
    assert (again.load_id, again.rows, again.sequence, again.faults) == (before.load_id, before.rows, 2, ())
    assert (KINDS[kind].outcome, KINDS[kind].is_sent_again) == ("refused", True)


def test_a_late_delivery_comes_with_the_next_night_and_one_that_is_missing_never(landing: Path) -> None:
    before = right(landing, "boss_usage")
    soil(landing, "late", "boss_usage")
    (late,) = came(landing, "boss_usage", NEXT)
    assert (late.load_id, late.data_date, late.sequence, late.faults) == (before.load_id, NIGHT, 1, ())
    soil(landing, "missing day", "location")
    assert not came(landing, "boss_usage") + came(landing, "location") + came(landing, "location", NEXT)


def test_without_its_check_file_a_delivery_waits(landing: Path) -> None:
    soil(landing, "no check file", "boss_usage")
    assert not came(landing, "boss_usage")
    assert strays(FEEDS["boss_usage"], landing, NIGHT, NIGHT) == ["2026-03-04/boss_usage/boss_usage_20260304_01_001.txt.gz"]
    assert came(landing, "boss_usage", NEXT)[0].faults == ()


def test_a_correction_is_loaded_after_the_wrong_delivery_and_the_same_content_is_a_duplicate(landing: Path) -> None:
    before = right(landing, "boss_usage")
    for kind, name, expected in (("corrected", "boss_usage", ["loaded", "loaded"]), ("repeated", "wap_log", ["loaded", "duplicate"])):
        soil(landing, kind, name)
        found = came(landing, name) + came(landing, name, NEXT)
        assert [outcome.state for outcome in sorted_out(found, {}, Band.of(FEEDS[name], [], set()))] == expected
    first, second = came(landing, "boss_usage") + came(landing, "boss_usage", NEXT)
    assert (second.load_id, second.rows) == (before.load_id, before.rows)
    assert 0 < (before.rows or 0) - (first.rows or 0) < 10


def test_a_delivery_with_a_tenth_of_its_rows_is_held(landing: Path) -> None:
    soil(landing, "far off volume", "boss_subscriber")
    found = [one for back in range(6, -1, -1) for one in came(landing, "boss_subscriber", NIGHT - timedelta(days=back))]
    outcomes = sorted_out(found, {}, Band.of(FEEDS["boss_subscriber"], [], set()))
    assert [outcome.state for outcome in outcomes] == ["loaded"] * 6 + ["held"]


@pytest.mark.parametrize(("kind", "name"), [("members", "boss_usage"), ("windows", "crm_customer"), ("new column", "platform_usage")])
def test_what_is_only_unusual_is_accepted_with_all_its_rows(landing: Path, kind: str, name: str) -> None:
    before = right(landing, name)
    soil(landing, kind, name)
    after = right(landing, name)
    assert after.rows == before.rows
    assert after.load_id != before.load_id
    assert after.drift == (["new column NEW_COLUMN is ignored; declare it as a field to use it"] if kind == "new column" else [])


def test_rows_that_are_broken_or_there_twice_are_told_apart_from_the_others(spark: SparkSession, landing: Path, tmp_path: Path) -> None:
    (tmp_path / "token.key").write_bytes(b"k" * 32)
    for kind, name, share in (("bad rows", "boss_usage", 0.2), ("twice", "crm_customer", 0.024), ("windows", "boss_subscriber", 0)):
        soil(landing, kind, name)
        feed, delivery = FEEDS[name], right(landing, name)
        found = marked(feed, parsed(spark, feed, [delivery], tmp_path / "token.key")).where("reasons IS NOT NULL")
        kept_back = found.where("size(reasons) > 0").count()
        assert kept_back / (delivery.rows or 0) == pytest.approx(share, abs=0.005), kind
        refused = kept_back * 1000 > (delivery.rows or 0) * feed.bad_per_mille
        assert refused == (KINDS[kind].outcome == "refused")


def test_every_kind_is_tested_alone() -> None:
    accepted = {"late", "missing day", "no check file", "corrected", "repeated", "far off volume", "members", "windows", "new column"}
    assert {*REFUSED, *accepted, "bad rows", "twice"} == set(KINDS)


def test_the_readme_has_every_kind_of_dirt_and_what_becomes_of_it() -> None:
    page = (Path(__file__).parents[2] / "simulator" / "README.md").read_text("utf-8")
    for name, kind in KINDS.items():
        assert f"| {name} | {kind.meaning} | {kind.outcome} | {'yes' if kind.is_sent_again else ''} |" in page


WEEK = replace(SMALL, history_days=20, bill_months=1, faults=BAD_WEEK, bad_week=SMALL.night - timedelta(days=5))


def test_a_bad_week_is_the_same_again_and_in_other_chunks_and_goes_on_after_the_night(tmp_path: Path) -> None:
    for name, province in (("one", WEEK), ("two", WEEK), ("pieces", replace(WEEK, chunk=70))):
        simulate(province, tmp_path / name)
        assert province_in(tmp_path / name) == province
        live_up_to(province, tmp_path / name, SMALL.night + timedelta(days=2))
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    told = {name: (tmp_path / name / "truth" / "planted_dirt.csv").read_text("utf-8") for name in ("one", "pieces")}
    assert told["one"] == told["pieces"]
    planted = pd.concat(pd.read_csv(file) for file in sorted((tmp_path / "one" / "truth").glob("planted_dirt*.csv")))
    assert planted["known_on"].between("2026-02-27", "2026-03-05").all(), "the seventh day is one after the night"
    assert planted["known_on"].max() == "2026-03-05"
    assert len(set(planted["kind"])) > 5


def test_a_late_delivery_of_a_later_day_does_not_keep_the_next_day_from_being_written(tmp_path: Path) -> None:
    province = replace(SMALL, subscribers=60, history_days=3, bill_months=1, faults=(("late", 1000),), bad_week=NEXT)
    simulate(province, tmp_path)
    for day in (1, 2):
        live_up_to(province, tmp_path, SMALL.night + timedelta(days=day))
    names = {path.name for path in (tmp_path / "landing" / "2026-03-06" / "boss_usage").glob("*.chk")}
    assert names == {"boss_usage_20260305_01.chk"}
    assert (tmp_path / "landing" / "2026-03-07" / "boss_usage" / "boss_usage_20260306_01.chk").exists()


def test_wrong_dirt_is_refused_with_the_kinds_that_there_are() -> None:
    assert (read_fault("late=150"), read_fault("no check file")) == (("late", 150), ("no check file", 200))
    with pytest.raises(SimulatorError, match="per mille, like late=150"):
        read_fault("late=often")
    with pytest.raises(SimulatorError, match=r"fault wet is unknown, expected late, .*more than 1000 per mille"):
        replace(SMALL, faults=(("wet", 900), ("late", 101)))
    with pytest.raises(SimulatorError, match="bad_week without faults"):
        replace(SMALL, bad_week=NIGHT)
