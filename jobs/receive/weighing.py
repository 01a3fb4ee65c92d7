"""The outcome of each delivery: loaded, a duplicate, refused, or held until somebody releases it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from statistics import median
from typing import TYPE_CHECKING, Any

from expectations.checks import is_code
from expectations.errors import teach
from expectations.feed import Feed
from jobs.receive.deliveries import Delivery
from jobs.receive.repeats import SUPERSEDED
from jobs.runtime.writing import parquet_rows

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

# The usual size of a delivery is the median of earlier accepted ones: of a full extract the last days, of what happened the same weekday of
# the last weeks. At most and at least this many.
MOST_BEFORE = {"full": 7, "delta": 4}
LEAST_BEFORE = 3
WEEK = 7
MOST_NAMED = 20
REASONS_APART = "; "
# Of a row of somebody who was forgotten: it is counted, and neither loaded nor quarantined.
FORGOTTEN = "of somebody who was forgotten"


@dataclass
class Outcome:
    """The outcome of one delivery; `named` are its quarantined rows of a catalogue, by code."""

    delivery: Delivery
    state: str
    reason: str | None = None
    loaded: int = 0
    quarantined: int = 0
    forgotten: int = 0
    named: list[str] = field(default_factory=list)


# Scope and event date.
Identity = tuple[str, date]


@dataclass
class Band:
    """The numbers of rows of each scope's accepted loads. `released` are contents that may have any number of rows.

    They are the delivered rows. In a feed of several days they are the loaded rows: a row whose day cannot be read would count with the
    data date, and the same day without it would seem to be smaller.
    """

    feed: Feed
    rows: dict[Identity, int]
    released: set[str]

    @classmethod
    def of(cls, feed: Feed, accepted: Iterable[Mapping[str, Any]], released: set[str]) -> "Band":
        """Return the band from the accepted loads of ops.load, oldest first."""
        counted_as = "rows_delivered" if feed.days == 1 else "rows_loaded"
        return cls(feed, {(load["scope"], load["event_date"]): load[counted_as] for load in accepted}, released)

    def leaves(self, delivery: Delivery) -> str | None:
        """Return why a delivery is held; None when it is accepted. Later deliveries are compared with an accepted one."""
        fault = None if delivery.load_id in self.released else self._unusual(delivery) or self._shrunken(delivery)
        if fault is None:
            self.rows[delivery.identity] = delivery.good if delivery.day else delivery.rows or 0
            return None
        return f"{delivery.label}: {fault}; if that is right, {release_cure(self.feed, delivery.event_date, delivery.scope)}"

    def _unusual(self, delivery: Delivery) -> str | None:
        """Return the fault if the size is far from the usual one of the scope.

        Days that come with another day's delivery have no usual size: they are late rows.
        """
        band, rows, own = self.feed.volume_band_per_mille, delivery.rows or 0, delivery.event_date
        if band is None or delivery.event_date != delivery.data_date:
            return None
        every = WEEK if self.feed.content == "delta" else 1
        days = sorted(day for scope, day in self.rows if scope == delivery.scope and day < own and (own - day).days % every == 0)
        before = [self.rows[delivery.scope, day] for day in days[-MOST_BEFORE[self.feed.content] :]]
        usual = int(median(before)) if len(before) >= LEAST_BEFORE else None
        if usual is None or abs(rows - usual) * 1000 <= usual * band or (self.feed.may_grow and rows > usual):
            return None
        of = f"of the last {len(before)} accepted" + (f", each a {own:%A}" if every == WEEK else "")
        return f"{rows} rows, expected {usual} (median {of}) give or take {band} per mille"

    def _shrunken(self, delivery: Delivery) -> str | None:
        """Return the fault if one of several days would have fewer rows than before: late rows alone must not replace the day."""
        replaced = self.rows.get(delivery.identity, 0)
        if delivery.day is None or delivery.good >= replaced:
            return None
        return f"{delivery.good} good rows, expected the whole day, of which {replaced} rows are loaded"


def hold(outcome: Outcome, fault: str) -> None:
    """Hold a delivery that was to be loaded: none of its rows is."""
    came = outcome.delivery
    outcome.state = "held"
    outcome.reason = f"{came.label}: {fault}; if that is right, {release_cure(came.feed, came.event_date, came.scope)}"
    outcome.quarantined += outcome.loaded
    outcome.loaded, outcome.named = 0, []


def release_cure(feed: Feed, day: date, scope: str = "") -> str:
    """Return what to do to load a held delivery."""
    of_scope = f" --scope {scope}" if scope else ""
    return f"release it by `chudian release {feed.name} {day}{of_scope}` and run its night again"


def sorted_out(found: Iterable[Delivery], newest: dict[Identity, str], band: Band) -> list[Outcome]:
    """Return the outcome of each delivery that is known before its rows are read.

    `newest` is the load in force per scope and event date.
    """
    outcomes = []
    for delivery in found:
        if delivery.faults:
            again = "with the next sequence number" if delivery.feed.files.count_corrections else "into a later night's folder"
            cure = f"have the delivery sent again {again}; its files stay in the landing."
            outcomes.append(Outcome(delivery, "refused", teach(delivery.label, delivery.faults, cure), quarantined=delivery.rows or 0))
        elif newest.get(delivery.identity) == delivery.load_id:
            outcomes.append(Outcome(delivery, "duplicate", f"{delivery.label}: the same content as the newest load of that date"))
        elif reason := band.leaves(delivery):
            outcomes.append(Outcome(delivery, "held", reason, quarantined=delivery.rows or 0))
        else:
            outcomes.append(Outcome(delivery, "loaded"))
            newest[delivery.identity] = delivery.load_id
    # If the same content arrives before and after a correction in one night, the later delivery is in force, as one load.
    last = {load_of(outcome.delivery): outcome for outcome in outcomes if outcome.state == "loaded"}
    for outcome in outcomes:
        if outcome.state == "loaded" and last[load_of(outcome.delivery)] is not outcome:
            outcome.state, outcome.reason = "duplicate", f"{outcome.delivery.label}: the same content arrived again later that night"
    return outcomes


def load_of(delivery: Delivery) -> tuple[date, str]:
    """Return what identifies the rows of a load in a bulk load: the same content may be a load of several nights."""
    return delivery.known_on, delivery.load_id


@dataclass(frozen=True)
class Counted:
    """How many rows of a load have these reasons (joined; empty for a row that can be loaded) and, in a catalogue, this code."""

    load: tuple[date, str]
    why: str
    code: str | None
    rows: int


def counted(feed: Feed, rows: "DataFrame") -> list[Counted]:
    """Return the counts of the parsed rows, by Spark."""
    from pyspark.sql import functions as F

    why = F.array_join("reasons", REASONS_APART).alias("why")
    code = F.expr(feed.code or "CAST(NULL AS STRING)").alias("code")
    found = rows.where("reasons IS NOT NULL").groupBy("known_on", "load_id", why, code).count().collect()
    return [Counted((row.known_on, row.load_id), row.why, row.code, row["count"]) for row in found]


def counted_in(feed: Feed, stage: str) -> list[Counted]:
    """Return the same counts from the staged files, without a Spark job."""
    import pyarrow as pa
    import pyarrow.compute as pc

    names = ["known_on", "load_id", "reasons", *([feed.code] if feed.code else [])]
    rows = parquet_rows(stage, names)
    why = pc.binary_join(rows.column("reasons"), REASONS_APART)
    codes = rows.column(feed.code) if feed.code else pa.nulls(rows.num_rows, pa.string())
    keyed = pa.table({"known_on": rows.column("known_on"), "load_id": rows.column("load_id"), "why": why, "code": codes})
    found = keyed.filter(pc.is_valid(why)).group_by(["known_on", "load_id", "why", "code"]).aggregate([([], "count_all")])
    return [Counted((row["known_on"], row["load_id"]), row["why"], row["code"], row["count_all"]) for row in found.to_pylist()]


def weigh(feed: Feed, outcomes: list[Outcome], counts: list[Counted]) -> None:
    """Count the good and bad rows of each load. One with too many bad rows is refused whole, with its commonest reasons."""
    for outcome in outcomes:
        if outcome.state == "loaded":
            of_load = [one for one in counts if one.load == load_of(outcome.delivery)]
            _count(feed, outcome, [(one.rows, one.why, one.code) for one in of_load])


def too_many_bad(feed: Feed, bad: int, total: int) -> str | None:
    """Return why a delivery with so many broken rows is refused whole; None when it is not."""
    if bad * 1000 <= total * feed.bad_per_mille or bad <= 1:
        return None
    return f"{bad} of {total} rows cannot be loaded, at most {feed.bad_per_mille} per mille may"


def _count(feed: Feed, outcome: Outcome, counts: list[tuple[int, str, str | None]]) -> None:
    """Count rows of one load by their reasons (empty text for none) and codes."""
    by_reason: dict[str, int] = {}
    for rows, why, _ in counts:
        by_reason[why] = by_reason.get(why, 0) + rows
    outcome.loaded = by_reason.pop("", 0)
    outcome.forgotten = by_reason.pop(FORGOTTEN, 0)
    outcome.quarantined = sum(by_reason.values())
    outcome.named = sorted(f"{code} ({why})" for _, why, code in counts if why not in ("", FORGOTTEN) and is_code(code))[:MOST_NAMED]
    total = outcome.loaded + outcome.quarantined
    # An older state of a key is not a fault of the file.
    by_reason.pop(SUPERSEDED, 0)
    bad = sum(by_reason.values())
    if fault := too_many_bad(feed, bad, total):
        faults = [fault]
        faults += [f"{rows} row(s): {why}" for why, rows in sorted(by_reason.items(), key=lambda pair: (-pair[1], pair[0]))][:5]
        cure = f"compare the file with the feed's declaration in expectations/feeds/{feed.name}.py (columns, delimiter, encoding)."
        outcome.state, outcome.reason, outcome.named = "refused", teach(outcome.delivery.label, faults, cure), []
        outcome.loaded, outcome.quarantined = 0, total
