"""What the desk shows of lists and channels."""

from pathlib import Path

import pytest
import typer
from rich.table import Table as Grid

from expectations.channels import CHANNELS
from expectations.errors import ChudianError
from expectations.tables.rpt_funnel import RPT_FUNNEL
from jobs import show
from jobs.runtime.lake import Lake
from jobs.runtime.settings import settings
from jobs.screen import console
from tests.jobs.report.test_night_lists import C10, ON, counted, publish


def shown(grid: Grid) -> list[list[str]]:
    """The words of each line."""
    with console.capture() as printed:
        console.print(grid)
    return [line.split() for line in printed.get().splitlines()]


def test_the_command_line_shows_a_list_that_was_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = settings({"CHUDIAN_HOME": str(tmp_path)})
    monkeypatch.setattr(show, "settings", lambda: chosen)
    with pytest.raises(ChudianError, match="No lists for 2026-03-04"):
        show.lists_of(ON)
    Lake(chosen).records.append(RPT_FUNNEL, [counted("crm", "wave1", 1234)])
    publish(chosen.outbox, "sms", "wave1", 5)
    header, *lines = shown(show.lists_of(ON))
    missing, there = (next(line for line in lines if line[0] == channel) for channel in ("crm", "sms"))
    assert header == ["channel", "scenario", "step", "decided", "in", "files", "files", "needed", "by", "state", "valid"]
    assert missing == ["crm", C10, "wave1", "1,234", "0", "0", "not", "written"]
    assert there[:8] == ["sms", C10, "wave1", "0", "5", "1", "08:00", "complete"]
    assert lines[-1] == ["folder", "of", "a", "list:", f"outbox/<channel>/<scenario>/<step>/{ON}/"]


def test_every_channel_is_shown_with_its_file_and_the_hour_it_needs_it_by() -> None:
    _, *lines = shown(show.channels())
    # The columns of a file may take several lines.
    assert [line[0] for line in lines if line[0] in CHANNELS] == list(CHANNELS)
    assert next(line for line in lines if line[0] == "web_hall")[1:5] == ["网上营业厅", "passive", "07:00", "{city}.gz"]


def test_a_page_that_cannot_be_written_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(typer.BadParameter, match="cannot be written: Is a directory"):
        show.write_page(tmp_path, "text")


def test_what_is_no_page_is_refused_by_name_and_a_new_page_begins_empty(tmp_path: Path) -> None:
    picture = tmp_path / "picture.png"
    picture.write_bytes(b"\xff\xfe")
    for page, fault in ((tmp_path, "cannot be read: Is a directory"), (picture, "is no text in UTF-8, so it is not overwritten")):
        with pytest.raises(typer.BadParameter, match=fault):
            show.read_page(page)
    assert show.read_page(tmp_path / "new.md") == ""
