"""The command `chudian wiki`: what people and experts say about tags, and how far each tag has come."""

from typing import TYPE_CHECKING, Annotated

import typer

from expectations.errors import ContractError, unknown
from jobs.screen import console, grid_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.table import Table as Grid

    from features.wiki.wiki import Page, Wiki

NOT_KNOWN = "-"


def wiki(
    tag: Annotated[str | None, typer.Argument(metavar="[TAG]", help="Show all of this tag; without it, all tags by score.")] = None,
    check: Annotated[bool, typer.Option("--check", help="Only read all files; print their faults and exit with 1.")] = False,
) -> None:
    """Show the tag wiki 维基模式: score, state, ratings, expert scores, need stage and advice of tags."""
    from jobs.wiki import pages as all_pages
    from jobs.wiki import wiki as read

    if check:
        console.print(summary(read()), markup=False)
        return
    pages = all_pages()
    if tag is None:
        console.print(table(pages.values()))
    elif tag in pages:
        for line in lines_of(pages[tag]):
            console.print(line, markup=False, soft_wrap=True)
    else:
        raise ContractError(unknown("tag", tag, pages))


def summary(found: "Wiki") -> str:
    """Say how much the files hold."""
    from features.wiki.opinions import CRITERIA

    weights = ", ".join(f"{name} {CRITERIA[name]} {weight:.3f}" for name, weight in found.criteria.by_name.items())
    return (
        f"No fault: {len(found.ratings)} ratings, {len(found.expert_scores)} expert scores, {len(found.families)} families compared, "
        f"{len(found.advice)} tags with advice, {len(found.retired)} retired.\n"
        f"Weights of the criteria: {weights}; consistency ratio {found.criteria.ratio:.4f}."
    )


def table(pages: "Iterable[Page]") -> "Grid":
    """Return the tags by score, the best first; those without a score follow by name."""
    grid = grid_of("tag", "score", "state", "raters", "need", "used by", "words")
    ordered = sorted(pages, key=lambda page: (page.score.combined is None, -(page.score.combined or 0), page.tag))
    for page in ordered:
        advice = page.advice
        need, words = (advice.need_stage, advice.words) if advice else (NOT_KNOWN, "")
        grid.add_row(page.tag, _figure(page.score.combined), page.state, f"{len(page.ratings)}", need, ", ".join(page.used_by), words)
    return grid


def lines_of(page: "Page") -> list[str]:
    """Return all that the wiki knows of a tag, as lines."""
    from features.dictionary import dictionary_rows
    from features.wiki.advice import NEED_STAGES, TIMES
    from features.wiki.opinions import CRITERIA
    from features.wiki.states import STATES

    entry = next(row for row in dictionary_rows() if row.tag == page.tag)
    score, advice = page.score, page.advice
    parts = f"experts {_figure(score.experts)}, people {_figure(score.people)}, compared in the family {_figure(score.compared)}"
    lines = [
        f"{page.tag} {entry.label} ({entry.family}): {entry.meaning}",
        f"State: {page.state} {STATES[page.state]}, {page.why}",
        f"Score: {_figure(score.combined)} of 1000 ({parts})",
    ]
    if advice:
        lines.append(f"Need stage: {advice.need_stage} {NEED_STAGES[advice.need_stage]}")
        lines.append(f"Advice: {advice.words} Time: {advice.time} {TIMES[advice.time]}. Channel: {advice.channel}.")
    else:
        lines.append("Need stage and advice: none yet")
    lines.append(f"Used by: {', '.join(page.used_by) or 'nobody'}")
    lines += [f"  {one.rated_on} {one.rater}: {one.stars} stars. {one.comment}".rstrip() for one in page.ratings]
    for expert in dict.fromkeys(one.expert for one in page.expert_scores):
        given = [f"{one.criterion} {CRITERIA[one.criterion]} {one.score}" for one in page.expert_scores if one.expert == expert]
        lines.append(f"  {expert}: {', '.join(given)}")
    return lines


def _figure(value: int | None) -> str:
    return NOT_KNOWN if value is None else f"{value}"
