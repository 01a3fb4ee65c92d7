"""How tags moved: the share of nulls and the mean of each tag tonight, compared with the newest earlier night."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from expectations.contract import Column
from features.family import Family
from jobs.report.steps import Run

LARGEST = 10


@dataclass(frozen=True)
class TagFigures:
    """One tag: null share and mean tonight and before; None if there is no value or no earlier night."""

    column: Column
    family: str
    nulls: float
    mean: float | None
    nulls_before: float | None
    mean_before: float | None

    @property
    def shift(self) -> float:
        """How far it moved, from 0 to 1: the greater of the change of the null share and the change of the mean.

        The change of the mean is the difference divided by the greater mean, but by at least 1. So for shares, and for means of rare
        things, it is the plain difference: two more subscribers with something rare raise no alarm.
        """
        moved = [0.0 if self.nulls_before is None else abs(self.nulls - self.nulls_before)]
        if self.mean is not None and self.mean_before is not None:
            moved.append(abs(self.mean - self.mean_before) / max(abs(self.mean), abs(self.mean_before), 1.0))
        return max(moved)


@dataclass(frozen=True)
class FamilyFigures:
    """The tags of a family. `before` is the night they are compared with, None if no earlier night has a profile."""

    family: Family
    rows: int
    before: date | None
    tags: tuple[TagFigures, ...]


def family_figures(family: Family, tonight: Run | None, earlier: Run | None) -> FamilyFigures | None:
    """Return the family's figures, None when it has no profile tonight."""
    if tonight is None or not tonight.profile or not tonight.rows:
        return None
    now, was = _profile(tonight, family), _profile(earlier, family)
    return FamilyFigures(
        family,
        tonight.rows,
        earlier.business_date if earlier and was else None,
        tuple(
            TagFigures(
                tag.column,
                family.name,
                _null_share(tag.column, now, tonight) or 0.0,
                now.get(f"{tag.column.name}__mean"),
                _null_share(tag.column, was, earlier),
                was.get(f"{tag.column.name}__mean"),
            )
            for tag in family.tags
        ),
    )


def largest(families: Iterable[FamilyFigures]) -> list[TagFigures]:
    """Return the tags that moved most, the largest shift first."""
    moved = [tag for family in families if family.before for tag in family.tags if tag.shift > 0]
    return sorted(moved, key=lambda tag: (-tag.shift, tag.column.name))[:LARGEST]


def _profile(run: Run | None, family: Family) -> dict[str, Any]:
    return json.loads(run.profile).get(family.table.name, {}) if run and run.profile else {}


def _null_share(column: Column, profile: dict[str, Any], run: Run | None) -> float | None:
    """Return a tag's null share. A tag that may not be null has no count in the profile.

    A tag unknown in the earlier night has no share.
    """
    if run is None or not run.rows or not profile:
        return None
    counted = profile.get(f"{column.name}__nulls")
    if counted is not None:
        return counted / run.rows
    return None if column.nullable else 0.0
