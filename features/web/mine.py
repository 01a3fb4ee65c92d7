"""What receive keeps of a web request beside its bytes: host, app and content keywords."""

from typing import TYPE_CHECKING

import numpy as np

from features.web.apps import known_apps
from features.web.rules import normal_host
from features.web.terms import WITHHELD, asked, keywords, may_search, searched

if TYPE_CHECKING:
    import pyarrow


def mine(hosts: "pyarrow.Array", urls: "pyarrow.Array", agents: "pyarrow.Array", titles: "pyarrow.Array") -> "dict[str, pyarrow.Array]":
    """Return the columns host, app and terms (keywords) of requests; `hosts` are those that the form HOST has read, null stays null.

    A host about a sensitive topic is replaced by `withheld`, and such a request has neither app nor keywords. A search or a title about a
    sensitive topic has no keywords.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    encoded, words = hosts.dictionary_encode(), keywords()
    named = encoded.dictionary.to_pylist()
    normal = [normal_host(host) for host in named]
    is_withheld = [words.withholds(name) for name in normal]
    # Without a URL the host stays as it was read.
    with_url = pc.if_else(urls.is_valid(), pa.array(normal, pa.string()).take(encoded.indices), hosts)
    withheld = pc.and_kleene(pa.array(is_withheld, pa.bool_()).take(encoded.indices), urls.is_valid())
    is_open = np.asarray(pc.fill_null(pc.and_(urls.is_valid(), pc.invert(withheld)), False))
    terms = pa.array(_terms(urls, titles, is_open), pa.list_(pa.string()))
    shown = pc.if_else(pc.fill_null(withheld, False), WITHHELD, with_url)
    return {"host": shown, "app": _apps(encoded, normal, urls, agents, is_open), "terms": terms}


def _apps(
    hosts: "pyarrow.DictionaryArray", normal: list[str], urls: "pyarrow.Array", agents: "pyarrow.Array", is_open: np.ndarray
) -> "pyarrow.Array":
    """Return the app of each request that `is_open`. Mostly host and agent tell it, so each pair of these is looked at once."""
    import pyarrow as pa
    import pyarrow.compute as pc

    apps, of_agent = known_apps(), agents.dictionary_encode()
    named = [*of_agent.dictionary.to_pylist(), None]
    host_at = np.asarray(pc.fill_null(hosts.indices, 0)).astype(np.int64)
    agent_at = np.asarray(pc.fill_null(of_agent.indices, len(named) - 1))
    by_path = np.array([apps.depends_on_path(name) for name in normal], bool)
    places = np.flatnonzero(is_open)
    alone = places[by_path[host_at[places]]]
    pairs, each = np.unique(host_at * len(named) + agent_at, return_inverse=True)
    of_pairs = [apps.app_of(normal[pair // len(named)], "", named[pair % len(named)]) if normal else None for pair in pairs.tolist()]
    found = np.array([*of_pairs, None], object)[:-1][each]
    found[~is_open] = None
    for at, url in zip(alone.tolist(), urls.take(pa.array(alone)).to_pylist(), strict=True):
        found[at] = apps.app_of(normal[host_at[at]], url, named[agent_at[at]])
    return pa.array(found, pa.string())


def _terms(urls: "pyarrow.Array", titles: "pyarrow.Array", is_open: np.ndarray) -> list[list[str] | None]:
    """Return the keywords of each request that `is_open`."""
    import pyarrow as pa
    import pyarrow.compute as pc

    words = keywords()
    found: list[list[str] | None] = [None] * len(urls)
    places = np.flatnonzero(is_open & (np.asarray(pc.fill_null(may_search(urls), False)) | np.asarray(titles.is_valid())))
    texts = (of.take(pa.array(places)).to_pylist() for of in (urls, titles))
    for at, url, title in zip(places.tolist(), *texts, strict=True):
        text = " ".join(filter(None, (searched(url) if "?" in url else "", title)))
        # Another part of the query may say what the search was about.
        if text and not words.is_sensitive(asked(url)):
            found[at] = words.terms_of(text)
    return found
