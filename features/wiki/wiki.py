"""`Wiki`: everything the wiki's files say, read at once, and the page of every tag."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from expectations.errors import ContractError, teach
from features.wiki.advice import ADVICE_COLUMNS, RETIRED_COLUMNS, Advice, Retired, read_advice, read_retired
from features.wiki.ahp import COMPARISON_COLUMNS, Weights, read_comparisons
from features.wiki.opinions import CRITERIA, EXPERT_COLUMNS, RATING_COLUMNS, ExpertScore, Rating, read_expert_scores, read_ratings
from features.wiki.score import Score, scores_of
from features.wiki.sheet import Sheet
from features.wiki.states import Evidence, state_of

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Page:
    """What the wiki knows of a tag. `why` is the reason for the state, `used_by` the scenarios and models that use the tag."""

    tag: str
    state: str
    why: str
    score: Score
    ratings: tuple[Rating, ...]
    expert_scores: tuple[ExpertScore, ...]
    advice: Advice | None
    used_by: tuple[str, ...]


@dataclass(frozen=True)
class Wiki:
    """The wiki's files without a fault. `criteria` are the weights of the criteria, `families` those of the compared tags by family."""

    tags: Collection[str]
    ratings: tuple[Rating, ...]
    expert_scores: tuple[ExpertScore, ...]
    criteria: Weights
    families: Mapping[str, Weights]
    advice: Mapping[str, Advice]
    retired: Mapping[str, Retired]

    def pages(self, used_by: Mapping[str, Collection[str]], evidence: Mapping[str, Evidence] | None = None) -> dict[str, Page]:
        """Return the page of every tag. `used_by` has live scenarios and models by tag, `evidence` is the closed loop's."""
        compared = [weights.by_name for weights in self.families.values()]
        scores = scores_of(self.tags, self.ratings, self.expert_scores, self.criteria.by_name, compared)
        found = {}
        for tag, score in scores.items():
            ratings = tuple(one for one in self.ratings if one.tag == tag)
            experts = tuple(one for one in self.expert_scores if one.tag == tag)
            users = tuple(used_by.get(tag, ()))
            state, why = state_of(len(ratings), score.combined, users, (evidence or {}).get(tag), self.retired.get(tag))
            found[tag] = Page(tag, state, why, score, ratings, experts, self.advice.get(tag), users)
        return found


def read_wiki(families: Mapping[str, Collection[str]], channels: Collection[str], folder: Path = FOLDER) -> Wiki:
    """Read all files. `families` has the tags of every family. ContractError lists every fault of every file."""
    tags = [tag for names in families.values() for tag in names]
    ratings, experts = Sheet(folder / "ratings.csv", RATING_COLUMNS), Sheet(folder / "experts.csv", EXPERT_COLUMNS)
    advice, retired = Sheet(folder / "advice.csv", ADVICE_COLUMNS), Sheet(folder / "retired.csv", RETIRED_COLUMNS)
    comparisons = folder / "comparisons"
    criteria = Sheet(comparisons / "criteria.csv", COMPARISON_COLUMNS)
    of_families = {file.stem: Sheet(file, COMPARISON_COLUMNS) for file in sorted(comparisons.glob("*.csv")) if file.stem != "criteria"}
    by_family = {}
    for name, sheet in of_families.items():
        if name in families:
            by_family[name] = read_comparisons(sheet, families[name], "tag")
        else:
            sheet.faults.append(f"comparisons/{name}.csv: no family is called {name}; there are {', '.join(families)}")
    wiki = Wiki(
        tags,
        tuple(read_ratings(ratings, tags)),
        tuple(read_expert_scores(experts, tags)),
        read_comparisons(criteria, CRITERIA, "criterion", all_of_them=True) or Weights({}, 0.0),
        {name: weights for name, weights in by_family.items() if weights is not None},
        read_advice(advice, tags, channels),
        read_retired(retired, tags),
    )
    faults = [fault for sheet in (ratings, experts, criteria, *of_families.values(), advice, retired) for fault in sheet.faults]
    if faults:
        raise ContractError(teach("The tag wiki, features/wiki", faults, "correct these lines; docs/tags-wiki.md says how."))
    return wiki
