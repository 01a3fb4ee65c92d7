"""The real DAG: its exit status tells of a failure, and what does not depend on what failed was done all the same."""

from pathlib import Path

import pytest

from expectations.feeds import FEEDS
from tests.night.airflow import run_dag
from tests.night.deliveries import deliver, delivery, lines_of
from tests.night.homes import NIGHT, PROVINCE, fork, list_bytes
from tests.night.test_secrets import leaks


@pytest.mark.prove
def test_a_scenario_that_names_a_withdrawn_tariff_fails_the_dag_and_keeps_no_other_from_its_lists(
    after_night: Path, tmp_path: Path
) -> None:
    home = fork(after_night, tmp_path / "home")
    tariffs = FEEDS["tariff_catalog"]
    first, _ = delivery(home, tariffs, PROVINCE.first_day, PROVINCE.first_day)
    # The last column is the day from which it is no longer sold; who holds the pack keeps what it includes.
    deliver(home, tariffs, [line + b"20260301" if b"ip010" in line else line for line in lines_of(first)])

    ended = run_dag(home, NIGHT)

    assert ended.returncode != 0
    assert "c11_idle_data_without_pack: product ip010 has no tariff" in ended.stdout + ended.stderr
    lists = {name: content for name, content in list_bytes(after_night).items() if "/c10_" in name}
    assert list_bytes(home) == lists
    assert "check_scenarios" in (home / "reports" / f"{NIGHT}" / "night.html").read_text()
    assert leaks(home, ("airflow", "logs", "reports")) == []
