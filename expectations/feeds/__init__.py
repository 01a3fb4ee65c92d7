"""The operator's feeds, one file each; `FEEDS` finds them by standing in this folder, every `Feed` that a file declares."""

from importlib import import_module
from pkgutil import iter_modules

from expectations.errors import FeedError, teach
from expectations.feed import Feed


def one_feed_each(feeds: tuple[Feed, ...]) -> dict[str, Feed]:
    """The feeds by name; FeedError when two have the same name, fill the same table, or both bring the vault its numbers."""
    faults = []
    for what, of in (("have the name", lambda feed: feed.name), ("fill the table", lambda feed: feed.table.name)):
        shared = {of(feed): [other.name for other in feeds if of(other) == of(feed)] for feed in feeds}
        faults += [f"{len(names)} feeds {what} {value}: {', '.join(names)}" for value, names in sorted(shared.items()) if len(names) > 1]
    vaults = [feed.name for feed in feeds if feed.vault]
    faults += [f"{len(vaults)} feeds bring the vault its numbers: {', '.join(vaults)}"] if len(vaults) > 1 else []
    if faults:
        raise FeedError(
            teach("Feeds", faults, "keep one of them in expectations/feeds/; a layout of your own takes the place of the shipped one.")
        )
    return {feed.name: feed for feed in feeds}


def _found() -> tuple[Feed, ...]:
    modules = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
    # A file may declare several feeds, and one that imports another's does not declare it twice.
    declared = {id(value): value for module in modules for value in vars(module).values() if isinstance(value, Feed)}
    return tuple(sorted(declared.values(), key=lambda feed: feed.name))


FEEDS = one_feed_each(_found())
