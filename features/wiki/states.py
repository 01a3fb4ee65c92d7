"""How far a tag has come: draft, rated, trial, proven, retired. The rules are written here and nowhere else.

The first rule that holds, from the bottom of the list, gives the state:

- draft: declared, and nothing more is known.
- rated: at least 3 people rated it, and its combined score is at least 500.
- trial: a live scenario (pilot or live) or a model uses it.
- proven: it is in trial, and the closed loop has evidence: the interval of the incremental response is above 0, the tag is stable
  (PSI below 0.25), and it says something about at least 1 % of the subscribers.
- retired: it is listed in retired.csv.
"""

from collections.abc import Collection
from dataclasses import dataclass

from features.wiki.advice import Retired

STATES = {"draft": "草稿", "rated": "已评价", "trial": "试用", "proven": "已验证", "retired": "已停用"}
RATERS_NEEDED, SCORE_NEEDED = 3, 500
PSI_FROM, COVERAGE_NEEDED = 250, 10


@dataclass(frozen=True)
class Evidence:
    """What the closed loop measured of a tag: the lower end of the interval of the incremental response (ppm), PSI (thousandths), and
    the share of subscribers for whom the tag is not null (per mille)."""

    response_low_ppm: int
    psi_thousandths: int
    coverage_per_mille: int

    @property
    def proves(self) -> bool:
        """Whether it is enough for proven."""
        return self.response_low_ppm > 0 and self.psi_thousandths < PSI_FROM and self.coverage_per_mille >= COVERAGE_NEEDED


def state_of(
    raters: int, score: int | None, used_by: Collection[str] = (), evidence: Evidence | None = None, retired: Retired | None = None
) -> tuple[str, str]:
    """Return the state, a key of STATES, and the reason in words."""
    if retired is not None:
        return "retired", f"{retired.reason}; last date {retired.last_date}"
    if used_by and evidence is not None and evidence.proves:
        return "proven", f"used by {', '.join(used_by)}, and its response is above that of the control group"
    if used_by:
        return "trial", f"used by {', '.join(used_by)}"
    if raters >= RATERS_NEEDED and score is not None and score >= SCORE_NEEDED:
        return "rated", f"{raters} people rated it, and its score is {score}"
    known = "unknown" if score is None else score
    return "draft", f"{raters} raters, and {RATERS_NEEDED} make it rated; score {known}, and rated from {SCORE_NEEDED}"
