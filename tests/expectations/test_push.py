"""Pushes are refused with all faults at once."""

from datetime import time
from typing import Any

import pytest

from expectations.channel import ChannelError, ListForm
from expectations.push import Push
from expectations.pushes import PUSHES
from tests.house.sources import ROOT


def refused(columns: tuple[str, ...], file_name: str = "labels.csv", **otherwise: Any) -> str:
    stated = {"name": "shop", "label": "门店", "publish_by": time(7, 0), "grain": "label"}
    with pytest.raises(ChannelError) as refusal:
        Push(**(stated | otherwise), form=ListForm(columns=columns, file_name=file_name))
    return str(refusal.value)


def test_a_push_is_found_by_its_file_which_has_its_name() -> None:
    files = {path.stem for path in (ROOT / "expectations" / "pushes").glob("*.py")} - {"__init__"}
    assert files == PUSHES.keys()


def test_faults_of_a_push_are_told_all_at_once() -> None:
    told = refused(("city", "rank", "city"), file_name="{step}.csv", name="Shop 1", label=" ")
    for fault in (
        "column rank is unknown; PUSH_COLUMNS of expectations/push.py lists all columns",
        "column city is declared twice",
        "column number is missing: nobody could be recognised",
        "column label_number is missing: rows of one customer could not be told apart",
        "name 'Shop 1': expected small letters",
        "the label is empty",
        "file name '{step}.csv': labels have no scenario and no step",
    ):
        assert fault in told, fault


def test_numbers_need_the_permission() -> None:
    told = refused(("number", "label_number"), may_have_numbers=False)
    assert "it may not have numbers; expected column subscriber_id and no column number" in told
    assert "grain is 'person'; expected 'label' or 'customer'" in refused(("number", "labels"), grain="person")
