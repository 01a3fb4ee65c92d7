"""What may be set, and what is refused with a text that teaches."""

import pytest

from jobs.runtime.settings import SettingsError, settings


def test_an_unknown_setting_is_named_beside_those_there_are() -> None:
    with pytest.raises(SettingsError, match=r"CHUDIAN_HOUSE is not a setting(.|\n)*CHUDIAN_HOME = folder"):
        settings({"CHUDIAN_HOUSE": "var"})


@pytest.mark.parametrize("master", ["yarn", "sc://connect:15002", "k8s://cluster"])
def test_a_master_that_nothing_shows_to_work_is_refused(master: str) -> None:
    with pytest.raises(SettingsError, match=r"expected local\[\*\] or spark://host:port, came " + master):
        settings({"CHUDIAN_SPARK": master})


def test_the_lake_lies_in_the_home_unless_it_is_told_elsewhere() -> None:
    assert settings({"CHUDIAN_HOME": "/data"}).lake == "/data/lake"
    assert settings({"CHUDIAN_HOME": "/data", "CHUDIAN_LAKE": "s3a://lake"}).lake == "s3a://lake"
