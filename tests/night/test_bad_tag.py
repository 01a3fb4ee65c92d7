"""A night with a bad tag: the scenario that uses it waits and says so, everything else is done as ever."""

from datetime import timedelta
from pathlib import Path

import pytest

from expectations.tables.ops import OPS_RUN, OPS_TAG_PROFILE
from jobs.register import job_named
from jobs.runtime.job_run import Runner
from models.library import SCORE_SUBSCRIBER
from scenarios.library import SCENARIOS
from scenarios.library.c10_data_without_plan import SCENARIO as C10
from scenarios.needs import columns_named
from tests.frames import rows
from tests.night.homes import NIGHT, candidates_of, fork, runner_of

TAG = "bill_data_fee_outside_fen_1m"


@pytest.fixture(scope="module")
def runner(after_night: Path, tmp_path_factory: pytest.TempPathFactory) -> Runner:
    """A home with five weeks before the night, all like it, but for one tag: its unit was another by a factor of 1,000.

    The tag uses a closed month, so it is compared with the beginning of another month.
    """
    made = runner_of(fork(after_night, tmp_path_factory.mktemp("bad") / "home"))
    tonight = made.lake.log(OPS_TAG_PROFILE, business_date=NIGHT)
    assert {row["state"] for row in tonight} == {"new"}
    counted = '{"0": 40, "17": 150, "18": 150, "19": 110}'
    usual = [row | ({"bins": counted} if row["tag"] == TAG else {}) for row in tonight]
    nights = [NIGHT - timedelta(days=back) for back in range(1, 36)]
    made.lake.records.append(OPS_TAG_PROFILE, [row | {"business_date": night} for night in nights for row in usual])
    return made


def test_the_scenarios_that_use_a_bad_tag_wait_and_every_other_finds_the_same_candidates(runner: Runner) -> None:
    before, scores = candidates_of(runner.settings.home), rows(runner.lake.whole(SCORE_SUBSCRIBER, business_date=NIGHT))
    users = [scenario.name for scenario in SCENARIOS if TAG in columns_named(scenario)]
    assert C10.name in users
    assert before[C10.name]
    for name in ("profile_tags", "score_subscribers", "check_scenarios", "find_candidates", "decide_contacts"):
        runner.run(job_named(name), NIGHT)
    bad = {row["tag"]: row["reasons"] for row in runner.lake.log(OPS_TAG_PROFILE, business_date=NIGHT) if row["state"] == "bad"}
    assert bad.keys() == {TAG}
    runs = sorted(runner.lake.log(OPS_RUN, business_date=NIGHT), key=lambda run: run["started_at"])
    said = {run["job"]: run["warnings"] for run in runs}
    assert said["check_scenarios"][:-1] == [f"scenario {name} waits: tag {TAG} is bad tonight: {'; '.join(bad[TAG])}" for name in users]
    assert "run though nobody approved them" in said["check_scenarios"][-1]
    assert said["profile_tags"][0] == f"tag {TAG} is bad: {'; '.join(bad[TAG])}"
    assert candidates_of(runner.settings.home) == {name: found for name, found in before.items() if name not in users}
    assert rows(runner.lake.whole(SCORE_SUBSCRIBER, business_date=NIGHT)) == scores
