"""S10 of a day: use of the operator's own services by those who hold them, with the content they like.

Of those who hold a service six in ten like it and use it on a third of the days; the others never do. Everybody has a favourite genre in
each service, of which seven in ten of their contents are.
"""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulator.catalogue import SERVICE, products
from simulator.chance import Ints
from simulator.days import NEVER, dates
from simulator.orders import TRIAL_DAYS
from simulator.rendering import coded
from simulator.today import Today

_LIKES, _DAYS_USED, _FAVOURITE = 0.6, 0.33, 0.7
_GENRES, _ITEMS, _MOST_CONTENTS = 8, 400, 3
# Services with contents that have ids.
_WITH_CONTENT = ("video", "reading", "games", "mm")


def platform_values(today: Today) -> dict[str, Any]:
    """Return the columns of platform_usage: days with use, and the first and last day of a trial."""
    codes, since = products()[SERVICE].codes, today.lives.service_since
    found, trials = [], []
    for k in range(len(codes)):
        holds = today.here & (since[:, k] <= today.day)
        likes = today.chance.uniform(f"likes app {k}", 0, today.traits.subscriber) < _LIKES
        begun = today.lives.trial_since[:, k]
        at_an_end = (begun == today.day) | (begun + TRIAL_DAYS - 1 == today.day)
        rows = np.flatnonzero(holds & ((likes & today.happens(f"uses app {k}", _DAYS_USED)) | at_an_end))
        found.append(rows)
        trials.append(begun[rows])
    rows, begun = np.concatenate(found), np.concatenate(trials)
    product = np.repeat(np.arange(len(codes)), [len(mine) for mine in found])
    contents = _contents(today, rows, product)
    return {
        "STAT_DATE": dates(np.full(len(rows), today.day)),
        "USER_ID": today.traits.user_id[rows],
        "PRODUCT_CODE": coded(product, codes),
        "ACTIONS": 1 + pc.fill_null(pc.list_value_length(contents), 0).to_numpy(zero_copy_only=False) + today.draw(12, "actions", rows),
        "CONTENT_IDS": contents,
        "TRIAL_START": dates(begun),
        "TRIAL_END": dates(np.where(begun == NEVER, NEVER, begun + TRIAL_DAYS - 1)),
    }


def _contents(today: Today, rows: Ints, product: Ints) -> pa.Array:
    """Return up to three content ids per row, null if the service has no contents."""
    codes = products()[SERVICE].codes
    names = [codes.index(name) for name in _WITH_CONTENT if name in codes]
    count = np.where(np.isin(product, names), 1 + today.draw(_MOST_CONTENTS, "contents", rows), 0)
    row = np.repeat(np.arange(len(rows)), count)
    nth = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    who, service = today.traits.subscriber[rows[row]], product[row]
    key = (who * len(codes) + service) * _MOST_CONTENTS + nth
    favourite = today.chance.below(_GENRES, "favourite genre", 0, who * len(codes) + service)
    other = today.chance.below(_GENRES, "other genre", today.day, key)
    genre = np.where(today.chance.uniform("in genre", today.day, key) < _FAVOURITE, favourite, other)
    item = pc.cast(pa.array(genre * 10_000 + today.chance.below(_ITEMS, "item", today.day, key)), pa.string())
    ids = pc.binary_join_element_wise(pa.array(codes).take(service), pc.utf8_lpad(item, 6, "0"), "-")
    offsets = np.concatenate([[0], np.cumsum(count)]).astype(np.int32)
    lists = pa.ListArray.from_arrays(pa.array(offsets), ids)
    return pc.if_else(pa.array(count > 0), lists, pa.scalar(None, lists.type))
