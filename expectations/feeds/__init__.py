"""The operator's feeds: `FEEDS` has every `Feed` that a file in this folder declares."""

from collections import Counter

from expectations.errors import FeedError, teach
from expectations.feed import Feed
from expectations.found import declared_in


def one_feed_each(feeds: tuple[Feed, ...]) -> dict[str, Feed]:
    """Return the feeds by name. Several may fill one table. FeedError when two have the same name, or two fill one table of the vault."""
    names = Counter(feed.name for feed in feeds)
    faults = [f"{times} feeds have the name {name}" for name, times in sorted(names.items()) if times > 1]
    vaults: dict[str, list[str]] = {}
    for feed in feeds:
        for to_vault in feed.vault:
            vaults.setdefault(to_vault.table.name, []).append(feed.name)
    faults += [f"{len(of)} feeds fill {table}: {', '.join(of)}" for table, of in sorted(vaults.items()) if len(of) > 1]
    if faults:
        raise FeedError(teach("Feeds", faults, "rename one of them, or keep one of them in expectations/feeds/."))
    return {feed.name: feed for feed in feeds}


FEEDS = one_feed_each(tuple(sorted(declared_in(__name__, __path__, Feed), key=lambda feed: feed.name)))
