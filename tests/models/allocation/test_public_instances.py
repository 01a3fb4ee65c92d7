"""The published contact instances, confirmed from their files by code that shares nothing with the solver."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.allocation import by_profit, read_instance
from benchmarks.allocation_check import check
from models.allocation.solve import solve

DATA = Path(__file__).resolve().parents[4] / "shared" / "data" / "contact_optimisation"
# The greatest profit that the linear program allows, as the data's page states it.
BOUNDS = {"GS1": 151_158, "GS2": 139_817, "GS3": 107_102}


@pytest.mark.skipif(not DATA.exists(), reason=f"the public instances are not at {DATA.name} beside the project")
@pytest.mark.parametrize("name", BOUNDS)
def test_an_instance_is_allocated_within_a_hundredth_of_a_percent_and_no_rule_is_broken(name: str) -> None:
    problem, names = read_instance(DATA / name)
    told = solve(problem)
    value, broken = check(DATA / name, [names[pair] for pair in np.flatnonzero(told.picked)])
    assert broken == []
    assert value == pytest.approx(told.profit)
    assert BOUNDS[name] * (1 - 1e-4) < value <= told.bound < BOUNDS[name] * (1 + 1e-5)


@pytest.mark.skipif(not DATA.exists(), reason=f"the public instances are not at {DATA.name} beside the project")
def test_the_check_names_what_a_list_ranked_by_profit_breaks() -> None:
    problem, names = read_instance(DATA / "GS1")
    value, broken = check(DATA / "GS1", [names[pair] for pair in np.flatnonzero(by_profit(problem))])
    assert value / BOUNDS["GS1"] == pytest.approx(0.975, abs=0.005)
    assert [line.split(":")[0] for line in broken] == ["rule 1 Minimum assignment", "rule 2 Minimum assignment", "rule 7 Minimum sales"]
