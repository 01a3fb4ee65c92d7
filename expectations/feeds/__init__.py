"""The operator's feeds: `FEEDS` has every `Feed` that a file in this folder declares."""

from collections import Counter

from expectations.errors import FeedError, teach
from expectations.feed import Feed
from expectations.found import declared_in


def one_feed_each(feeds: tuple[Feed, ...]) -> dict[str, Feed]:
    """Return the feeds by name. Several may fill one table. FeedError when two have the same name, or two fill the vault's numbers."""
    names = Counter(feed.name for feed in feeds)
    faults = [f"{times} feeds have the name {name}" for name, times in sorted(names.items()) if times > 1]
    vaults = [feed.name for feed in feeds if feed.vault]
    faults += [f"{len(vaults)} feeds fill the vault's numbers: {', '.join(vaults)}"] if len(vaults) > 1 else []
    if faults:
        raise FeedError(teach("Feeds", faults, "rename one of them, or keep one of them in expectations/feeds/."))
    return {feed.name: feed for feed in feeds}


FEEDS = one_feed_each(tuple(sorted(declared_in(__name__, __path__, Feed), key=lambda feed: feed.name)))
