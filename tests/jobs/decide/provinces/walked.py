"""Nights over drawn provinces: the jobs decide, chance answers, and all of it is kept for the checks."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any
from unittest.mock import patch

import pandas as pd
import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession

from expectations.contract import Table
from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from expectations.tables.dwd_subscription_interval import DWD_SUBSCRIPTION_INTERVAL
from expectations.tables.fb_customer_state import FB_CUSTOMER_STATE
from expectations.tables.mkt_candidate import MKT_CANDIDATE
from expectations.tables.mkt_contact import MKT_CONTACT
from expectations.tables.mkt_decision import MKT_DECISION
from expectations.tables.mkt_limit import MKT_LIMIT
from expectations.tables.ods_bill import ODS_BILL
from expectations.tables.ods_capacity import ODS_CAPACITY
from expectations.tables.ods_channel import ODS_CHANNEL
from expectations.tables.ods_external_contact import DWD_EXTERNAL_CONTACT
from expectations.tables.ods_feedback import DWD_FEEDBACK
from expectations.tables.ods_product import ODS_PRODUCT
from expectations.tables.ods_resource import ODS_RESOURCE
from expectations.tables.ods_tariff import ODS_TARIFF
from features.library import CAR
from jobs.decide import decide_contacts, find_candidates
from models.library import SCORE_SUBSCRIBER
from scenarios.catalogues import KEYS
from scenarios.override import Override, narrowed
from scenarios.quota import Quota
from scenarios.scenario import Scenario
from scenarios.state import advanced
from tests.jobs.decide.provinces.answers import Log, answer, contacts_of, history, trials
from tests.jobs.decide.provinces.catalogues import catalogues
from tests.jobs.decide.provinces.drawn import Drawn, told_of

TABLES = {"products": ODS_PRODUCT, "tariffs": ODS_TARIFF, "resources": ODS_RESOURCE, "channels": ODS_CHANNEL, "units": ODS_CAPACITY}
TYPES = {"string": pa.string(), "int": pa.int32(), "bigint": pa.int64(), "boolean": pa.bool_(), "date": pa.date32()}
TYPES |= {"timestamp": pa.timestamp("us", "Asia/Shanghai"), "array<string>": pa.list_(pa.string())}
SCORES = ("data_plan_propensity_ppm", "data_plan_propensity_version", "churn_ppm", "churn_version")
KEPT = ("scenario", "step", "subscriber_id", "county", "offer", "resource", "channel", "mode", "reasons", "effect_ppm", "value_fen")
KEPT += ("contact_fen", "resource_fen")


@dataclass(frozen=True)
class Night:
    """A night: the people as known, and what was found and decided about them."""

    on: date
    people: pd.DataFrame
    candidates: pd.DataFrame
    decisions: pd.DataFrame
    limits: pd.DataFrame
    is_settled: bool

    @cached_property
    def person(self) -> dict[str, dict[str, Any]]:
        """What is known of each subscriber."""
        return {of["subscriber_id"]: of for of in self.people.to_dict("records")}


@dataclass
class Walk:
    """Nights in a row, with catalogues that are the same on all of them. The bills are settled on `settled_on`."""

    spark: SparkSession
    drawn: Drawn
    scenarios: tuple[Scenario, ...]
    settled_on: date
    overrides: list[Override] = field(default_factory=list)
    quotas: list[Quota] = field(default_factory=list)
    log: Log = field(default_factory=Log)
    nights: list[Night] = field(default_factory=list)

    def go(self, nights: Iterable[date]) -> "Walk":
        """Walk these nights. Those between them bring news as well, but decide nothing."""
        days = list(nights)
        self.reference = catalogues(self.drawn)
        self.kinds = dict(self.reference["products"][["product", "product_kind"]].to_numpy())
        self.catalogues = {name: self._frame(TABLES[name], rows) for name, rows in self.reference.items()}
        self.people = self.drawn.people()
        self.log.add(orders=trials(self.people, days[0]))
        self._happen(history(self.drawn, self.people, self.scenarios, days[0]))
        for back in range(30, 0, -1):
            self.log.add(others=self.drawn.others(self.people, days[0] - timedelta(days=back)))
        state, before = FB_CUSTOMER_STATE.empty(self.spark), date.min
        self.scenarios = narrowed(self.scenarios, self.overrides)
        modules = [patch.object(module, "SCENARIOS", self.scenarios) for module in (find_candidates, decide_contacts)]
        with modules[0], modules[1], patch.object(decide_contacts, "QUOTAS", self.quotas):
            for day in (days[0] + timedelta(days=n) for n in range((days[-1] - days[0]).days + 1)):
                self._wake(day)
                if day in days:
                    state, before = self._state(state, before, day), day
                    self._happen(self._decide(state, day))
        return self

    def _wake(self, day: date) -> None:
        """A day passes: wishes, orders and other departments' contacts."""
        self.people = self.drawn.a_day_later(self.people)
        for order in self.log.orders[self.log.orders["day"] == day].to_dict("records"):
            who = self.people["subscriber_id"] == order["subscriber_id"]
            if order["product_kind"] == "data_plan":
                self.people.loc[who, "holds"] = order["product"]
            if order["product_kind"] == "idle_pack":
                self.people.loc[who, "holds_idle_pack"] = True
        self.log.add(others=self.drawn.others(self.people, day))

    def _happen(self, decisions: pd.DataFrame) -> None:
        contacts = contacts_of(self.drawn, decisions)
        feedback, orders = answer(self.drawn, self.people, contacts, self.kinds)
        self.log.add(decisions=decisions[self.log.decisions.columns], contacts=contacts, feedback=feedback, orders=orders)

    def _state(self, held: DataFrame, before: date, on: date) -> DataFrame:
        # What the night before decided enters tonight.
        entered = {"upto": on - timedelta(days=1), "since": max(before, date.min + timedelta(days=1)) - timedelta(days=1)}
        frames = {
            "held": held,
            "decisions": self._frame(MKT_DECISION, self.log.known("decisions", **entered, by="business_date")),
            "contacts": self._frame(MKT_CONTACT, self.log.known("contacts", **entered, by="business_date")),
            "feedback": self._frame(DWD_FEEDBACK, self.log.known("feedback", on, before)),
            "orders": self._frame(DWD_SUBSCRIPTION_INTERVAL, self.log.known("orders", on, by="day")),
            "products": self.catalogues["products"],
        }
        return FB_CUSTOMER_STATE.conform(advanced(on, frames, self.scenarios)).localCheckpoint()

    def _decide(self, state: DataFrame, on: date) -> pd.DataFrame:
        people = told_of(self.people, on)
        is_settled = on >= self.settled_on
        bills = people.assign(month=date(2026, 2, 1))[["subscriber_id", "month"]]
        earlier = self.log.known("decisions", on - timedelta(days=1), on - timedelta(days=71), "business_date")
        others = self._frame(DWD_EXTERNAL_CONTACT, self.log.known("others", on, by="day"))
        found = find_candidates.find_candidates.call(
            on,
            car=self._frame(CAR, people),
            lacking={},
            unapproved={},
            effects=None,
            scores=self._frame(SCORE_SUBSCRIBER, people[["subscriber_id", *SCORES]]),
            subscribers=self._frame(DWD_SUBSCRIBER, people),
            orders=self._frame(DWD_SUBSCRIPTION_INTERVAL, self.log.known("orders", on, by="day")),
            state=state,
            others=others,
            bills=self._frame(ODS_BILL, bills if is_settled else bills[:0]),
            earlier=self._frame(MKT_DECISION, earlier),
            later=self._frame(MKT_DECISION, earlier[:0]),
            **{name: self.catalogues[name] for name in KEYS},
        )
        rows = MKT_CANDIDATE.conform(found).toArrow()
        candidates = self.spark.createDataFrame(rows) if rows.num_rows else MKT_CANDIDATE.empty(self.spark)
        frames = {"candidates": candidates, "state": state, "others": others, **self.catalogues}
        found = decide_contacts.decisions(on, frames)
        decided, limits = (table.conform(of).toPandas() for table, of in zip((MKT_DECISION, MKT_LIMIT), found, strict=True))
        # Spark's order is its own; chance answers in ours.
        decided = plain(decided).sort_values(["scenario", "step", "subscriber_id"], ignore_index=True)
        self.nights.append(Night(on, people, plain(rows.select(KEPT).to_pandas()), decided, limits, is_settled))
        return decided

    def _frame(self, table: Table, rows: pd.DataFrame) -> DataFrame:
        """The rows as a frame with the table's columns that they have."""
        columns = [column for column in table.columns if column.name in rows.columns]
        schema = pa.schema([pa.field(column.name, TYPES[column.type]) for column in columns])
        if rows.empty:
            return self.spark.createDataFrame([], ", ".join(f"{column.name} {column.type}" for column in columns))
        return self.spark.createDataFrame(pa.Table.from_pandas(rows[schema.names], schema, preserve_index=False))


def plain(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with None for every unknown value."""
    return rows.astype(object).where(rows.notna(), None)
