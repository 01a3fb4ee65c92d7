"""The recipes of docs/recipes, each done as its page says."""

import subprocess
import sys
from pathlib import Path

import pyarrow.dataset
import pytest

from tests.house.sources import ROOT
from tests.recipes.page import Checkout, Page

PAGES = [Page(path) for path in sorted((ROOT / "docs" / "recipes").glob("*.md"))]
each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.path.stem)


def test_there_is_a_recipe_for_everything_that_is_added_often() -> None:
    adding = ["add-a-channel", "add-a-feed", "add-a-model", "add-a-scenario", "add-a-tag"]
    assert [page.path.stem for page in PAGES] == [*adding, "bring-your-own-extract"]


@each_page
def test_a_recipe_has_at_most_five_steps_and_nothing_in_it_goes_unexercised(page: Page) -> None:
    assert page.steps == list(range(1, len(page.steps) + 1))
    assert len(page.steps) <= 5
    assert [block for block in page.blocks if not block.does] == []
    assert page.text.count("\n```") == 2 * len(page.blocks)
    assert {"run", "says"} <= {block.does for block in page.blocks}


@each_page
def test_the_page_does_what_it_says(page: Page, tmp_path: Path) -> None:
    checkout = Checkout.at(tmp_path)
    for block in page.blocks:
        checkout.do(block)
    code = [path for path in checkout.written if path.endswith(".py")]
    ruff = Path(sys.executable).with_name("ruff")
    for command in (["check"], ["format", "--check"]):
        told = subprocess.run([ruff, *command, "--no-cache", *code], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert told.returncode == 0, told.stdout
    if page.path.stem == "add-a-feed":
        the_row_kept_back_is_where_the_page_says(tmp_path / "var")


def the_row_kept_back_is_where_the_page_says(home: Path) -> None:
    def stored(table: str, column: str) -> list[object]:
        parts = [str(path) for path in (home / table).rglob("*.parquet") if "_delta_log" not in path.parts]
        return pyarrow.dataset.dataset(parts).to_table([column])[column].to_pylist()

    assert sorted(stored("lake/ods/recharge", "recharge_fen")) == [3000, 5000]
    assert stored("lake/ops/quarantine", "reasons") == [["AMOUNT: expected at least 1"]]
    assert stored("vault/quarantine", "text") == ["9003|100000033|20260304120000|-5|2|"]
    assert stored("lake/ops/load", "state") == ["loaded"]
