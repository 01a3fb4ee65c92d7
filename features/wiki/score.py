"""The combined score of a tag, 0 to 1000, from experts, people and comparisons."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from features.wiki.opinions import BEST_SCORE, MOST_STARS, ExpertScore, Rating

BEST = 1000
# How much each part counts. A part that nobody gave is left out, and the others count in the same proportion.
SHARES = {"experts": 5, "people": 3, "compared": 2}
# A tag's ratings count beside so many ratings at the mean of all tags: a single rating moves it little.
PRIOR_RATERS = 5


@dataclass(frozen=True)
class Score:
    """A tag's parts and their combination, each 0 to 1000; None where nothing is known."""

    experts: int | None = None
    people: int | None = None
    compared: int | None = None

    @property
    def combined(self) -> int | None:
        """The mean of the known parts by their SHARES."""
        known = [(share, part) for name, share in SHARES.items() if (part := getattr(self, name)) is not None]
        return _half_up(sum(share * part for share, part in known) / sum(share for share, _ in known)) if known else None


def scores_of(
    tags: Iterable[str],
    ratings: Iterable[Rating],
    expert_scores: Iterable[ExpertScore],
    criteria: Mapping[str, float],
    compared: Iterable[Mapping[str, float]] = (),
) -> dict[str, Score]:
    """Return the score of every tag.

    `criteria` are the weights of the criteria, `compared` the weights of tags, one mapping per family.
    """
    people, experts = _people(ratings), _experts(expert_scores, criteria)
    places = {tag: _half_up(BEST * weight / max(weights.values())) for weights in compared for tag, weight in weights.items()}
    return {tag: Score(experts.get(tag), people.get(tag), places.get(tag)) for tag in tags}


def _people(ratings: Iterable[Rating]) -> dict[str, int]:
    """Return the mean stars of every rated tag, shrunk to the mean of all ratings; 1 star is 0, 5 stars are 1000."""
    stars: dict[str, list[int]] = {}
    for rating in ratings:
        stars.setdefault(rating.tag, []).append(rating.stars)
    everything = [one for given in stars.values() for one in given]
    prior = PRIOR_RATERS * sum(everything) / len(everything) if everything else 0.0
    means = {tag: (sum(given) + prior) / (len(given) + PRIOR_RATERS) for tag, given in stars.items()}
    return {tag: _half_up(BEST * (mean - 1) / (MOST_STARS - 1)) for tag, mean in means.items()}


def _experts(expert_scores: Iterable[ExpertScore], criteria: Mapping[str, float]) -> dict[str, int]:
    """Return the weighted score of every scored tag: the mean of the experts by criterion; 1 is 0, 10 is 1000."""
    given: dict[str, dict[str, list[int]]] = {}
    for one in expert_scores:
        given.setdefault(one.tag, {}).setdefault(one.criterion, []).append(one.score)
    weighted = {tag: sum(criteria[name] * sum(scores) / len(scores) for name, scores in by.items()) for tag, by in given.items()}
    return {tag: _half_up(BEST * (score - 1) / (BEST_SCORE - 1)) for tag, score in weighted.items()}


def _half_up(value: float) -> int:
    # Weights are floats: what is a half by hand may be a hair less.
    return int(value + 0.5 + 1e-9)
