"""One small province, simulated once and shared; tests that write use a home of their own."""

from pathlib import Path

import pytest

from simulator.history import simulate
from tests.simulator.landing import SMALL


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of the small province; nobody writes into it."""
    folder = tmp_path_factory.mktemp("province")
    simulate(SMALL, folder)
    return folder
