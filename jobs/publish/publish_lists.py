"""The night's list files, one folder per channel and scenario, one file per city; here alone do numbers come back."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from expectations.channels import CHANNELS
from expectations.errors import teach
from expectations.tables.mkt_decision import MKT_DECISION
from expectations.tables.ods_org import ODS_ORG
from expectations.tables.ods_product import ODS_PRODUCT
from expectations.tables.ods_resource import ODS_RESOURCE
from expectations.tables.vault import VAULT_NUMBER
from features.effective import effective_on
from jobs.publish.outbox import described, list_bytes, place, withdraw
from jobs.runtime.job import effect_job
from jobs.runtime.job_run import JobRun
from jobs.runtime.lake import NotPublishedError
from jobs.runtime.reads import InForce, Latest, Snapshot
from scenarios.calendar import import_day
from scenarios.library import SCENARIOS

if TYPE_CHECKING:
    import pandas as pd

SCHEMA_VERSION = 1


@dataclass(frozen=True)
class TargetList:
    """One channel's list of one scenario's wave, all cities."""

    channel: str
    scenario: str
    wave: int
    rows: "pd.DataFrame"


@effect_job(
    decisions=Snapshot(MKT_DECISION),
    numbers=Latest(VAULT_NUMBER),
    cities=InForce(ODS_ORG),
    products=InForce(ODS_PRODUCT),
    resources=InForce(ODS_RESOURCE),
)
def publish_lists(run: JobRun) -> None:
    """Write the list files. A list is ready for its channel when its folder holds .ok; a re-run leaves equal files alone."""
    cities = sorted({row.city for row in effective_on(run.read("cities"), "city", run.on).collect()})
    kept, rows = set(), 0
    for target in _lists(run):
        folder = run.settings.outbox / target.channel / target.scenario / f"{run.on}"
        place(folder, *_files(target, cities, run.on), run.say)
        kept.add(folder)
        rows += len(target.rows)
    for folder in sorted(run.settings.outbox.glob(f"*/*/{run.on}")):
        if folder not in kept:
            withdraw(folder)
    run.rows = rows


def _lists(run: JobRun) -> Iterator[TargetList]:
    """The listed rows with number and names, in rank order, by channel and scenario. NotPublishedError when a join lost one."""
    listed = run.read("decisions").where("stage = 'listed'")
    named = (
        listed.join(run.read("numbers").select("subscriber_id", "number"), "subscriber_id")
        .join(effective_on(run.read("products"), "product", import_day(run.on)).select("product", "product_name"), "product", "left")
        .join(effective_on(run.read("resources"), "resource", import_day(run.on)).select("resource", "resource_name"), "resource", "left")
        .selectExpr("*", "-bill_change_fen AS saving_fen")
    )
    rows: pd.DataFrame = named.orderBy("scenario", "wave", "rank").toPandas()
    run.say("lists joined", rows=len(rows))
    if len(rows) != (expected := listed.count()):
        faults = [f"{expected} rows are listed, {len(rows)} have one number, one product and one resource each"]
        raise NotPublishedError(
            teach("List files", faults, "look for repeated or missing rows in vault.number and the catalogues of the night.")
        )
    for (channel, scenario, wave), of_list in rows.groupby(["channel", "scenario", "wave"], sort=True):
        yield TargetList(channel, scenario, int(wave), of_list)


def _files(target: TargetList, cities: list[str], on: date) -> tuple[dict[str, bytes], dict[str, Any]]:
    """Content by file name, a file for each city that has rows, and the manifest, which lists empty cities too."""
    form = CHANNELS[target.channel].form
    scenario = next(s for s in SCENARIOS if s.name == target.scenario)
    by_city = {str(city): of_city for city, of_city in target.rows.groupby("city", sort=True)}
    files, entries = {}, []
    for city in sorted({*cities, *by_city}):
        if city not in by_city:
            entries.append({"city": city, "file": None, "rows": 0})
            continue
        cells = by_city[city][list(form.columns)].astype(object)
        content = list_bytes(form, cells.where(cells.notna(), None).itertuples(index=False, name=None))
        name = form.file_name.format(city=city)
        files[name] = content
        entries.append({"city": city, "file": name, **described(content, len(cells))})
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
