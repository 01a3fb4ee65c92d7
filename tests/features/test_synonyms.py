"""Analysts find a tag by the words of their trade."""

import pytest

from features.library import FAMILIES
from features.synonyms import SYNONYMS, words_for

TAGS = [tag.column.name for family in FAMILIES for tag in family.tags]


@pytest.mark.parametrize(
    ("tag", "words"),
    [
        ("mean_bill_fen_3m", ["ARPU"]),
        ("bill_fen_m2", ["ARPU"]),
        ("voice_s_30d", ["MOU"]),
        ("data_bytes_1m", ["DOU"]),
        ("voice_roaming_s_30d", []),
        ("data_bytes_share", []),
    ],
)
def test_a_tag_has_the_analysts_word_in_each_of_its_windows_and_no_other_tag_has_it(tag: str, words: list[str]) -> None:
    assert words_for(tag) == words


def test_every_word_of_the_analysts_finds_a_tag() -> None:
    assert set(SYNONYMS) == {word for tag in TAGS for word in words_for(tag)}
    assert not [stem for stems in SYNONYMS.values() for stem in stems if not any(tag.startswith(stem) for tag in TAGS)]
