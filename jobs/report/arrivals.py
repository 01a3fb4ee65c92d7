"""The night's deliveries, feed by feed: rows delivered = loaded + quarantined + repeated."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from expectations.feed import Feed
from features.windows import first_of_month


@dataclass(frozen=True)
class Arrival:
    """A record of ops.load: one load that the night examined. `delivered` is None if its files could not be read."""

    feed: str
    scope: str
    event_date: date
    sequence: int
    state: str
    reason: str | None
    delivered: int | None
    loaded: int
    quarantined: int

    @property
    def repeated(self) -> int:
        """Rows of a duplicate: the same content was already loaded."""
        return (self.delivered or 0) if self.state == "duplicate" else 0


@dataclass(frozen=True)
class FeedNight:
    """One feed in one night.

    `newest` is the newest data date loaded so far. `kept` counts the night's quarantined rows by their reasons. `unheld` are loaded rows
    about a number that nobody held on the day (ops.unheld); no tag counts them.
    """

    feed: Feed
    on: date
    arrivals: tuple[Arrival, ...]
    newest: date | None
    kept: dict[tuple[str, ...], int]
    unheld: int = 0

    @property
    def delivered(self) -> int:
        """Rows in the files that could be read."""
        return sum(arrival.delivered or 0 for arrival in self.arrivals)

    @property
    def replaced(self) -> list[Arrival]:
        """Loads that a newer one of the same night replaced; nobody reads their rows."""
        loaded = sorted((one for one in self.arrivals if one.state == "loaded"), key=lambda one: one.sequence)
        newest = {(one.scope, one.event_date): one for one in loaded}
        return [one for one in loaded if newest[one.scope, one.event_date] is not one]

    @property
    def loaded(self) -> int:
        """Rows published, without those of loads that were replaced the same night."""
        return sum(arrival.loaded for arrival in self.arrivals) - sum(arrival.loaded for arrival in self.replaced)

    @property
    def quarantined(self) -> int:
        """Rows not published, including all rows of a refused or held delivery."""
        return sum(arrival.quarantined for arrival in self.arrivals)

    @property
    def repeated(self) -> int:
        """Rows of duplicates, and of loads that were replaced the same night."""
        return sum(arrival.repeated for arrival in self.arrivals) + sum(arrival.loaded for arrival in self.replaced)

    @property
    def unreadable(self) -> int:
        """Deliveries whose rows could not be counted."""
        return sum(arrival.delivered is None for arrival in self.arrivals)

    @property
    def refused(self) -> list[Arrival]:
        """Deliveries not loaded: refused, or held until released."""
        return [arrival for arrival in self.arrivals if arrival.state in ("refused", "held")]

    @property
    def duplicates(self) -> list[Arrival]:
        """Deliveries whose content was already loaded."""
        return [arrival for arrival in self.arrivals if arrival.state == "duplicate"]

    @property
    def late(self) -> list[Arrival]:
        """Deliveries that arrived after the night that needed them. A feed that arrives only on change is never late."""
        return [
            arrival for arrival in self.arrivals if arrival.state == "loaded" and self.on > _due(self.feed, arrival.event_date, self.on)
        ]

    @property
    def adds_up(self) -> bool:
        """Whether no row is lost, in every delivery that could be read and in the quarantine."""
        readable = (arrival for arrival in self.arrivals if arrival.delivered is not None)
        listed = sum(arrival.quarantined for arrival in self.arrivals if arrival.state == "loaded")
        return listed == sum(self.kept.values()) and all(a.delivered == a.loaded + a.quarantined + a.repeated for a in readable)

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """Reasons with their number of rows, the commonest first; a row may have several."""
        counted: dict[str, int] = {}
        for reasons, rows in self.kept.items():
            for reason in reasons:
                counted[reason] = counted.get(reason, 0) + rows
        return sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))


def _due(feed: Feed, event_date: date, on: date) -> date:
    """Return the night that should see this data date."""
    if feed.cadence == "daily":
        return event_date
    return first_of_month(event_date, -1).replace(day=feed.due_day or 1) if feed.cadence == "monthly" else on


def feed_nights(
    feeds: Iterable[Feed],
    on: date,
    arrivals: Iterable[Arrival],
    newest: dict[str, date],
    kept: dict[str, dict[tuple[str, ...], int]],
    unheld: dict[str, int],
) -> list[FeedNight]:
    """Return every feed with its deliveries of the night, including feeds without any."""
    by_feed: dict[str, list[Arrival]] = {}
    for arrival in sorted(arrivals, key=lambda arrival: (arrival.event_date, arrival.scope, arrival.sequence)):
        by_feed.setdefault(arrival.feed, []).append(arrival)

    def came(feed: Feed) -> FeedNight:
        name = feed.name
        return FeedNight(feed, on, tuple(by_feed.get(name, ())), newest.get(name), kept.get(name, {}), unheld.get(name, 0))

    return [came(feed) for feed in feeds]
