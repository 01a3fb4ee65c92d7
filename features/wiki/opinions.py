"""What people and experts say about tags: ratings with comments 维基模式, and expert scores 专家打分."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from features.wiki.sheet import Line, Sheet

# What a tag's worth is made of. For each of them a high score is good: 10 for cost means that the tag costs almost nothing.
CRITERIA = {"coverage": "覆盖率", "stability": "稳定性", "business_meaning": "业务含义", "actionability": "可操作性", "cost": "成本"}
RATING_COLUMNS = ("tag", "rater", "rated_on", "stars", "comment")
EXPERT_COLUMNS = ("tag", "expert", "criterion", "score")
MOST_STARS, BEST_SCORE = 5, 10


@dataclass(frozen=True)
class Rating:
    """One person's newest opinion of a tag; the comment may be empty."""

    tag: str
    rater: str
    rated_on: date
    stars: int
    comment: str


@dataclass(frozen=True)
class ExpertScore:
    """One expert's score of a tag by a criterion, 1 to 10."""

    tag: str
    expert: str
    criterion: str
    score: int


def read_ratings(sheet: Sheet, tags: Collection[str]) -> list[Rating]:
    """Return the newest rating of every rater and tag, by tag, newest first."""
    newest: dict[tuple[str, str], Rating] = {}
    seen: dict[tuple[str, str, date], int] = {}
    for line in sheet.lines:
        rating = _rating(sheet, line, tags)
        if rating is None:
            continue
        rated = (rating.tag, rating.rater, rating.rated_on)
        if rated in seen:
            sheet.fault(line.number, f"{rating.rater} rated {rating.tag} on {rating.rated_on} already, on line {seen[rated]}")
            continue
        seen[rated] = line.number
        present = newest.get(rated[:2])
        if present is None or present.rated_on < rating.rated_on:
            newest[rated[:2]] = rating
    return sorted(newest.values(), key=lambda one: (one.tag, -one.rated_on.toordinal(), one.rater))


def _rating(sheet: Sheet, line: Line, tags: Collection[str]) -> Rating | None:
    is_known, is_filled = sheet.known(line, "tag", tags), sheet.filled(line, "rater")
    on, stars = sheet.day(line, "rated_on"), sheet.whole(line, "stars", 1, MOST_STARS)
    if is_private := re.search("[0-9]{11}", line["comment"]) is not None:
        sheet.fault(line.number, "the comment has 11 digits in a row, as a customer's number has; remove them")
    if not is_known or not is_filled or on is None or stars is None or is_private:
        return None
    return Rating(line["tag"], line["rater"], on, stars, line["comment"])


def read_expert_scores(sheet: Sheet, tags: Collection[str]) -> list[ExpertScore]:
    """Return the scores in the order of the file. An expert who scores a tag must score it by every criterion, each once."""
    found: list[ExpertScore] = []
    first: dict[tuple[str, str, str], int] = {}
    for line in sheet.lines:
        is_known = sheet.known(line, "tag", tags) & sheet.known(line, "criterion", CRITERIA) & sheet.filled(line, "expert")
        score = sheet.whole(line, "score", 1, BEST_SCORE)
        if not is_known:
            continue
        key = (line["tag"], line["expert"], line["criterion"])
        if key in first:
            sheet.fault(line.number, f"{key[1]} scored {key[2]} of {key[0]} already, on line {first[key]}")
            continue
        first[key] = line.number
        if score is not None:
            found.append(ExpertScore(*key, score))
    for tag, expert in dict.fromkeys(key[:2] for key in first):
        own = {criterion: line for (*pair, criterion), line in first.items() if pair == [tag, expert]}
        if missing := [criterion for criterion in CRITERIA if criterion not in own]:
            sheet.fault(max(own.values()), f"{expert} scored {tag} not by {', '.join(missing)}")
    return found
