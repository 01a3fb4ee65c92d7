"""Snapshots as the nights of several dates saw them, also of dates whose night never ran: for training and for point-in-time frames."""

from collections.abc import Callable, Collection, Iterable
from datetime import date
from functools import partial, reduce
from typing import TYPE_CHECKING, Any, cast

from expectations.columns import SUBSCRIBER_ID
from expectations.contract import BUSINESS_DATE, Table
from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from expectations.tables.ods_no_call import DWD_NO_CALL
from features.family import Family
from features.library import CAR, FAMILIES
from features.moment import Moment
from features.reads import Lookup, Rows, TagsOf, Yesterday
from jobs.runtime.gaps import NotPublishedError
from jobs.runtime.job import Job
from jobs.runtime.lake import Lake
from jobs.runtime.nights import loads_seen, seen
from jobs.runtime.reads import IfMade, Known, Latest, NightBefore, NotArrived, Snapshot, State
from jobs.runtime.reads import Read as JobRead

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_KEY = (SUBSCRIBER_ID.name, BUSINESS_DATE.name)
# The column of the spine that the no-call list fills.
_OF_LIST = "no_call_scopes"


class Past:
    """Reads snapshots of several dates at once, each as known on its date. Nothing is published.

    A partition that a night has published is read: that is what was known. The others are made from the facts that were known on their
    dates, all dates in one pass over the facts: by the families, and by the jobs whose function takes a moment. A date without a night
    before has no yesterday, so tags over it have the values of a first night.
    """

    def __init__(self, lake: Lake) -> None:
        """`lake` has the tables."""
        self._lake = lake.as_it_is()
        self._families = {family.table.name: family for family in FAMILIES}
        # What several tables are made from, computed once: by the table, its dates and what else it depends on.
        self._held: dict[tuple[Any, ...], DataFrame] = {}
        # Rows of families that are read in place of what was published.
        self._instead: dict[str, DataFrame] = {}

    def of(self, table: Table, dates: Collection[date], who: "DataFrame | None" = None) -> "DataFrame":
        """Return the snapshot's rows of these dates; `business_date` tells which.

        `who` (subscriber_id, business_date) limits families of tags to some subscribers. NotPublishedError when a date has no facts.
        """
        made, missing = self._published(table, dates)
        parts = [made] if made is not None else []
        if missing:
            parts.append(self._made(table, missing, who))
        return reduce(lambda one, other: one.unionByName(other), parts) if parts else table.empty(self._lake.spark)

    def car(self, dates: Collection[date], columns: Collection[str]) -> "DataFrame":
        """Return columns of the customer record for these dates, after subscriber_id and business_date.

        Only the families that declare these columns are read or made.
        """
        wanted = list(dict.fromkeys((*_KEY, *columns)))
        made, missing = self._published(CAR, dates)
        parts = [made.select(*wanted)] if made is not None else []
        if missing:
            parts.append(self._car(missing, wanted).select(*wanted))
        return reduce(lambda one, other: one.unionByName(other), parts)

    def beside(self, labels: "DataFrame", dates: Collection[date], columns: Collection[str]) -> "DataFrame":
        """Return labels with columns of the customer record as known on each label's date; null if the date did not know the subscriber.

        `labels` has subscriber_id, business_date and any other columns; `dates` are its dates. Every label stays, also one without a date.
        """
        from pyspark.sql import functions as F

        made, missing = self._published(CAR, dates)
        if made is None:
            return self._car(missing, columns, labels)
        is_made = F.coalesce(F.col(BUSINESS_DATE.name).isin(*set(dates) - set(missing)), F.lit(False))
        found = labels.where(is_made).join(made.select(*_KEY, *columns), list(_KEY), "left")
        return found.unionByName(self._car(missing, columns, labels.where(~is_made)))

    def _published(self, table: Table, dates: Collection[date]) -> "tuple[DataFrame | None, list[date]]":
        """Return the rows of the dates that were published, or None, and the other dates."""
        found = sorted({on for on in dates if self._lake.publications.snapshot(table, on)})
        rows = self._lake.snapshots(table, found) if found else None
        return rows, sorted(set(dates) - set(found))

    def _made(self, table: Table, dates: list[date], who: "DataFrame | None") -> "DataFrame":
        if table.name == CAR.name:
            columns = [column.name for column in CAR.columns]
            return self._car(dates, columns, who).select(*columns)
        if family := self._families.get(table.name):
            return self._known(family, dates, who)
        return self._once((table.name, *dates), lambda: self._by_its_job(table, dates))

    def _car(self, dates: list[date], wanted: Collection[str], labels: "DataFrame | None" = None) -> "DataFrame":
        """Return the wanted columns, out of the spine and of the families that declare them: of all subscribers, or beside labels."""
        # Of each family: the wanted tags, and its reads of other families that these tags may take.
        tags: dict[str, list[str]] = {}
        taken: dict[str, set[str]] = {}
        for family in FAMILIES:
            for tag, reads in family.may_take():
                if tag.column.name in wanted:
                    tags.setdefault(family.name, []).append(tag.column.name)
                    taken.setdefault(family.name, set()).update(reads)
        read = {family.families[name].name for family in FAMILIES for name in taken.get(family.name, ())}
        key, who = list(_KEY), None if labels is None else labels.select(*_KEY)
        own = [name for name in wanted if name not in key and not any(name in of for of in tags.values())]
        # Whom the date did not know has no tags, so labels need the spine only for its own columns.
        if labels is None:
            rows = self._spine(dates, who, own).select(*key, *own)
        else:
            rows = labels.join(self._spine(dates, who, own).select(*key, *own), key, "left") if own else labels
        for family in FAMILIES:
            if family.name in tags:
                without = family.families.keys() - taken[family.name]
                known = self._shared(family, dates, who) if family.name in read else self._known(family, dates, who, without)
                rows = rows.join(known.select(*key, *tags[family.name]), key, "left")
        return rows

    def _known(self, family: Family, dates: list[date], who: "DataFrame | None", without: Collection[str] = ()) -> "DataFrame":
        """Return a family's table of these dates, as published or else made."""
        made, missing = self._published(family.table, dates)
        parts = [made] if made is not None else []
        if missing:
            parts.append(self.tags(family, missing, who, without))
        return reduce(lambda one, other: one.unionByName(other), parts)

    def _shared(self, family: Family, dates: list[date], who: "DataFrame | None") -> "DataFrame":
        """Return the same for several readers: what is made is computed once. What nobody shares stays in the plan of its only reader."""
        if family.name in self._instead:
            return self._instead[family.name]
        made, missing = self._published(family.table, dates)
        if made is not None and not missing:
            return made
        return self._once((family.table.name, *dates, who), lambda: self._known(family, dates, who))

    def _spine(self, dates: list[date], who: "DataFrame | None", wanted: Collection[str] = ()) -> "DataFrame":
        """Return the subscribers of these dates. No tag uses the no-call list, and it needs the holders of all numbers on all dates."""
        made, missing = self._published(DWD_SUBSCRIBER, dates)
        without = frozenset[str]() if _OF_LIST in wanted else frozenset({DWD_NO_CALL.name})
        parts = [made] if made is not None else []
        if missing:
            key = (DWD_SUBSCRIBER.name, *missing, without)
            parts.append(self._once(key, lambda: self._by_its_job(DWD_SUBSCRIBER, missing, without)))
        rows = reduce(lambda one, other: one.unionByName(other), parts)
        return rows if who is None else rows.join(who, ["subscriber_id", BUSINESS_DATE.name], "left_semi")

    def tags(self, family: Family, dates: list[date], who: "DataFrame | None" = None, without: Collection[str] = ()) -> "DataFrame":
        """Return a family's table of these dates, made of the facts even where a night has published it.

        `without` names reads of other families that are left out, as in a night in which they failed.
        """
        facts = {name: read.table for name, read in family.reads.items() if isinstance(read, Rows) and read.table.event_date}
        absent = {
            on: {name: self._lake.not_arrived(NotArrived(fact, partial(family.days, name)), on) for name, fact in facts.items()}
            for on in dates
        }
        frames: dict[str, Any] = {name: None if name in without else self._read(family, name, dates, who) for name in family.reads}
        return family.compute_at(Moment(absent), self._spine(dates, who), **frames).select(
            *(column.name for column in family.table.columns)
        )

    def instead(self, family: Family, rows: "DataFrame") -> "DataFrame":
        """Compute a family's rows once and return them. From now on other families read them in place of what was published."""
        self._instead[family.name] = rows.localCheckpoint()
        return self._instead[family.name]

    def _read(self, family: Family, name: str, dates: list[date], who: "DataFrame | None") -> "DataFrame | None":
        """Return the rows of a family's read for all dates; a row that several dates see is there for each of them."""
        read = family.reads[name]
        if isinstance(read, TagsOf):
            return self._shared(read.family, dates, who)
        if isinstance(read, Lookup):
            return seen(self._lake, Latest(read.table), dates)
        if isinstance(read, Yesterday):
            return self._yesterday(family.table, read.nights, dates)
        is_fact = read.table.event_date is not None
        rows = seen(self._lake, Known(read.table, partial(family.days, name)), dates) if is_fact else self.of(read.table, dates)
        return rows if who is None else rows.join(who, ["subscriber_id", BUSINESS_DATE.name], "left_semi")

    def _yesterday(self, table: Table, nights: int, dates: Iterable[date]) -> "DataFrame | None":
        from pyspark.sql import functions as F

        before = {on: night for on in dates if (night := self._lake.publications.night_before(table, on, nights))}
        parts = [self._lake.snapshots(table, [night]).withColumn(BUSINESS_DATE.name, F.lit(on)) for on, night in before.items()]
        return reduce(lambda one, other: one.unionByName(other), parts) if parts else None

    def _once(self, key: tuple[Any, ...], made: "Callable[[], DataFrame]") -> "DataFrame":
        """Return what several tables read: Spark computes it now and keeps the rows."""
        if key not in self._held:
            self._held[key] = made().localCheckpoint()
        return self._held[key]

    def _by_its_job(self, table: Table, dates: Collection[date], without: Collection[str] = ()) -> "DataFrame":
        """Return what the table's job makes of what was known on each date. `without` names tables that the job can do without."""
        job = maker_of(table)
        if job is None:
            return self._lake.snapshots(table, [on for on in dates if self._lake.published(table, on)])
        # Dates are made together if the same reads are there. Early dates may lack some.
        alike: dict[frozenset[str], list[date]] = {}
        for on in dates:
            self._require(table, on)
            lacks = {
                n for n, read in job.reads.items() if isinstance(read, IfMade) and (read.table.name in without or not self._can(read, on))
            }
            alike.setdefault(frozenset(lacks), []).append(on)
        made = (self._of_nights(job, nights, lacks) for lacks, nights in alike.items())
        return reduce(lambda one, other: one.unionByName(other), made)

    def _of_nights(self, job: Job, nights: list[date], lacks: Collection[str]) -> "DataFrame":
        moment = Moment({on: {} for on in nights})
        frames = {name: None if name in lacks else self._read_of_job(read, moment) for name, read in job.reads.items()}
        call = cast("Callable[..., DataFrame]", job.call_at)
        made = call(moment, **frames)
        return made.select(*(column.name for column in job.writes[0].columns))

    def _require(self, table: Table, on: date) -> None:
        """Raise NotPublishedError if the table was not published on the date and cannot be made either."""
        if self._lake.publications.snapshot(table, on):
            return
        job = maker_of(table)
        if job is None:
            self._lake.published(table, on)
            return
        for read in job.reads.values():
            if isinstance(read, Snapshot):
                self._require(read.table, on)
            elif not isinstance(read, State | NightBefore | IfMade):
                loads_seen(self._lake, read, [on])

    def _can(self, read: IfMade, on: date) -> bool:
        try:
            self._require(read.table, on)
        except NotPublishedError:
            return False
        return True

    def _read_of_job(self, read: JobRead, moment: Moment) -> "DataFrame | None":
        nights = list(moment.nights)
        if isinstance(read, State):
            return read.table.empty(self._lake.spark)
        if isinstance(read, NightBefore):
            return self._yesterday(read.table, read.nights, nights)
        if read.table.name == DWD_SUBSCRIBER.name:
            return self._spine(nights, None)
        if isinstance(read, Snapshot | IfMade):
            return self.of(read.table, nights)
        rows = seen(self._lake, read, nights)
        return rows if moment.per else rows.drop(BUSINESS_DATE.name)


def maker_of(table: Table) -> "Job | None":
    """Return the job that makes a snapshot for several nights in one pass; None if there is none."""
    from jobs.register import jobs_for

    return next((job for job in jobs_for({table.name}) if job.writes[0].name == table.name and job.call_at), None)
