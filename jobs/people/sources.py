"""The deliveries that a scenario's decisions of a night were made from, and the line of a subscriber in each full extract."""

import csv
import gzip
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from expectations.feed import Feed
from expectations.feeds import FEEDS
from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from expectations.tables.mkt_decision import MKT_DECISION
from expectations.tables.vault import VAULT_IDENTITY
from features.library import CAR, FAMILIES, families_of
from jobs.people.find import rows_with
from jobs.receive.complete import Named, named
from jobs.receive.contents import is_gzip
from jobs.receive.deliveries import parts_of
from jobs.receive.header import Header
from jobs.receive.to_vault import fields_of_people
from jobs.register import all_jobs
from jobs.runtime.job import Job
from jobs.runtime.lake import Lake
from jobs.runtime.loads import Load
from jobs.runtime.reads import Arrived, Between, Entered, Known, Latest, NightBefore, NotArrived, Read
from models.library import MODELS
from scenarios.needs import columns_named, models_named
from scenarios.scenario import Scenario

# Bytes searched at a time.
BLOCK = 1 << 20


@dataclass(frozen=True)
class PartFile:
    """A file of a delivery: its path below the landing, its md5, and the subscriber's line, counted from 1.

    `md5` is None if no check file states one, `line` if the extract has several rows per subscriber.
    """

    file: str
    md5: str | None
    line: int | None = None


@dataclass(frozen=True)
class Source:
    """A delivery that the night read. `parts` are its files; there are none if the landing no longer has it."""

    feed: str
    scope: str
    event_date: date
    known_on: date
    load_id: str
    parts: tuple[PartFile, ...]


class Sources:
    """The deliveries behind a night's decisions about a subscriber. What several scenarios read is looked up once.

    It costs a look at each delivery's names, and unpacking each full extract that the night read: a score from bills and states reads
    about fourteen. On one core a million lines take a second or two.
    """

    def __init__(self, lake: Lake, on: date, subscriber: str) -> None:
        self.lake, self.on, self.landing = lake, on, lake.settings.landing
        identities = lake.at(VAULT_IDENTITY).present()
        self.users = {row["raw"] for row in rows_with(lake, VAULT_IDENTITY, "token", [subscriber], identities, ("raw",))}
        self._landed = cache(lambda feed, night: list(named(FEEDS[feed], self.landing, night, night)))
        self._read_by, self._source = cache(self._loads_of_job), cache(self._source_of)

    def of(self, scenario: Scenario) -> list[Source]:
        """Return the deliveries by feed and event date. Of a full extract with one row per subscriber, only the files with their line."""
        return [found for load in self.loads(scenario) if (found := self._source(load))]

    def loads(self, scenario: Scenario) -> list[Load]:
        """Return the loads, as known on the night, that the scenario's decisions read: through tables, tags and scores, each once."""
        found = {load for job in _jobs_behind(scenario) for load in self._read_by(job.name)}
        return sorted(found, key=lambda load: (load.feed, load))

    def _loads_of_job(self, name: str) -> set[Load]:
        reads = [read for read in all_jobs()[name].reads.values() if read.table.kind == "fact" and not isinstance(read, NotArrived)]
        return {load for read in reads for load in _loads(self.lake, read, self.on)}

    def _source_of(self, load: Load) -> Source | None:
        """Return the delivery of a load; None if their row is in the extract of another city, or was not delivered."""
        feed = FEEDS[load.feed]
        of_load = [one for one in self._landed(load.feed, load.known_on) if _is_of(one, load)]
        parts = [part for one in of_load for part in _parts(feed, one, self.landing)]
        if parts and self.users and feed.content == "full" and feed.table.grain == ("subscriber_id",):
            parts = list(_with_lines(feed, self.landing, parts, self.users))
            if not parts:
                return None
        return Source(load.feed, load.scope, load.event_date, load.known_on, load.load_id, tuple(parts))


def _loads(lake: Lake, read: Read, on: date) -> list[Load]:
    if isinstance(read, Arrived):
        return lake.arrived(read.table, on)
    if isinstance(read, Latest):
        return lake.latest(read.table, on)
    return lake.known(read.table, on, read.dates) if isinstance(read, Known | Entered) else []


def _jobs_behind(scenario: Scenario) -> list[Job]:
    """Return the jobs of the night that the decisions stand on. Of the customer record only families that the scenario needs."""
    writers: dict[str, list[Job]] = {}
    for job in all_jobs().values():
        for table in job.writes:
            writers.setdefault(table.name, []).append(job)
    features = {name for model in MODELS if model.name in models_named(scenario) for name in model.features}
    needed = families_of(columns_named(scenario) | features)
    of_car = [DWD_SUBSCRIBER, *(family.table for family in FAMILIES if family.name in needed)]
    found: dict[str, Job] = {}
    ahead = list(writers[MKT_DECISION.name])
    while ahead:
        job = ahead.pop()
        if job.name in found:
            continue
        found[job.name] = job
        read = [one.table for one in job.reads.values() if not isinstance(one, Between | NightBefore) and one.table.kind == "snapshot"]
        for table in read:
            of = of_car if table is CAR else [table]
            ahead += [writer for one in of for writer in writers.get(one.name, ())]
    return list(found.values())


def _is_of(one: Named, load: Load) -> bool:
    return (one.told.data_date, one.told.sequence, one.told.scope) == (load.data_date, load.sequence, load.scope)


def _parts(feed: Feed, one: Named, landing: Path) -> Iterator[PartFile]:
    told, _ = parts_of(feed, one)
    for part in told:
        if part.file.exists():
            yield PartFile(f"{part.file.relative_to(landing)}", part.md5)


def _with_lines(feed: Feed, landing: Path, parts: Iterable[PartFile], users: set[str]) -> Iterator[PartFile]:
    """Yield the files that have a line of the user, with its number and the file's md5."""
    for part in parts:
        if line := _line_of(feed, landing / part.file, users):
            with (landing / part.file).open("rb") as file:
                yield PartFile(part.file, hashlib.file_digest(file, "md5").hexdigest(), line)


def _line_of(feed: Feed, path: Path, users: set[str]) -> int | None:
    """Return the number of the first line that names one of the user ids in a field about people.

    The file is unpacked once and searched in blocks; only lines of a block with one of the ids are split.
    """
    people, columns = set(fields_of_people(feed)), [of.name for of in feed.fields]
    sought, before = [user.encode(feed.encoding) for user in users], 0
    with gzip.open(path, "rb") if is_gzip(path) else path.open("rb") as file:
        if feed.header:
            columns, before = list(Header.of(feed, file.readline()).columns), 1
        while block := file.read(BLOCK) + file.readline():
            lines = block.split(b"\n") if any(user in block for user in sought) else []
            for number, line in enumerate(lines, start=before + 1):
                if any(user in line for user in sought) and users & _people_in(feed, line, columns, people):
                    return number
            before += block.count(b"\n")
    return None


def _people_in(feed: Feed, line: bytes, columns: list[str], people: set[str]) -> set[str]:
    quoting = {"quotechar": feed.quote, "escapechar": feed.escape} if feed.quote else {"quoting": csv.QUOTE_NONE, "quotechar": None}
    text = line.decode(feed.encoding, "replace").rstrip("\r\n")
    cells = next(csv.reader([text], delimiter=feed.delimiter, **quoting), [])
    return {cell.strip() for name, cell in zip(columns, cells, strict=False) if name in people}
