"""A person to forget: every identifier that leads to them, and the test whether a line is theirs."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from expectations.feed import Feed
from expectations.tables.ods_subscriber import ODS_SUBSCRIBER
from expectations.tables.vault import VAULT_IDENTITY, VAULT_NUMBER, VAULT_PERSON
from jobs.people.customer import CustomerError, holders
from jobs.people.find import rows_where
from jobs.receive.to_vault import fields_of_people
from jobs.runtime.forgotten import BETWEEN, bare, identifiers, written
from jobs.runtime.lake import Lake

# Two handsets: of the last days, and of the month of entry.
_DEVICES = ("imei_token", "entry_imei_token")


@dataclass(frozen=True)
class Person:
    """The holder of a number: tokens, user ids, numbers, documents, IMEIs that nobody else has, and who held each number from which day."""

    tokens: frozenset[str]
    users: frozenset[str]
    numbers: frozenset[str]
    documents: frozenset[str]
    imeis: frozenset[str]
    # Tokens of vault.identity to delete: of the person, their numbers and their own IMEIs.
    identities: frozenset[str]
    held: dict[str, list[tuple[date, str]]] = field(repr=False)

    @cached_property
    def secrets(self) -> frozenset[str]:
        """What a search looks for. Names are not among them, because other people have the same."""
        return self.users | self.numbers | self.documents | self.imeis

    def held_on(self, number: str, day: date) -> bool:
        """Whether they held one of their numbers on that day, by the newest extract up to it, or else by the first."""
        extracts = self.held.get(number, [])
        newest = [who for of, who in extracts if of <= day][-1:] or [who for _, who in extracts[:1]]
        return bool(newest) and newest[0] in self.tokens

    def of_number(self, number: str) -> str:
        """Return in which extracts they had the number, and since when somebody else has it; their token names them in the lake."""
        extracts = self.held[bare(number)]
        own = [day for day, who in extracts if who in self.tokens]
        since = min((day for day, who in extracts if day > own[-1] and who not in self.tokens), default=None)
        theirs = f"subscriber {', '.join(sorted(self.tokens))}, with this number in the extracts from {own[0]} to {own[-1]}"
        return theirs + (f"; somebody else has it since {since}, and is not forgotten" if since else "")

    def last_held(self) -> frozenset[str]:
        """Return their numbers that nobody else has got since."""
        return frozenset(number for number in self.numbers if self.held_on(number, date.max))

    def is_in(self, text: str, day: date) -> bool:
        """Whether a text has their user id, or a number that they held on that day."""
        found = identifiers(text)
        return bool(found & self.users) or any(self.held_on(number, day) for number in found & self.numbers)

    def is_line_of(self, line: str, feed: Feed | None, day: date, columns: Sequence[str] = ()) -> bool:
        """Whether a line of a feed is theirs; of a line that cannot be split, and of no known feed, any identifier counts.

        `columns` are the names of the file's columns, if its header has another order than the feed.
        """
        if not any(secret in line for secret in self.users | self.numbers):
            return False
        if feed is None:
            return self.is_in(line, day)
        quoting = {"quotechar": feed.quote, "escapechar": feed.escape} if feed.quote else {"quoting": csv.QUOTE_NONE, "quotechar": None}
        try:
            cells = next(csv.reader([line], delimiter=feed.delimiter, **quoting), [])
        except csv.Error:
            # A lone carriage return, or a cell of more than 128 KB.
            cells = []
        names = columns or [of.name for of in feed.fields]
        if len(cells) != len(names):
            return self.is_in(line, day)
        people = set(fields_of_people(feed))
        return self.is_in(BETWEEN.join(cell for name, cell in zip(names, cells, strict=True) if name in people), day)


def _devices(rows: list[dict[str, Any]]) -> set[str]:
    """Return the tokens of IMEIs in rows of ods.subscriber."""
    return {row[name] for row in rows for name in _DEVICES} - {None}


def _holders(lake: Lake, number: str, on: date | None) -> list[str]:
    """Return the subscriber ids with the number in the newest extract, or in the newest one up to `on` that has it."""
    import pyarrow.compute as pc

    rows = rows_where(lake, VAULT_NUMBER, pc.field("number").isin(written(number)))
    if on is None:
        try:
            return holders(lake, number)
        except CustomerError:
            if not rows:
                raise
            last = max(row["day"] for row in rows)
            raise CustomerError(
                f"Nobody holds this number in the newest extract. It was last in that of {last}.\n  To mend it: to forget its holder of "
                f"that day, add --on {last}."
            ) from None
    newest = max((row["day"] for row in rows if row["day"] <= on), default=None)
    if newest is None:
        raise CustomerError(f"Nobody held this number on {on} or before.\n  To mend it: check its digits and the day.")
    return sorted({row["subscriber_id"] for row in rows if row["day"] == newest})


def person_with(lake: Lake, number: str, on: date | None = None) -> Person:
    """Return the holder of the number in the newest extract, or on that day. CustomerError when there is none, or more than one."""
    import pyarrow.compute as pc

    tokens = _holders(lake, number, on)
    if len(tokens) > 1:
        raise CustomerError(
            f"{len(tokens)} subscriptions have this number in that extract.\n  To mend it: have BOSS corrected; nobody is forgotten "
            "for another's number."
        )
    theirs = pc.field("subscriber_id").isin(tokens)
    numbers = {bare(row["number"]) for row in rows_where(lake, VAULT_NUMBER, theirs)}
    held: dict[str, set[tuple[date, str]]] = {}
    for row in rows_where(lake, VAULT_NUMBER, pc.field("number").isin(sorted(text for one in numbers for text in written(one)))):
        held.setdefault(bare(row["number"]), set()).add((row["day"], row["subscriber_id"]))
    devices = _devices(rows_where(lake, ODS_SUBSCRIBER, theirs))
    is_one = [pc.field(name).isin(sorted(devices)) for name in _DEVICES]
    devices -= _devices(rows_where(lake, ODS_SUBSCRIBER, (is_one[0] | is_one[1]) & ~theirs))
    newest = {number: max(extracts) for number, extracts in held.items()}
    last = sorted(number for number, (_, who) in newest.items() if who in tokens)
    of_user = (pc.field("identity") == "user") & pc.field("token").isin(tokens)
    of_numbers = (pc.field("identity") == "number") & pc.field("raw").isin([text for one in last for text in written(one)])
    stored = rows_where(lake, VAULT_IDENTITY, of_user | of_numbers)
    of_devices = rows_where(lake, VAULT_IDENTITY, (pc.field("identity") == "imei") & pc.field("token").isin(sorted(devices)))
    return Person(
        tokens=frozenset(tokens),
        users=frozenset(row["raw"] for row in stored if row["identity"] == "user"),
        numbers=frozenset(numbers),
        documents=frozenset(row["document_id"] for row in rows_where(lake, VAULT_PERSON, theirs)) - {None},
        imeis=frozenset(row["raw"] for row in of_devices),
        identities=frozenset({row["token"] for row in stored} | devices),
        held={of: sorted(days) for of, days in held.items()},
    )
