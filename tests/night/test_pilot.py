"""A scenario in state pilot contacts its share; the rest of its audience is there with the reason."""

from dataclasses import replace
from pathlib import Path

from jobs.decide.find_candidates import tonight_of, with_scores
from jobs.register import all_jobs
from scenarios.candidates import candidates
from scenarios.library.c11_idle_data_without_pack import SCENARIO
from tests.night.homes import NIGHT, runner_of


def test_who_is_outside_the_share_of_a_pilot_is_excluded_by_that_reason(after_night: Path) -> None:
    lake = runner_of(after_night).lake
    others = ("lacking", "effects", "unapproved")
    frames = {name: lake.read(read, NIGHT) for name, read in all_jobs()["find_candidates"].reads.items() if name not in others}
    car = with_scores(frames["car"], frames["scores"], frames["subscribers"])
    pilot = replace(SCENARIO, state="pilot", pilot_per_mille=200)
    night = tonight_of(NIGHT, frames)
    found = candidates(pilot, pilot.timing.steps[0], night.with_history(car), night).collect()
    outside = [row for row in found if "not_in_pilot" in row.reasons]
    assert 0.6 < len(outside) / len(found) < 0.95
    assert [row for row in found if not row.reasons]
