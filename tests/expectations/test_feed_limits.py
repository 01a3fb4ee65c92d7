"""Declarations that can do no good: limits that no delivery keeps, and texts that say nothing."""

from typing import Any

import pytest

from expectations.feed import Field
from expectations.forms import INTEGER
from expectations.relations import Covers
from tests.expectations.test_feed import POINTS, USER, declared, refused

FIELDS = (USER, Field("POINTS", "points", INTEGER))


@pytest.mark.parametrize(
    ("otherwise", "fault"),
    [
        ({"volume_band_per_mille": 0}, "volume_band_per_mille is 0, expected at least 1"),
        ({"covers": (Covers(POINTS, ("subscriber_id",), 900),)}, "it covers ods.points, the table that it fills; name another"),
        ({"label": " "}, "label is empty"),
        ({"owner": ""}, "owner is empty"),
        ({"source": ""}, "source is empty"),
    ],
    ids=["band", "its own table", "label", "owner", "source"],
)
def test_a_declaration_that_can_do_no_good_is_refused(otherwise: dict[str, Any], fault: str) -> None:
    assert fault in refused(*FIELDS, **otherwise)
    assert declared(*FIELDS, volume_band_per_mille=1, bad_per_mille=0).bad_per_mille == 0
