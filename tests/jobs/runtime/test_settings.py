"""What may be set, and what is refused with a text that teaches."""

import pytest

from jobs.runtime.settings import SettingsError, settings


def test_an_unknown_setting_is_named_beside_those_there_are() -> None:
    with pytest.raises(SettingsError, match=r"CHUDIAN_HOUSE is not a setting(.|\n)*CHUDIAN_HOME = folder"):
        settings({"CHUDIAN_HOUSE": "var"})


@pytest.mark.parametrize(
    ("place", "is_local", "has_server"),
    [
        ("local", True, False),
        ("local[2]", True, False),
        ("spark://one:7077,two:7077", False, False),
        ("yarn", False, False),
        ("k8s://https://cluster:6443", False, False),
        ("sc://connect:15002", False, True),
        ("sc://connect:15002/;use_ssl=true", False, True),
    ],
)
def test_spark_may_be_local_on_a_server_or_on_a_master(place: str, is_local: bool, has_server: bool) -> None:
    chosen = settings({"CHUDIAN_SPARK": place})
    assert (chosen.is_local, chosen.has_server) == (is_local, has_server)


@pytest.mark.parametrize("place", ["mesos://one:5050", "sc://connect", "spark://one", "local[0]", "here"])
def test_another_place_is_refused_with_those_there_are(place: str) -> None:
    with pytest.raises(SettingsError) as refusal:
        settings({"CHUDIAN_SPARK": place})
    assert f"expected local[*], sc://host:port, spark://host:port, yarn or k8s://host:port, got {place}" in str(refusal.value)


@pytest.mark.parametrize("place", ["spark://me:guess-me@one:7077", "sc://one:15002/;token=guess-me", "k8s://one:6443?guess-me"])
def test_a_place_with_a_secret_in_it_is_refused_and_not_printed(place: str) -> None:
    with pytest.raises(SettingsError, match="SPARK_CONNECT_AUTHENTICATE_TOKEN") as refusal:
        settings({"CHUDIAN_SPARK": place})
    assert "guess-me" not in str(refusal.value)


def test_the_lake_lies_in_the_home_unless_it_is_told_elsewhere() -> None:
    assert settings({"CHUDIAN_HOME": "/data"}).lake == "/data/lake"
    assert settings({"CHUDIAN_HOME": "/data", "CHUDIAN_LAKE": "s3a://lake"}).lake == "s3a://lake"
