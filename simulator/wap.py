"""The WAP log of a day: requests by number, host, bytes and user agent."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import quote

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulator.catalogue import CATEGORIES, NETWORKS, handsets, rows_of
from simulator.chance import Chance, Floats, Ints
from simulator.circles import homes_of
from simulator.location import CELLS, cells_of
from simulator.province import Province
from simulator.rendering import coded
from simulator.traits import Traits
from simulator.usage import RAT_SHARES, Usage

_ROWS_A_SUBSCRIBER = 1_000
_SCALE = 1.85  # A mean per surfing subscriber that gives the province's mean over all subscribers, most of whom do not surf on a day.
# % stands for any digit, # for the holder's own number. Text that begins with # is put before the host, as some gateways do.
_PATHS = {
    "video": ("/v/play.html?vid=%", "/list?cat=12&uid=%"),
    "games": ("/game/%.html", "/dl/pkg?id=%&channel=wap", "/login?uid=%"),
    "social": ("/feed?uid=%", "/msg/send?to=%", "/profile?msisdn=#"),
    "news": ("/a/%.html", "/list/local?loc=%"),
    "life": ("/q?city=%", "/near?lng=118.%&r=500", "/order?tel=#"),
    "shopping": ("/item.htm?id=%", "/cart?uid=%", "/pay?tel=#"),
    "reading": ("/book/%/1.html", "/shelf?uid=%", "#/home"),
    "music": ("/song/%.mp3", "/fm?uid=%&rate=64"),
    "other": ("/ping?dev=%", "/upd?imei=%"),
}
_NIGHT_HOURS = np.array([23, 0, 1, 2, 3, 4, 5, 6])
_NIGHT_WEIGHTS = np.array([30.0, 22, 11, 6, 4, 4, 7, 16])
_DAY_WEIGHTS = np.array([5.0, 6, 6, 6, 7, 9, 8, 6, 6, 6, 7, 9, 10, 11, 12, 11])
_STATUSES = np.array([200, 302, 304, 404, 500])
_STATUS_SHARES = np.array([88.0, 5, 4, 2.5, 0.5])
# The share of requests that the log has twice.
TWICE = 0.002
# How often a text is searched for, beside each other path of a host.
SEARCHED = 0.1


@dataclass(frozen=True)
class _Urls:
    """Every host with every path of its category.

    A path is the text up to a placeholder, the text after it, and whether the placeholder is the holder's number.
    """

    before: pa.Array
    after: pa.Array
    shows_number: np.ndarray
    first: Ints
    edges: tuple[Floats, ...]


@lru_cache(maxsize=1)
def _urls() -> _Urls:
    before: list[str] = []
    after: list[str] = []
    shows: list[bool] = []
    first: list[int] = []
    edges: list[Floats] = []
    hosts = rows_of("hosts")
    for category in CATEGORIES:
        first.append(len(before))
        weights = []
        for rank, host in enumerate(row["host"] for row in hosts if row["category"] == category):
            searches = [f"/search?q={quote(row['text'])}&pg=%" for row in rows_of("searches") if row["category"] == category]
            for path in (*_PATHS[category], *searches):
                # The text of a search has percent signs of its own, before the placeholder.
                head, mark, tail = path.partition("#") if "#" in path else path.rpartition("%")
                before.append(f"http://{host}{head}" if head else "http://")
                after.append(tail if head else f".{host}{tail}")
                shows.append(mark == "#")
                weights.append((SEARCHED if path in searches else 1) / (rank + 1.5))
        edges.append(np.cumsum(weights) / np.sum(weights))
    return _Urls(pa.array(before), pa.array(after), np.array(shows), np.array(first), tuple(edges))


def log_values(traits: Traits, usage: Usage, chance: Chance, day: int, province: Province) -> tuple[dict[str, Any], Ints]:
    """Return the columns of S7 sorted by time, and a key per row that does not depend on chunks."""
    surfs = (usage.cellular + usage.wlan) > 0
    wanted = province.wap_rows * _SCALE * traits.requests * surfs + chance.uniform("requests", day, traits.subscriber) * surfs
    counts = wanted.astype(np.int64).clip(max=_ROWS_A_SUBSCRIBER - 1)
    row = np.repeat(np.arange(len(counts)), counts)
    nth = np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts, counts)
    keys = traits.subscriber[row] * _ROWS_A_SUBSCRIBER + nth
    second = _seconds(traits, chance, day, row, keys)
    order = np.lexsort((keys, second))
    # Two gateways log some requests.
    order = np.repeat(order, 1 + (chance.uniform("logged twice", day, keys[order]) < TWICE).astype(np.int64))
    row, keys, second = row[order], keys[order], second[order]
    wlan = chance.uniform("over wlan", day, keys) < (usage.wlan / (usage.cellular + usage.wlan).clip(min=1))[row]
    rat = np.where(wlan, len(NETWORKS), _rat(traits, chance, day, row, keys))
    volume = ((usage.cellular + usage.wlan) / counts.clip(min=1))[row] * (0.2 + 1.6 * chance.uniform("row bytes", day, keys))
    number = traits.number_on(day)[row]
    midnight = np.datetime64(day, "D").astype("datetime64[s]")
    values = {
        "REQ_TIME": midnight + second.astype("timedelta64[s]"),
        "MSISDN": number,
        "URL": _url(traits, chance, day, row, keys, number),
        "USER_AGENT": _agent(traits, chance, day, row, keys, number),
        "RAT": coded(rat, (*NETWORKS, "WLAN")),
        "CELL_ID": _cell(traits, chance, province, day, row, keys),
        "BYTES_UP": (volume * 0.08).astype(np.int64) + 200,
        "BYTES_DOWN": (volume * 0.92).astype(np.int64),
        "STATUS": _STATUSES[chance.choice(_STATUS_SHARES, "status", day, keys)],
    }
    return values, keys


def _seconds(traits: Traits, chance: Chance, day: int, row: Ints, keys: Ints) -> Ints:
    """Return the second of the day: idle hours as often as the subscriber's own profile says."""
    night = chance.uniform("at night", day, keys) < traits.idle_share[row]
    idle_hour = _NIGHT_HOURS[chance.choice(_NIGHT_WEIGHTS, "night hour", day, keys)]
    busy_hour = 7 + chance.choice(_DAY_WEIGHTS, "hour", day, keys)
    return np.where(night, idle_hour, busy_hour) * 3600 + chance.below(3600, "second", day, keys)


