"""Snapshots as the nights of several dates saw them, also of dates whose night never ran: for training and for point-in-time frames."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from functools import partial, reduce
from typing import TYPE_CHECKING, Any

from expectations.contract import BUSINESS_DATE, Table
from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from features.family import Family
from features.library import CAR, FAMILIES, families_of
from features.moment import Moment
from features.reads import Lookup, Rows, TagsOf, Yesterday
from features.wide import car_rows
from jobs.runtime.gaps import NotPublishedError
from jobs.runtime.lake import Lake
from jobs.runtime.reads import Entered, IfMade, NightBefore, NotArrived, Snapshot, State
from jobs.runtime.reads import Read as JobRead

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


class Past:
    """Reads snapshots of several dates at once, each as known on its date. Nothing is published.

    A partition that a night has published is read: that is what was known. The others are made from the facts that were known on their
    dates: the tags of all dates in one pass over the facts, other snapshots date by date. A date without a night before has no yesterday,
    so tags over it have the values of a first night.
    """

    def __init__(self, lake: Lake) -> None:
        """`lake` has the tables."""
        self._lake = lake
        self._made_of_jobs: dict[tuple[str, date], DataFrame] = {}
        self._families = {family.table.name: family for family in FAMILIES}

    def of(self, table: Table, dates: Collection[date], who: "DataFrame | None" = None) -> "DataFrame":
        """Return the snapshot's rows of these dates; `business_date` tells which.

        `who` (subscriber_id, business_date) limits families of tags to some subscribers. NotPublishedError when a date has no facts.
        """
        made, missing = self._published(table, dates)
        parts = [made] if made is not None else []
        if missing:
            parts.append(self._made(table, missing, who))
        return reduce(lambda one, other: one.unionByName(other), parts) if parts else table.empty(self._lake.spark)

    def car(self, dates: Collection[date], columns: Collection[str], who: "DataFrame | None" = None) -> "DataFrame":
        """Return columns of the customer record for these dates, after subscriber_id and business_date.

        Only the families that these columns need are made.
        """
        wanted = list(dict.fromkeys(("subscriber_id", BUSINESS_DATE.name, *columns)))
        made, missing = self._published(CAR, dates)
        parts = [made.select(*wanted)] if made is not None else []
        if missing:
            parts.append(self._car(missing, families_of(wanted), who).select(*wanted))
        return reduce(lambda one, other: one.unionByName(other), parts)

    def _published(self, table: Table, dates: Collection[date]) -> "tuple[DataFrame | None, list[date]]":
        """Return the rows of the dates that were published, or None, and the other dates."""
        found = sorted({on for on in dates if self._lake.publications.snapshot(table, on)})
        rows = self._lake.snapshots(table, found) if found else None
        return rows, sorted(set(dates) - set(found))

    def _made(self, table: Table, dates: list[date], who: "DataFrame | None") -> "DataFrame":
        if table.name == CAR.name:
            return self._car(dates, {family.name for family in FAMILIES}, who)
        if family := self._families.get(table.name):
            return self.tags(family, dates, who)
        each = (self._once(table, on) for on in dates)
        return reduce(lambda one, other: one.unionByName(other), each)

    def _car(self, dates: list[date], needed: Collection[str], who: "DataFrame | None") -> "DataFrame":
        families = {family.name: self.of(family.table, dates, who) if family.name in needed else None for family in FAMILIES}
        return car_rows(Moment({on: {} for on in dates}), self._chosen(self.of(DWD_SUBSCRIBER, dates), who), families)

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
        moment, subscribers = Moment(absent), self._chosen(self.of(DWD_SUBSCRIBER, dates), who)
        return family.compute_at(moment, subscribers, **frames).select(*(column.name for column in family.table.columns))

    def _read(self, family: Family, name: str, dates: list[date], who: "DataFrame | None") -> "DataFrame | None":
        """Return the rows of a family's read for all dates; a row that several dates see is there for each of them."""
        read = family.reads[name]
        if isinstance(read, TagsOf):
            return self.of(read.family.table, dates, who)
        if isinstance(read, Lookup):
            return self._lake.seen(read.table, {on: self._lake.latest(read.table, on) for on in dates})
        if isinstance(read, Yesterday):
            return self._yesterday(family.table, read.nights, dates)
        if read.table.event_date is None:
            return self._chosen(self.of(read.table, dates), who)
        known = {on: self._lake.known(read.table, on, partial(family.days, name)) for on in dates}
        return self._chosen(self._lake.seen(read.table, known), who)

    def _yesterday(self, table: Table, nights: int, dates: Iterable[date]) -> "DataFrame | None":
        from pyspark.sql import functions as F

        before = {on: night for on in dates if (night := self._lake.publications.night_before(table, on, nights))}
        parts = [self._lake.snapshots(table, [night]).withColumn(BUSINESS_DATE.name, F.lit(on)) for on, night in before.items()]
        return reduce(lambda one, other: one.unionByName(other), parts) if parts else None

    @staticmethod
    def _chosen(rows: "DataFrame", who: "DataFrame | None") -> "DataFrame":
        return rows if who is None else rows.join(who, ["subscriber_id", BUSINESS_DATE.name], "left_semi")

    def _once(self, table: Table, on: date) -> "DataFrame":
        """Return what the table's job makes of one date. Every family reads it, so Spark computes it now and keeps the rows."""
        if (table.name, on) not in self._made_of_jobs:
            self._made_of_jobs[table.name, on] = self._by_its_job(table, on).localCheckpoint()
        return self._made_of_jobs[table.name, on]

    def _by_its_job(self, table: Table, on: date) -> "DataFrame":
        """Return what the table's job makes of what was known on one date."""
        from jobs.register import jobs_for

        job = next((job for job in jobs_for({table.name}) if job.writes[0].name == table.name), None)
        if job is None:
            self._lake.published(table, on)
            return self._lake.snapshots(table, [on])
        frames: Mapping[str, Any] = {name: self._read_of_job(read, on) for name, read in job.reads.items()}
        made: DataFrame = job.call(on, **frames)
        return made.select(*(column.name for column in table.columns))

    def _read_of_job(self, read: JobRead, on: date) -> Any:
        if isinstance(read, State):
            return read.table.empty(self._lake.spark)
        if isinstance(read, NightBefore):
            night = self._lake.publications.night_before(read.table, on, read.nights)
            return night and self._lake.snapshots(read.table, [night])
        if isinstance(read, IfMade):
            try:
                return self.of(read.table, [on])
            except NotPublishedError:
                return None
        if isinstance(read, Snapshot):
            return self.of(read.table, [on])
        if isinstance(read, Entered):
            return self._lake.as_known(read.table, on, read.dates)
        return self._lake.read(read, on)
