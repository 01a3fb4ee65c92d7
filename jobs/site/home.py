"""What a home adds to the site: its nights, and the figures of the newest one. It reads small files and starts no Spark."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from expectations.dates import iso_day
from expectations.tables.mkt_limit import MKT_LIMIT
from expectations.tables.ods_org import ODS_ORG
from expectations.tables.ods_product import ODS_PRODUCT
from expectations.tables.ops import OPS_LOAD, OPS_TAG_PROFILE
from expectations.tables.rpt_audience import RPT_AUDIENCE
from expectations.tables.rpt_funnel import RPT_FUNNEL
from expectations.tables.rpt_segment import RPT_SEGMENT_PORTRAIT
from jobs.report.decided import steps_decided
from jobs.report.funnel import Funnel
from jobs.report.gather import ModelFigures, families_of, funnels_of, models_of
from jobs.report.limits import AllocationFigures, allocation_figures
from jobs.report.names import names_of
from jobs.report.night_lists import NightList, lists_on
from jobs.report.shifts import TagFigures
from jobs.runtime.lake import Lake
from jobs.runtime.settings import Settings
from scenarios.calendar import remembered_since

# As many as the index of the data docs.
NIGHTS = 14


@dataclass(frozen=True)
class Night:
    """A night that has a report, and whether it has a page of coverage."""

    on: date
    has_coverage: bool


@dataclass(frozen=True)
class Home:
    """The newest nights, the newest first; whether there are data docs; and figures of the newest night.

    `tags` has each tag's figures, `profiles` its rows of ops.tag_profile in the newest nights, `members` the live subscribers of each
    segment, `listed` the contacts of each scenario by channel, `loaded` the newest day of each feed, `audiences` the members of each
    scenario's audience, `funnels` the steps that were due, `allocation` its value and limits, `lists` what is in the outbox, `models` those
    that scored, `products` product names by code, `decided` the steps of each scenario with their nights. What the night has no figure of
    is not in them.
    """

    nights: tuple[Night, ...] = ()
    has_data_docs: bool = False
    tags: dict[str, TagFigures] = field(default_factory=dict)
    profiles: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    members: dict[str, int] = field(default_factory=dict)
    listed: dict[str, Counter[str]] = field(default_factory=dict)
    loaded: dict[str, date] = field(default_factory=dict)
    audiences: dict[str, int] = field(default_factory=dict)
    funnels: tuple[Funnel, ...] = ()
    allocation: AllocationFigures | None = None
    lists: tuple[NightList, ...] = ()
    models: dict[str, ModelFigures] = field(default_factory=dict)
    products: dict[str, str] = field(default_factory=dict)
    decided: dict[str, list[tuple[str, date]]] = field(default_factory=dict)

    @property
    def newest(self) -> date | None:
        """The newest night; None in a home without nights."""
        return self.nights[0].on if self.nights else None


def home_of(chosen: Settings, tonight: date | None = None) -> Home:
    """Return what the home has; a home without nights has nothing. `tonight` counts as a night though it may have no report yet."""
    found = {night.on: night for night in _nights(chosen.reports)} | ({tonight: Night(tonight, has_coverage=True)} if tonight else {})
    nights = tuple(sorted(found.values(), key=lambda night: night.on, reverse=True)[:NIGHTS])
    has_data_docs = (chosen.reports / "data_docs" / "index.html").exists()
    if not nights:
        return Home(has_data_docs=has_data_docs)
    lake, on = Lake(chosen), nights[0].on
    return Home(
        nights,
        has_data_docs,
        tags={tag.column.name: tag for family in families_of(lake, on) for tag in family.tags},
        profiles=_profiles(lake, {night.on for night in nights}),
        members={row["segment"]: row["subscribers"] for row in lake.log(RPT_SEGMENT_PORTRAIT, business_date=on)},
        listed=_listed(lake, on),
        loaded=_loaded(lake, on),
        audiences={row["scenario"]: row["members"] for row in lake.log(RPT_AUDIENCE, business_date=on)},
        funnels=tuple(funnels_of(lake, on)),
        allocation=allocation_figures(lake.log(MKT_LIMIT, business_date=on), names_of(lake, on, ODS_ORG, "county", "county_name")),
        lists=tuple(lists_on(lake, on)),
        models={one.model.name: one for one in models_of(lake, chosen, on)},
        products=names_of(lake, on, ODS_PRODUCT, "product", "product_name"),
        decided=steps_decided(lake, remembered_since(on), on),
    )


def _profiles(lake: Lake, nights: set[date]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in lake.records.rows(OPS_TAG_PROFILE, lambda partition: partition["business_date"] in nights):
        found.setdefault(row["tag"], []).append(row)
    return found


def _listed(lake: Lake, on: date) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    for row in lake.log(RPT_FUNNEL, business_date=on):
        if row["stage"] == "listed":
            found.setdefault(row["scenario"], Counter())[row["channel"]] += row["rows"]
    return found


def _loaded(lake: Lake, on: date) -> dict[str, date]:
    days = sorted((row["event_date"], row["feed"]) for row in lake.log(OPS_LOAD) if row["state"] == "loaded" and row["known_on"] <= on)
    return {feed: day for day, feed in days}


def _nights(reports: Path) -> list[Night]:
    found = [(iso_day(page.parent.name), page.with_name("coverage.html").exists()) for page in reports.glob("*/night.html")]
    return [Night(on, has_coverage) for on, has_coverage in found if on]
