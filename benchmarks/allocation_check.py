"""An independent check of an allocation of the public contact instances, from their CSV files; it shares no code with the solver.

Bigler, Kammermann and Baumann, European Journal of Operational Research 304(2), 2023: table1 has activities, table2 eligible pairs with
expected profit and response probability, table3 business rules, table4 conflicts of activities that come too soon after each other.
"""

from collections.abc import Collection
from pathlib import Path

import pandas as pd

_ROUNDING = 1e-6


def check(folder: Path, chosen: Collection[tuple[int, int]]) -> tuple[float, list[str]]:
    """Return the expected profit of the (customer, activity) chosen, and each rule that is broken, in words."""
    activities = pd.read_csv(folder / "table1.csv").set_index("Activity")
    pairs = pd.read_csv(folder / "table2.csv.gz").set_index(["Customer", "Activity"])
    wanted = pd.MultiIndex.from_tuples(sorted(chosen), names=["Customer", "Activity"])
    broken = [f"{len(wanted.difference(pairs.index))} pairs are not eligible"] if len(wanted.difference(pairs.index)) else []
    rows = pairs.loc[wanted.intersection(pairs.index)].reset_index().join(activities, on="Activity")
    for rule in pd.read_csv(folder / "table3.csv").itertuples():
        meant = rows[rows["Day"].between(rule.StartDay, rule.EndDay) & _of(rows, rule.Channels, rule.TargetProducts)]
        broken += _broken(f"rule {rule.Index + 1} {rule.Type}", rule.Type, float(rule.Bound), meant)
    for rule in pd.read_csv(folder / "table4.csv").itertuples():
        first, second = rows[_of(rows, rule.Channel1, rule.TargetProduct1)], rows[_of(rows, rule.Channel2, rule.TargetProduct2)]
        both = first.merge(second, on="Customer", suffixes=("", "_after"))
        days = both["Day_after"] - both["Day"]
        too_soon = (both["Activity"] != both["Activity_after"]) & (days >= 0) & (days < rule.Lag)
        broken += [f"conflict {rule.Index + 1}: {int(too_soon.sum())} pairs come too soon"] if too_soon.any() else []
    return float(rows["ExpectedProfit"].sum()), broken


def _of(rows: pd.DataFrame, channels: str, products: str) -> "pd.Series[bool]":
    """Whether the activity has one of the channels and one of the products."""
    named = [channel.strip() for channel in channels.split(";")]
    in_channels = pd.Series(True, rows.index) if channels == "ALL" else rows["Channel"].isin(named)
    if products == "ALL":
        return in_channels
    return in_channels & rows["TargetProducts"].map(lambda its: not set(its.split(";")).isdisjoint(products.split(";"))).astype(bool)


def _broken(name: str, kind: str, bound: float, meant: pd.DataFrame) -> list[str]:
    if kind == "Maximum contact":
        most = int(meant.groupby("Customer").size().max()) if len(meant) else 0
        return [f"{name}: a customer has {most}, at most {bound}"] if most > bound else []
    amounts = {"assignment": len(meant), "sales": float(meant["ResponseProbability"].sum()), "Budget": float(meant["Cost"].sum())}
    (amount,) = (amounts[word] for word in amounts if word in kind)
    is_least = kind.startswith("Minimum")
    off = bound - amount if is_least else amount - bound
    return [f"{name}: {amount}, at {'least' if is_least else 'most'} {bound}"] if off > _ROUNDING * max(1.0, bound) else []