def _rat(traits: Traits, chance: Chance, day: int, row: Ints, keys: Ints) -> Ints:
    shares = np.cumsum(RAT_SHARES, axis=1)[handsets().network[traits.handset_on(day)]][row]
    return (chance.uniform("row rat", day, keys)[:, None] >= shares[:, :2]).sum(axis=1)


def _url(traits: Traits, chance: Chance, day: int, row: Ints, keys: Ints, number: Ints) -> pa.Array:
    urls = _urls()
    tastes = np.cumsum(traits.tastes, axis=1)
    category = (chance.uniform("category", day, keys)[:, None] >= tastes[row][:, :-1]).sum(axis=1)
    draw, url = chance.uniform("url", day, keys), np.zeros(len(keys), dtype=np.int64)
    for position, edges in enumerate(urls.edges):
        asked = category == position
        url[asked] = urls.first[position] + np.searchsorted(edges, draw[asked], side="right").clip(max=len(edges) - 1)
    filler = pc.cast(
        pa.array(np.where(urls.shows_number[url], number, 10_000 + chance.below(90_000_000, "filler", day, keys))), pa.string()
    )
    return pc.binary_join_element_wise(urls.before.take(url), filler, urls.after.take(url), "")


def _agent(traits: Traits, chance: Chance, day: int, row: Ints, keys: Ints, number: Ints) -> pa.Array:
    types, handset = handsets(), traits.handset_on(day)[row]
    # Mostly the browser that came with the handset.
    own = chance.uniform("agent", day, keys) < 0.7
    agent = types.first_agent[handset] + np.where(own, 0, types.agent_count[handset] - 1)
    sent = chance.uniform("agent sent", day, keys)
    # A few contain the number, so that receive has something to remove.
    shown = np.flatnonzero(sent > 0.998)
    with_number = [f"{types.agents[agent[place]]} TEL/{number[place]}" for place in shown.tolist()]
    agent[shown] = len(types.agents) + np.arange(len(shown))
    return coded(np.where(sent > 0.004, agent, -1), (*types.agents, *with_number))


def _cell(traits: Traits, chance: Chance, province: Province, day: int, row: Ints, keys: Ints) -> Ints:
    """Return mostly the home cell, else any in its county."""
    place, home = (of[row] for of in homes_of(traits, chance, province, day))
    away = chance.below(CELLS, "cell", day, keys)
    return cells_of(place, np.where(chance.uniform("at home", day, keys) < 0.6, home, away))
