"""The limits of the night's allocation in words: what each one allowed, what was used, what one more would earn (影子价格)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from expectations.channels import CHANNELS
from expectations.tables.mkt_limit import ALL_LIMITS

# One of each unit of mkt.limit.
ONE_OF = {"contacts": "contact", "gifts": "gift", "sales": "sale", "fen": "yuan"}


@dataclass(frozen=True)
class LimitLine:
    """A limit as the report shows it. One that costs nothing has room left, or its last unit earns nothing."""

    name: str
    allowed: str
    used: str
    words: str
    is_missed: bool
    costs: bool


@dataclass(frozen=True)
class AllocationFigures:
    """The whole allocation: its value, the proven bound, and its limits; those that cost most first."""

    profit_fen: int
    bound_fen: int
    lines: list[LimitLine]

    @property
    def costly(self) -> list[LimitLine]:
        """The limits without which the contacts would be worth more."""
        return [line for line in self.lines if line.costs]

    @property
    def others(self) -> list[LimitLine]:
        """All other limits: hundreds, where counties and account managers have capacities of their own."""
        return [line for line in self.lines if not line.costs]

    @property
    def words(self) -> str:
        """How good the allocation is, in words."""
        off = max(0, self.bound_fen - self.profit_fen)
        share = off / self.bound_fen if self.bound_fen > 0 else 0.0
        return (
            f"Contacts of an expected value of {yuan(self.profit_fen)} yuan. No choice within these limits is worth more than "
            f"{yuan(self.bound_fen)} yuan, so at most {yuan(off)} yuan ({share:.2%}) are missing."
        )


def allocation_figures(rows: Iterable[Mapping[str, Any]], counties: Mapping[str, str] | None = None) -> AllocationFigures | None:
    """Return the figures from a night's rows of mkt.limit; None if nothing was decided. `counties` has the names of counties by code."""
    by_name = {row["name"]: row for row in rows}
    if not (whole := by_name.pop(ALL_LIMITS, None)):
        return None
    order = sorted(by_name.values(), key=lambda row: (-abs(row["price_fen"]), row["name"]))
    return AllocationFigures(whole["profit_fen"], whole["bound_fen"], [line_of(row, counties) for row in order])


def line_of(row: Mapping[str, Any], counties: Mapping[str, str] | None = None) -> LimitLine:
    """Return a row of mkt.limit in words, with the channel, the county or the account manager that it is about."""
    bounds = [f"at {kind} {_amount(row, kind)}" for kind in ("least", "most") if row[kind] is not None]
    of = _of_unit(row, counties or {})
    return LimitLine(
        f"capacity{of}" if row["channel"] else row["name"],
        ", ".join(bounds),
        _amount(row, "used"),
        _words(row, of),
        bool(row["missing"]),
        bool(row["missing"] or row["price_fen"]),
    )


def _amount(row: Mapping[str, Any], name: str) -> str:
    return f"{yuan(row[name])} yuan" if row["unit"] == "fen" else f"{row[name]:,}"


def _words(row: Mapping[str, Any], of: str) -> str:
    unit, price = ONE_OF[row["unit"]], row["price_fen"]
    if row["missing"]:
        return f"the least cannot be met: {_amount(row, 'missing')} are missing"
    if price > 0:
        return f"one more {unit}{of} would earn {yuan(price)} yuan"
    if price < 0:
        return f"one {unit} less would earn {yuan(-price)} yuan"
    return "more would earn nothing"


def _of_unit(row: Mapping[str, Any], counties: Mapping[str, str]) -> str:
    channel, county = row["channel"], row["county"]
    named = [channel, *([CHANNELS[channel].label] if channel in CHANNELS else [])]
    through = f" through {' '.join(named)}" if channel else ""
    within = f" in county {' '.join([county, *filter(None, [counties.get(county)])])}" if county else ""
    return through + within + (f" of account manager {row['manager_id']}" if row["manager_id"] else "")


def yuan(fen: int) -> str:
    """Return an amount in yuan."""
    return f"{fen / 100:,.2f}"
