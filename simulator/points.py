"""S13 of a day: points for consumption, points redeemed, and recommendations by clerks and subscribers, which earn points."""

from typing import Any

import numpy as np
import pyarrow as pa

from simulator.catalogue import SERVICE, product_codes, products
from simulator.chance import Ints
from simulator.rendering import coded
from simulator.today import Today
from simulator.traits import Flags

_EARNERS = ("clerk", "subscriber")
_CLERKS = 900
_FOR_RECOMMENDING = 50
_REASONS = ("consumption", "recommendation", "redeemed")


def recommendation_values(today: Today) -> dict[str, Any]:
    """Return the columns of recommendation."""
    rows, by_clerk, recommender, after_order = _recommendations(today)
    codes = product_codes()
    offered = np.array([place for place, code in enumerate(codes) if code in (*products()["data_plan"].codes, *products()[SERVICE].codes)])
    product = np.where(after_order, today.lives.advised[rows], offered[today.draw(len(offered), "recommended product", rows)])
    return {
        "RECOMMEND_ID": _texts("R", today.ids(20, rows) + 10**9 * after_order),
        "RECOMMEND_TIME": today.moments("recommendation", rows),
        "RECOMMENDER_KIND": coded(np.where(by_clerk, 0, 1), _EARNERS),
        "CLERK_ID": _clerks(today, rows, by_clerk),
        "RECOMMENDER_MSISDN": pa.array(today.numbers[recommender], mask=by_clerk),
        "MSISDN": today.numbers[rows],
        "PRODUCT_CODE": coded(product, codes),
    }


def points_values(today: Today) -> dict[str, Any]:
    """Return the columns of points_event: one for each recommendation, and what subscribers earn and redeem themselves."""
    recommended, by_clerk, recommender, after_order = _recommendations(today)
    spends = np.flatnonzero(today.happens("redeems points", 0.0008))
    earns = np.flatnonzero(today.happens("earns points", 0.008))
    rows = np.concatenate([recommended, earns, spends])
    reason = np.repeat([1, 0, 2], [len(recommended), len(earns), len(spends)])
    of_clerk = np.concatenate([by_clerk, np.zeros(len(earns) + len(spends), dtype=bool)])
    is_second = np.concatenate([after_order, np.zeros(len(earns) + len(spends), dtype=bool)])
    amount = 10 * (1 + today.draw(30, "points", rows))
    return {
        "EVENT_ID": _texts("P", today.ids(10, rows) + 10**9 * (reason + 10 * is_second)),
        "EVENT_TIME": today.moments("points", rows),
        "EARNER_KIND": coded(np.where(of_clerk, 0, 1), _EARNERS),
        "CLERK_ID": _clerks(today, rows, of_clerk),
        "MSISDN": pa.array(today.numbers[np.concatenate([recommender, earns, spends])], mask=of_clerk),
        "REASON": coded(reason, _REASONS),
        "POINTS": np.select([reason == 1, reason == 2], [_FOR_RECOMMENDING, -amount], amount),
    }


def _recommendations(today: Today) -> tuple[Ints, Flags, Ints, Flags]:
    """Return to whom something is recommended, whether a clerk does it, who does it if not, and whether they ordered it after a contact.

    Subscribers recommend to the one next to them, if both are here.
    """
    rows = np.flatnonzero(today.happens("gets a recommendation", 0.002))
    who = today.traits.subscriber[rows]
    friend = rows + (who ^ 1) - who
    is_there = (friend >= 0) & (friend < len(today.here))
    friend = np.where(is_there, friend, rows)
    by_clerk = (today.draw(10, "by clerk", rows) < 6) | (friend == rows) | ~today.here[friend]
    told = np.flatnonzero(today.here & (today.lives.advised >= 0))
    teller = told + (today.traits.subscriber[told] ^ 1) - today.traits.subscriber[told]
    told, teller = told[today.here[teller]], teller[today.here[teller]]
    nobody, after_order = np.zeros(len(told), dtype=bool), np.repeat([False, True], [len(rows), len(told)])
    return np.concatenate([rows, told]), np.concatenate([by_clerk, nobody]), np.concatenate([friend, teller]), after_order


def _clerks(today: Today, rows: Ints, by_clerk: Flags) -> pa.Array:
    clerk = today.draw(_CLERKS, "clerk", rows)
    return pa.array([f"S{one:05d}" if by else None for one, by in zip(clerk.tolist(), by_clerk.tolist(), strict=True)], pa.string())


def _texts(letter: str, ids: Ints) -> pa.Array:
    return pa.array([f"{letter}{one}" for one in ids.tolist()], pa.string())
