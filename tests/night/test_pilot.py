"""A scenario in state pilot contacts its share; the rest of its audience is there with the reason."""

from dataclasses import replace
from pathlib import Path

from jobs.decide.candidates import candidates, decision_rows
from jobs.decide.catalogues import READS, Catalogues
from jobs.register import all_jobs
from scenarios.library.c11_idle_data_without_pack import SCENARIO
from tests.night.homes import NIGHT, runner_of


def test_who_is_outside_the_share_of_a_pilot_is_excluded_by_that_reason(after_night: Path) -> None:
    lake = runner_of(after_night).lake
    frames = {name: lake.read(read, NIGHT) for name, read in all_jobs()["decide_contacts"].reads.items() if name != "lacking"}
    wide = decision_rows(frames["car"], frames["subscribers"], frames["scores"])
    pilot = replace(SCENARIO, state="pilot", pilot_per_mille=200)
    catalogues = Catalogues.on(NIGHT, {name: frames[name] for name in READS})
    decided = candidates(NIGHT, pilot, pilot.timing.waves[0], wide, frames["earlier"], frames["orders"], catalogues).collect()
    outside = [row for row in decided if "not_in_pilot" in row.reasons]
    assert 0.6 < len(outside) / len(decided) < 0.95
    assert not [row for row in outside if row.is_eligible]
    assert [row for row in decided if row.is_eligible]
