"""What receive keeps of a web request beside its bytes: host, app and content keywords."""

from collections.abc import Sequence

from features.web.apps import known_apps
from features.web.rules import normal_host
from features.web.terms import WITHHELD, asked, keywords, searched

Mined = tuple[str | None, str | None, list[str] | None]


def mine(
    hosts: Sequence[str | None], urls: Sequence[str | None], agents: Sequence[str | None], titles: Sequence[str | None]
) -> list[Mined]:
    """Return (host, app, keywords) of each request; `hosts` are those that the form HOST has read, null stays null.

    A host about a sensitive topic is replaced by `withheld`, and such a request has neither app nor keywords. A search or a title about a
    sensitive topic has no keywords.
    """
    apps, words = known_apps(), keywords()
    normal = {host: normal_host(host) for host in set(hosts) if host is not None}
    withheld = {host for host, name in normal.items() if words.withholds(name)}
    found: list[Mined] = []
    for host, url, agent, title in zip(hosts, urls, agents, titles, strict=True):
        if host is None or url is None:
            found.append((host, None, None))
        elif host in withheld:
            found.append((WITHHELD, None, None))
        else:
            text = " ".join(filter(None, (searched(url) if "?" in url else "", title)))
            # Another part of the query may say what the search was about.
            terms = words.terms_of(text) if text and not words.is_sensitive(asked(url)) else None
            found.append((normal[host], apps.app_of(normal[host], url, agent), terms))
    return found
