"""The operator's feeds: `FEEDS` has every `Feed` that a file in this folder declares."""

from collections import Counter
from importlib import import_module
from pkgutil import iter_modules

from expectations.errors import FeedError, teach
from expectations.feed import Feed


def one_feed_each(feeds: tuple[Feed, ...]) -> dict[str, Feed]:
    """The feeds by name; FeedError when two have the same name, or both bring the vault its numbers. Several may fill one table."""
    names = Counter(feed.name for feed in feeds)
    faults = [f"{times} feeds have the name {name}" for name, times in sorted(names.items()) if times > 1]
    vaults = [feed.name for feed in feeds if feed.vault]
    faults += [f"{len(vaults)} feeds bring the vault its numbers: {', '.join(vaults)}"] if len(vaults) > 1 else []
    if faults:
        raise FeedError(teach("Feeds", faults, "rename one of them, or keep one of them in expectations/feeds/."))
    return {feed.name: feed for feed in feeds}


def _found() -> tuple[Feed, ...]:
    modules = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
    # A file may declare several feeds, and one that imports another's does not declare it twice.
    declared = {id(value): value for module in modules for value in vars(module).values() if isinstance(value, Feed)}
    return tuple(sorted(declared.values(), key=lambda feed: feed.name))


FEEDS = one_feed_each(_found())
