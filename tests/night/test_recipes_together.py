"""All recipes followed in one checkout, and the night after it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from expectations.feeds import FEEDS
from tests.night.deliveries import deliver, delivery, lines_of
from tests.night.homes import NIGHT, PROVINCE, fork, list_bytes
from tests.recipes.page import Checkout
from tests.recipes.test_recipes import PAGES


@pytest.mark.prove
def test_a_night_stays_green_after_all_recipes_were_followed(before_night: Path, tmp_path: Path) -> None:
    checkout = Checkout.at(tmp_path / "checkout")
    for page in PAGES:
        for block in page.blocks:
            if block.does in ("file", "append", "edit"):
                checkout.do(block)
    home = fork(before_night, tmp_path / "home")
    # The channel of the recipe is in the operator's catalogue from tonight on.
    channels = FEEDS["channel_catalog"]
    lines = lines_of(delivery(home, channels, PROVINCE.first_day, PROVINCE.first_day)[0])
    (ussd,) = [line for line in lines if line.startswith(b'"ussd"')]
    deliver(home, channels, [*lines, ussd.replace(b'"ussd"', b'"wechat"')])
    around = {name: value for name, value in os.environ.items() if not name.startswith("CHUDIAN_")} | {"CHUDIAN_HOME": str(home)}
    command = [sys.executable, "-m", "jobs", "night", f"{NIGHT}"]
    night = subprocess.run(command, cwd=checkout.folder, env=around, capture_output=True, text=True, check=False)
    assert night.returncode == 0, night.stdout + night.stderr
    assert "idle_pack_propensity has null scores" in night.stdout
    assert {path.split("/")[1] for path in list_bytes(home)} >= {"c10_data_without_plan", "c11_idle_data_without_pack"}
