"""The night's list files, one folder per channel and scenario, one file per city; here alone do numbers come back."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from expectations.errors import teach
from expectations.tables.mkt_decision import DECISION
from expectations.tables.ods_org import ORG
from expectations.tables.ods_product import PRODUCT_CATALOG
from expectations.tables.ods_resource import RESOURCE
from expectations.tables.vault import NUMBER
from features.effective import effective_on
from jobs.publish.outbox import described, list_bytes, place, withdraw
from jobs.runtime.job import effect_job
from jobs.runtime.lake import NotPublishedError
from jobs.runtime.night import Night
from jobs.runtime.reads import InForce, Latest, Snapshot
from scenarios.calendar import import_day
from scenarios.forms import SCHEMA_VERSION, form_of
from scenarios.library import SCENARIOS

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class TargetList:
    """One channel's list of one scenario's wave, all cities."""

    channel: str
    scenario: str
    wave: int
    rows: "pd.DataFrame"


@effect_job(
    decisions=Snapshot(DECISION),
    numbers=Latest(NUMBER),
    cities=InForce(ORG),
    products=InForce(PRODUCT_CATALOG),
    resources=InForce(RESOURCE),
)
def publish_lists(night: Night) -> None:
    """Write the list files. A list is ready for its channel when its folder holds .ok; a re-run leaves equal files alone."""
    cities = sorted({row.city for row in effective_on(night.read("cities"), "city", night.on).collect()})
    kept, rows = set(), 0
    for target in _lists(night):
        folder = night.settings.outbox / target.channel / target.scenario / f"{night.on}"
        place(folder, *_files(target, cities, night.on), night.say)
        kept.add(folder)
        rows += len(target.rows)
    for folder in sorted(night.settings.outbox.glob(f"*/*/{night.on}")):
        if folder not in kept:
            withdraw(folder)
    night.rows = rows


def _lists(night: Night) -> Iterator[TargetList]:
    """The listed rows with number and names, in rank order, by channel and scenario. NotPublishedError when a join lost one."""
    listed = night.read("decisions").where("stage = 'listed'")
    named = (
        listed.join(night.read("numbers").select("subscriber_id", "number"), "subscriber_id")
        .join(effective_on(night.read("products"), "product", import_day(night.on)).select("product", "product_name"), "product", "left")
        .join(
            effective_on(night.read("resources"), "resource", import_day(night.on)).select("resource", "resource_name"), "resource", "left"
        )
        .selectExpr("*", "-bill_change_fen AS saving_fen")
    )
    rows: pd.DataFrame = named.orderBy("scenario", "wave", "rank").toPandas()
    night.say("lists joined", rows=len(rows))
    if len(rows) != (expected := listed.count()):
        faults = [f"{expected} rows are listed, {len(rows)} have one number, one product and one resource each"]
        raise NotPublishedError(
            teach("List files", faults, "look for repeated or missing rows in vault.number and the catalogues of the night.")
        )
    for (channel, scenario, wave), of_list in rows.groupby(["channel", "scenario", "wave"], sort=True):
        yield TargetList(channel, scenario, int(wave), of_list)


def _files(target: TargetList, cities: list[str], on: date) -> tuple[dict[str, bytes], dict[str, Any]]:
    """Content by file name, a file for each city that has rows, and the manifest, which lists empty cities too."""
    form = form_of(target.channel)
    scenario = next(s for s in SCENARIOS if s.name == target.scenario)
    by_city = {str(city): of_city for city, of_city in target.rows.groupby("city", sort=True)}
    files, entries = {}, []
    for city in sorted({*cities, *by_city}):
        if city not in by_city:
            entries.append({"city": city, "file": None, "rows": 0})
            continue
        cells = by_city[city][list(form.columns)].astype(object)
        content = list_bytes(form, cells.where(cells.notna(), None).itertuples(index=False, name=None))
        files[f"{city}.{form.suffix}"] = content
        entries.append({"city": city, "file": f"{city}.{form.suffix}", **described(content, len(cells))})
    run_id = hashlib.sha256("".join(str(entry.get("sha256")) for entry in entries).encode()).hexdigest()[:16]
    manifest = {
        "channel": target.channel,
        "scenario": target.scenario,
        "scenario_label": scenario.label,
        "wave": target.wave,
        "business_date": f"{on}",
        "valid_from": f"{import_day(on)}",
        "valid_to": f"{import_day(on) + timedelta(days=scenario.timing.valid_days - 1)}",
        "schema_version": SCHEMA_VERSION,
        "columns": list(form.columns),
        "delimiter": form.delimiter,
        "encoding": form.encoding,
        "compression": form.compression,
        "run_id": run_id,
        "files": entries,
    }
    return files, manifest
