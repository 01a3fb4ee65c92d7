"""What the night says of service, channels, places and circles is what pandas says of the same files, subscriber by subscriber."""

from pathlib import Path

import pandas as pd
import pytest

from features.channel import CHANNEL_TAGS
from features.family import Family
from features.location import LOCATION_TAGS
from features.service import SERVICE_TAGS
from features.social import SOCIAL_TAGS
from jobs.runtime.reads import Snapshot
from tests.night.homes import NIGHT, runner_of
from tests.night.oracle import token
from tests.night.oracle_people import People

# Logarithms and roots are rounded, and we take the earth for flat between two cells.
NEARLY = {"cell_entropy_30d": 1, "activity_radius_m_30d": 0.002, "commute_m": 0.002}


@pytest.fixture(scope="module")
def people(after_night: Path) -> pd.DataFrame:
    """What pandas says, by subscriber."""
    oracle = People(after_night, NIGHT)
    return oracle.tags.rename(index=lambda user: token(oracle.key, "user", user))


@pytest.mark.parametrize("family", [SERVICE_TAGS, CHANNEL_TAGS, LOCATION_TAGS, SOCIAL_TAGS], ids=lambda family: family.name)
def test_the_tags_are_what_the_extracts_say_of_each_person(after_night: Path, people: pd.DataFrame, family: Family) -> None:
    found = runner_of(after_night).lake.read(Snapshot(family.table), NIGHT).toPandas().set_index("subscriber_id")
    assert set(found.index) == set(people.index)
    tags = [name for name in people if name in found]
    assert len(tags) >= 8
    for tag in tags:
        differing = {who: (found.loc[who, tag], told) for who, told in people[tag].items() if not agree(found.loc[who, tag], told, tag)}
        assert not differing, tag
        assert people[tag].nunique(dropna=False) > 1 or tag == "repeated_complaints_90d", f"{tag} is the same for all"


def agree(came: object, told: object, tag: str) -> bool:
    if pd.isna(came) or pd.isna(told):
        return bool(pd.isna(came) and pd.isna(told))
    most = NEARLY.get(tag)
    if most is None:
        return came == told
    return abs(float(came) - float(told)) <= max(1, most * float(told))  # type: ignore[arg-type]
