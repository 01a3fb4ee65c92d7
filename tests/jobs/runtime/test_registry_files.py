"""A home that was moved or copied reads its own models, not those of the place it was trained in."""

import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from sklearn.dummy import DummyClassifier

from jobs.runtime.registry import Trained, champion, evaluation, fitted, promote, register
from jobs.runtime.registry_files import ADDRESSES, artifacts, database, follow_the_home
from jobs.runtime.settings import Settings, settings
from models.evaluation import Halves
from models.library.churn import MODEL as CHURN
from models.model import Model


def settings_of(home: Path) -> Settings:
    return replace(settings({}), home=home, lake=f"{home}/lake")


def a_tiny_model(of: Model = CHURN, positives: int = 1) -> Trained:
    """A version that gives everybody the share of positives among four."""
    sample = pd.DataFrame({name: ["code"] * 4 if name in of.categories else [1.0] * 4 for name in of.features})
    model = DummyClassifier(strategy="prior").fit(sample, [1] * positives + [0] * (4 - positives))
    halves = Halves("BoostedTrees", of.features, (model, model))
    return Trained(of.name, model, halves, sample, {"auc": 0.5}, {"rows": "4"}, b"picture", "# card")


def probability(home: Path, version: str) -> float:
    return float(fitted(settings_of(home), "churn", version).predict_proba(a_tiny_model().sample)[0, 1])


def made_champion(home: Path, trained: Trained) -> str:
    """Register a version and make it champion; its number."""
    version = register(settings_of(home), trained)
    promote(settings_of(home), trained.name, version)
    return version


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    # Blanks and Chinese are written otherwise in an address.
    home = tmp_path_factory.mktemp("first") / "my home 触点"
    made_champion(home, a_tiny_model(positives=1))
    return home


@pytest.fixture
def home(trained: Path, tmp_path: Path) -> Path:
    """A home with one model, that each test may spoil; itself a copy."""
    return Path(shutil.copytree(trained, tmp_path / "old home"))


def test_a_moved_home_loads_its_models_and_what_was_logged_with_them(home: Path, tmp_path: Path) -> None:
    moved = Path(shutil.move(home, tmp_path / "new" / "home"))
    assert champion(settings_of(moved), "churn") == "1"
    assert probability(moved, "1") == 0.25
    assert evaluation(settings_of(moved), "churn", "1") == ({"auc": 0.5}, b"picture")


def test_a_copy_does_not_read_the_folder_it_was_copied_from(home: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(home, tmp_path / "copy"))
    for file in artifacts(home).rglob("*"):
        if file.is_file():
            file.write_bytes(b"not to be read")
    assert probability(copy, "1") == 0.25
    assert evaluation(settings_of(copy), "churn", "1") == ({"auc": 0.5}, b"picture")


def test_a_copy_writes_into_its_own_folder_and_each_home_keeps_its_champion(home: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(home, tmp_path / "copy"))
    before = sorted(path.name for path in artifacts(home).rglob("*"))
    assert made_champion(copy, a_tiny_model(positives=3)) == "2"
    assert (probability(copy, "1"), probability(copy, "2")) == (0.25, 0.75)
    assert champion(settings_of(home), "churn") == "1"
    assert sorted(path.name for path in artifacts(home).rglob("*")) == before


def test_after_a_move_no_record_names_the_old_folder(home: Path, tmp_path: Path) -> None:
    champion(settings_of(home), "churn")
    moved = Path(shutil.move(home, tmp_path / "new home"))
    with ThreadPoolExecutor(4) as at_once:
        list(at_once.map(follow_the_home, [moved] * 4))
    with sqlite3.connect(database(moved)) as records:
        assert [line for line in records.iterdump() if home.as_uri() in line] == []
        found = {place: records.execute(f"SELECT {place[1]} FROM {place[0]}").fetchall() for place in ADDRESSES}
    below = f"{artifacts(moved).as_uri()}/"
    for place in [("runs", "artifact_uri"), ("logged_models", "artifact_location"), ("model_versions", "storage_location")]:
        assert [row[0].startswith(below) for row in found[place]] == [True], place
        assert f"{below}{artifacts(moved).as_uri()}" not in found[place][0][0]


def test_a_folder_whose_name_only_begins_like_the_old_one_is_left_alone(home: Path, tmp_path: Path) -> None:
    champion(settings_of(home), "churn")
    elsewhere = f"{artifacts(home).as_uri()}_of_another/run"
    with sqlite3.connect(database(home)) as records:
        records.execute("UPDATE runs SET artifact_uri = ?", (elsewhere,))
    moved = Path(shutil.move(home, tmp_path / "new home"))
    follow_the_home(moved)
    with sqlite3.connect(database(moved)) as records:
        assert records.execute("SELECT artifact_uri FROM runs").fetchall() == [(elsewhere,)]


def test_a_home_without_a_registry_or_without_models_is_left_as_it_is(tmp_path: Path) -> None:
    follow_the_home(tmp_path)
    assert list(tmp_path.iterdir()) == []
    database(tmp_path).parent.mkdir()
    sqlite3.connect(database(tmp_path)).close()
    follow_the_home(tmp_path)
