"""Which earlier nights a job refines tonight: those whose rows were not refined, or were with an extract that is corrected tonight."""

from datetime import date, timedelta
from pathlib import Path

from expectations.tables.dwd_location import DWD_LOCATION
from expectations.tables.ods_location import ODS_LOCATION
from expectations.tables.ops import OPS_LOAD
from jobs.refine.resolve_more import resolve_location
from jobs.runtime.gaps import to_refine
from jobs.runtime.lake import Lake
from jobs.runtime.loads import feeds_of
from jobs.runtime.settings import settings

D = date(2026, 3, 25)
BEFORE, AFTER = D - timedelta(days=1), D + timedelta(days=1)
(PLACES,) = feeds_of(ODS_LOCATION)
S1 = "boss_subscriber"
CORRECTED, NOT_REFINED = "a full extract that it reads was corrected", "it could not be refined that night"


def lake_of(home: Path, loads: list[tuple[str, date, date]], *, refined: bool = True) -> Lake:
    """A home with these loads: feed, event date, known on. The places among them are refined, or not."""
    lake = Lake(settings({"CHUDIAN_HOME": f"{home}"}))
    told = {"scope": "", "sequence": 1, "state": "loaded", "files": 1, "rows_loaded": 1, "rows_quarantined": 0}
    named = [
        {"feed": feed, "event_date": day, "data_date": day, "known_on": known_on, "load_id": f"{at}"}
        for at, (feed, day, known_on) in enumerate(loads)
    ]
    lake.records.append(OPS_LOAD, [told | one for one in named])
    made = {"business_date": D, "job": "resolve_location", "run_id": "one", "rows": 1}
    places = [
        made | {name: one[name] for name in ("event_date", "known_on", "feed")} | {"loads": [one["load_id"]]}
        for one in named
        if one["feed"] == PLACES
    ]
    if refined:
        lake.publications.record(DWD_LOCATION, places)
    return lake


def test_only_the_nights_that_read_a_corrected_extract_are_refined_again(tmp_path: Path) -> None:
    nights = [(feed, day, day) for feed in (PLACES, S1) for day in (BEFORE, D, AFTER)]
    lake = lake_of(tmp_path, [*nights, (S1, D, AFTER)])
    assert to_refine(lake, resolve_location, AFTER) == {D: CORRECTED}
    assert to_refine(lake, resolve_location, D) == {}, "tonight's own extract corrects nothing"


def test_a_correction_of_an_extract_that_a_newer_one_had_replaced_refines_nothing_again(tmp_path: Path) -> None:
    lake = lake_of(tmp_path, [(S1, BEFORE, BEFORE), (S1, D, D), (PLACES, D, D), (S1, BEFORE, AFTER)])
    assert to_refine(lake, resolve_location, AFTER) == {}


def test_a_night_that_was_not_refined_says_so_even_if_its_extract_is_corrected_too(tmp_path: Path) -> None:
    lake = lake_of(tmp_path, [(S1, D, D), (PLACES, D, D), (S1, D, AFTER)], refined=False)
    assert to_refine(lake, resolve_location, AFTER) == {D: NOT_REFINED}
