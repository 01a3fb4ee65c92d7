"""The combined score, computed by hand."""

from datetime import date

import pytest

from features.wiki.opinions import ExpertScore, Rating
from features.wiki.score import Score, scores_of

CRITERIA = {"coverage": 0.5, "stability": 0.2, "business_meaning": 0.1, "actionability": 0.1, "cost": 0.1}


def rated(tag: str, *stars: int) -> list[Rating]:
    return [Rating(tag, f"rater {n}", date(2026, 3, 1), given, "") for n, given in enumerate(stars)]


def scored(expert: str, *scores: int) -> list[ExpertScore]:
    return [ExpertScore("a", expert, criterion, score) for criterion, score in zip(CRITERIA, scores, strict=True)]


def test_ratings_count_beside_five_at_the_mean_of_all() -> None:
    """The mean of 5, 5, 5 and 1 is 4. For a that is (15 + 20) / 8 = 4.375, for b (1 + 20) / 6 = 3.5; from 1 to 5 that is 844 and 625."""
    found = scores_of("abc", [*rated("a", 5, 5, 5), *rated("b", 1)], [], CRITERIA)
    assert found == {"a": Score(people=844), "b": Score(people=625), "c": Score()}


def test_experts_are_meant_by_criterion_and_weighted() -> None:
    """Means 8, 5, 10, 1, 4: 4 + 1 + 1 + 0.1 + 0.4 = 6.5, and from 1 to 10 that is 5.5 / 9."""
    found = scores_of("a", [], [*scored("li", 9, 5, 10, 1, 6), *scored("wang", 7, 5, 10, 1, 2)], CRITERIA)
    assert found == {"a": Score(experts=611)}


def test_the_best_compared_tag_of_a_family_has_all_points_and_the_others_their_share() -> None:
    found = scores_of("abc", [], [], CRITERIA, [{"a": 0.8, "b": 0.2}, {"c": 1.0}])
    assert found == {"a": Score(compared=1000), "b": Score(compared=250), "c": Score(compared=1000)}


@pytest.mark.parametrize(
    ("score", "combined"),
    [
        (Score(), None),
        (Score(0, 0, 0), 0),
        (Score(1000, 1000, 1000), 1000),
        (Score(700, 500, 300), 560),
        (Score(experts=700, people=500), 625),
        (Score(people=500, compared=301), 420),
        (Score(compared=333), 333),
    ],
)
def test_parts_count_five_three_and_two_and_unknown_ones_not_at_all(score: Score, combined: int | None) -> None:
    """700 x 5 + 500 x 3 + 300 x 2 = 5600, by 10; 5000 by 8; 1500 + 602 = 2102 by 5 is 420.4."""
    assert score.combined == combined


def test_all_parts_are_within_zero_and_a_thousand_at_the_ends() -> None:
    least = scores_of("a", rated("a", 1), scored("li", 1, 1, 1, 1, 1), CRITERIA)["a"]
    most = scores_of("a", rated("a", 5), scored("li", 10, 10, 10, 10, 10), CRITERIA)["a"]
    assert (least.experts, least.people) == (0, 0)
    assert (most.experts, most.people) == (1000, 1000)
