"""The pages that are not recipes: what they point at is there, and what is generated is what the code generates."""

import re
from pathlib import Path

import pytest

from expectations.channel_page import with_tables
from features.dictionary import dictionary_page
from jobs.cli import app
from tests.house.sources import ROOT

PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
LONGEST_DECISION = 40


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_of_a_page_leads_to_a_file_or_folder(page: Path) -> None:
    targets = [target.split("#")[0] for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8"))]
    assert not [target for target in targets if target and "://" not in target and not (page.parent / target).exists()]


def test_every_command_of_the_readme_is_one_of_make_or_chudian() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    commands = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}
    assert set(re.findall(r"`make (\w+)", text)) <= targets
    shown = re.findall(r"chudian (\w+)((?: --[\w-]+)*)", "".join(re.findall(r"```text\n(.*?)```", text, re.DOTALL)))
    assert {"night", "jobs", "lists", "simulate", "site"} <= {command for command, _ in shown} <= commands
    source = (ROOT / "jobs" / "cli.py").read_text("utf-8")
    assert not [option for _, options in shown for option in options.split() if f'"{option}"' not in source]


def test_the_tag_dictionary_page_is_the_one_the_code_makes() -> None:
    """`chudian tags --page docs/tags.md` renews it."""
    assert (ROOT / "docs" / "tags.md").read_text("utf-8") == dictionary_page()


def test_the_tables_of_the_page_about_lists_are_those_the_code_makes() -> None:
    """`chudian channels --page docs/channels.md` renews them."""
    page = (ROOT / "docs" / "channels.md").read_text("utf-8")
    assert with_tables(page) == page


def test_decisions_are_numbered_without_a_gap_and_short() -> None:
    pages = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    told = {page.name: page.read_text("utf-8") for page in pages}
    assert not [name for name, text in told.items() if text.count("\n") > LONGEST_DECISION]
    parts = ("**Context.**", "**Decision.**", "**Consequences.**")
    assert not [
        name for name, text in told.items() if not text.startswith(f"# {int(name[:4])}. ") or any(part not in text for part in parts)
    ]
