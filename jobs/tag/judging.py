"""Judges a tag of tonight by its earlier nights: good, new or bad, with reasons in words (docs/decisions/0027)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import takewhile
from typing import Literal

from jobs.runtime.distribution import COMPARED, LEAST_COMPARED, LEAST_ROWS, MOST_NULLS_MOVED, MOST_PSI, added, psi
from jobs.tag.movement import Movement
from jobs.tag.tag_profile import Profile

State = Literal["good", "new", "bad"]
# Of the rows of the customer record, and of the values of a tag that counts time: the share that may move.
MOST_ROWS_MOVED = 0.3
MOST_VALUES_MOVED = 0.1
# A text that had so many different values does not become one value for everybody.
LEAST_DISTINCT = 10
# A closed month arrives in the first week of the next one. A night is compared with those of other months about the same day.
MONTH_BEGINS, ABOUT = 7, 3


@dataclass(frozen=True)
class Verdict:
    """What is said of a tag tonight. `psi` and `usual_nulls` compare it with all nights of the last weeks; None without such nights."""

    state: State
    reasons: tuple[str, ...] = ()
    psi: float | None = None
    usual_nulls: float | None = None


def judged(tonight: Profile, earlier: Iterable[Profile], movement: Movement, since: date | None = None) -> Verdict:
    """Return the verdict on a tag. It is good if it is like one of the nights that it is compared with.

    A slow change is like the night before, so it is no fault. Nights before `since`, from which somebody accepted the tag as it was, do
    not count.
    """
    known = sorted((one for one in earlier if _counts(one, tonight, since)), key=lambda one: one.night)
    recent = _last(known, tonight)
    given = [one for one in recent if one.values >= LEAST_ROWS]
    found = _drift(tonight, recent)
    if tonight.rows < LEAST_ROWS:
        return Verdict("new", (f"{tonight.rows} rows, {LEAST_ROWS} are needed",), *found)
    if len(recent) < LEAST_COMPARED:
        return Verdict("new", (f"{len(recent)} nights to compare with, {LEAST_COMPARED} are needed",), *found)
    if not movement.judged or not (given or tonight.values):
        return Verdict("good", (), *found)
    if not given:
        return Verdict("new", (f"fewer than {LEAST_ROWS} values in the nights to compare with",), *found)
    begins = movement.monthly and tonight.night.day <= MONTH_BEGINS
    same_day = _same_day(known, tonight) if movement.monthly else []
    # Only at the beginning of a month may a tag be without values as it was a night before.
    compared = [*reversed(recent if begins else given), *same_day]
    if any(not unlike(tonight, one, movement, begins) for one in compared):
        return Verdict("good", (), *found)
    if begins and not any(one.night.day <= tonight.night.day for one in same_day):
        return Verdict("new", ("it uses closed months, and there is no beginning of another month to compare with",), *found)
    return Verdict("bad", tuple(unlike(tonight, given[-1], movement, begins)), *found)


def unlike(now: Profile, then: Profile, movement: Movement, begins: bool = False) -> list[str]:
    """Return in words what is different in two nights. `begins` says that a month begins, and a tag that uses closed months moves."""
    said = []
    if abs(now.rows - then.rows) > MOST_ROWS_MOVED * max(now.rows, then.rows):
        said.append(f"the customer record has {now.rows:,} rows, usual {then.rows:,}")
    if abs(now.null_share - then.null_share) > MOST_NULLS_MOVED or (not now.values and then.values >= LEAST_ROWS):
        said.append(f"{now.null_share:.0%} null, usual {then.null_share:.0%}")
    if min(now.values, then.values) < LEAST_ROWS:
        return said
    # A sum over the months of a short history at most doubles when a month closes, which is one group.
    by_a_group = movement.counts_time or (begins and _are_figures(now.bins) and _are_figures(then.bins))
    return [*said, *(_of_time(now.bins, then.bins) if by_a_group else _of_values(now, then))]


def _of_values(now: Profile, then: Profile) -> list[str]:
    """Return what is different in the values: they have all become one, or their distribution is another."""
    if not now.bins and now.distinct == 1 and (then.distinct or 0) >= LEAST_DISTINCT:
        return ["every value is the same"]
    if len(now.bins) == 1:
        (only,) = now.bins
        if sum(then.bins.values()) - then.bins.get(only, 0) >= LEAST_ROWS:
            return [f"every value is in the group {only}" if _are_figures(now.bins) and only != "0" else f"every value is {only}"]
    moved, most = psi(now.bins, then.bins), MOST_PSI + _by_chance(now.bins, then.bins)
    return [f"distributed otherwise than usual: PSI {moved:.2f}, expected at most {most:.2f}"] if moved > most else []


def _are_figures(bins: Mapping[str, int]) -> bool:
    """Whether the groups are powers of two, not codes."""
    return all(group.lstrip("-").isdigit() for group in bins)


def _by_chance(now: Mapping[str, int], then: Mapping[str, int]) -> float:
    """Return the index that two samples of one population have on average, which counts when they are small."""
    return (len({*now, *then}) - 1) * (1 / sum(now.values()) + 1 / sum(then.values())) if now and then else 0.0


def _of_time(now: Mapping[str, int], then: Mapping[str, int]) -> list[str]:
    """Return in words whether too many values moved by more than a group; many in step may enter the next one in one night."""
    moved = moved_far(now, then)
    if moved <= MOST_VALUES_MOVED:
        return []
    return [f"{moved:.0%} of the values moved by more than a group, expected at most {MOST_VALUES_MOVED:.0%}"]


def moved_far(now: Mapping[str, int], then: Mapping[str, int]) -> float:
    """Return the least share of values that must have moved by more than one group, up or down; groups are whole numbers."""
    if not now or not then:
        return 0.0
    edges = {int(group) + step for group in (*now, *then) for step in (-1, 0, 1)}
    below = {edge: (_share_up_to(now, edge), _share_up_to(then, edge)) for edge in edges | {edge - 1 for edge in edges}}
    up = (below[edge - 1][1] - below[edge][0] for edge in edges)
    down = (below[edge - 1][0] - below[edge][1] for edge in edges)
    return max(*up, *down)


def _share_up_to(bins: Mapping[str, int], edge: int) -> float:
    return sum(count for group, count in bins.items() if int(group) <= edge) / sum(bins.values())


def _counts(one: Profile, tonight: Profile, since: date | None) -> bool:
    return one.night < tonight.night and one.rows >= LEAST_ROWS and (since is None or one.night >= since)


def _last(known: Sequence[Profile], tonight: Profile) -> list[Profile]:
    """Return the nights of the last COMPARED days that were not bad. As long as a tag is bad, they are those before it became so."""
    bad = list(takewhile(lambda one: one.state == "bad", reversed(known)))
    began = bad[-1].night if bad else tonight.night
    return [one for one in known if one.state != "bad" and began - timedelta(days=COMPARED) <= one.night]


def _same_day(known: Sequence[Profile], tonight: Profile) -> list[Profile]:
    """Return the nights of other months about the same day of the month that were not bad."""
    of_others = (one for one in known if one.state != "bad" and one.night.replace(day=1) != tonight.night.replace(day=1))
    return [one for one in of_others if abs(one.night.day - tonight.night.day) <= ABOUT]


def _drift(tonight: Profile, recent: Sequence[Profile]) -> tuple[float | None, float | None]:
    """Return the index and the share of nulls against all nights together."""
    if not recent:
        return None, None
    seen = sum(one.seen for one in recent)
    return psi(tonight.bins, added(one.bins for one in recent)), sum(one.nulls for one in recent) / seen if seen else None
