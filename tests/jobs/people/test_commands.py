"""The commands about people: they need the home alone, and ask before they forget."""

import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from jobs import cli
from jobs.people.forget import Proof
from jobs.people.person import Person
from jobs.runtime.lock import BusyError, home_lock
from jobs.runtime.settings import settings
from jobs.screen import console


@pytest.mark.parametrize("asked", [("vault", "rotate"), ("forget", "12900000017", "--yes")], ids=["rotate", "forget"])
def test_a_home_in_use_is_neither_rotated_nor_forgotten_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: tuple[str, ...]) -> None:
    monkeypatch.setenv("CHUDIAN_HOME", f"{tmp_path}")
    with home_lock(settings(), "`chudian night 2026-03-04`"):
        ran = CliRunner().invoke(cli.app, asked)
    assert isinstance(ran.exception, BusyError)
    assert "in use by `chudian night 2026-03-04`" in str(ran.exception)


@pytest.mark.parametrize("asked", [("customer", "12900000017"), ("group", "g7"), ("manager", "m1")], ids=lambda asked: asked[0])
def test_a_view_is_printed_as_json_or_as_a_screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: tuple[str, str]) -> None:
    monkeypatch.setenv("CHUDIAN_HOME", f"{tmp_path}")
    found = {"group_id": "g7", "name": "欧阳锋", "customers": 1200, "business_date": date(2026, 3, 4)}
    monkeypatch.setattr("jobs.people.customer.customers", lambda *_: [found])
    monkeypatch.setattr("jobs.people.customer.view_of", lambda *_: found)
    ran = CliRunner().invoke(cli.app, [*asked, "--reason", "visit", "--json"])
    assert json.loads(ran.output) == found | {"business_date": "2026-03-04"}
    with console.capture() as said:
        assert CliRunner().invoke(cli.app, [*asked, "--reason", "visit"]).exit_code == 0
    assert "As of 2026-03-04" in said.get()


def test_nobody_is_forgotten_without_a_yes_and_the_proof_is_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHUDIAN_HOME", f"{tmp_path}")
    asked: list[str] = []

    def forget(_: object, number: str, on: date | None) -> Proof:
        assert on == date(2026, 2, 1)
        asked.append(number)
        return Proof(
            Counter(landing=7, vault=3), Counter(landing=0, vault=1), {"lines of the landing": 7}, (Path("mlflow/part.gz"),), ("s3://lake",)
        )

    days = [(date(2026, 1, 1), "p"), (date(2026, 2, 1), "p"), (date(2026, 3, 1), "o")]
    none, numbers = frozenset[str](), frozenset({"12900000017"})
    person = Person(frozenset("p"), frozenset({"80000000017"}), numbers, none, none, none, {"12900000017": days})
    monkeypatch.setattr("jobs.people.forget.forget", forget)
    monkeypatch.setattr("jobs.people.forget.to_forget", lambda *_: person)
    assert CliRunner().invoke(cli.app, ["forget", "12900000017", "--on", "2026-02-01"], input="n\n").exit_code == 1
    assert asked == []
    with console.capture() as said:
        assert CliRunner().invoke(cli.app, ["forget", "12900000017", "--on", "2026-02-01"], input="y\n").exit_code == 0
    assert asked == ["12900000017"]
    rows = [line.split() for line in said.get().splitlines()]
    assert ["landing", "7", "0"] in rows
    assert ["vault", "3", "1"] in rows
    assert "subscriber p, with this number in the extracts from 2026-01-01 to 2026-02-01" in said.get()
    assert "somebody else has it since 2026-03-01" in said.get()
    assert "1 hits are left" in said.get()
    assert "mlflow/part.gz cannot be searched" in said.get()
    assert "s3://lake is not searched" in said.get()
