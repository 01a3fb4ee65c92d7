"""Reads everything the report shows from the lake, the registry and the outbox. What is missing is reported as missing."""

from base64 import b64encode
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from expectations.feeds import FEEDS
from expectations.tables.mkt_limit import MKT_LIMIT
from expectations.tables.ods_channel import ODS_CHANNEL
from expectations.tables.ods_org import ODS_ORG
from expectations.tables.ops import OPS_LOAD, OPS_PIN, OPS_QUARANTINE, OPS_RUN, OPS_UNHELD
from expectations.tables.ops_alarm import OPS_ALARM
from expectations.tables.rpt_funnel import RPT_FUNNEL
from features.library import FAMILIES
from jobs.register import night_jobs
from jobs.report.arrivals import Arrival, FeedNight, feed_nights
from jobs.report.funnel import Funnel, Group, funnels
from jobs.report.limits import AllocationFigures, allocation_figures
from jobs.report.names import names_of
from jobs.report.night_lists import NightList, lists_on
from jobs.report.shifts import FamilyFigures, family_figures
from jobs.report.steps import Run, Step, newest, steps
from jobs.runtime.job_run import JobRun
from jobs.runtime.lake import Lake
from jobs.runtime.registry import RegistryError, evaluation
from jobs.runtime.settings import Settings
from models.library import MODELS
from models.model import Model
from scenarios.library import SCENARIOS
from scenarios.offers import BLOCKED
from scenarios.policy import ALWAYS
from scenarios.scenario import Scenario

# An older profile would show the season and not a fault. ops.run is read no further back than this.
LOOK_BACK_DAYS = 92


@dataclass(frozen=True)
class ModelFigures:
    """A model as used for scoring in the night; `fault` says why its evaluation is missing."""

    model: Model
    version: str
    metrics: dict[str, float]
    picture: str
    fault: str = ""


@dataclass(frozen=True)
class Figures:
    """The figures of the night."""

    on: date
    steps: list[Step]
    feeds: list[FeedNight]
    families: list[FamilyFigures]
    models: list[ModelFigures]
    funnels: list[Funnel]
    allocation: AllocationFigures | None
    lists: list[NightList]
    scenarios: tuple[Scenario, ...]
    city_names: dict[str, str]
    county_names: dict[str, str]
    channel_names: dict[str, str]
    has_samples: bool = False
    # Lists that were late when the watch looked; ops.alarm.
    alarms: tuple[str, ...] = ()

    @property
    def listed(self) -> int:
        """Contacts with the stage listed."""
        return sum(funnel.listed for funnel in self.funnels)

    @property
    def in_files(self) -> int:
        """Contacts in list files that channels may take."""
        return sum(found.rows for found in self.lists if found.state == "complete")


def gather(run: JobRun) -> Figures:
    """Read the night. Only the ops tables must exist."""
    jobs = [job for job in night_jobs() if not job.always]
    tonight, _ = _runs(run.lake, run.on)
    counties = names_of(run.lake, run.on, ODS_ORG, "county", "county_name")
    return Figures(
        on=run.on,
        steps=steps(jobs, tonight),
        feeds=_feeds(run.lake, run.on),
        families=families_of(run.lake, run.on),
        models=models_of(run.lake, run.settings, run.on),
        funnels=funnels_of(run.lake, run.on),
        allocation=allocation_figures(run.lake.log(MKT_LIMIT, business_date=run.on), counties),
        lists=lists_on(run.lake, run.on),
        scenarios=SCENARIOS,
        county_names=counties,
        city_names=names_of(run.lake, run.on, ODS_ORG, "city", "city_name"),
        channel_names=names_of(run.lake, run.on, ODS_CHANNEL, "channel", "channel_name"),
        has_samples=(run.settings.reports / f"{run.on}" / "samples.html").exists(),
        alarms=tuple(row["text"] for row in run.lake.log(OPS_ALARM, business_date=run.on) if row["kind"] == "late"),
    )


def families_of(lake: Lake, on: date) -> list[FamilyFigures]:
    """Return the figures of every family that was made in the night."""
    tonight, earlier = _runs(lake, on)
    last, before = newest(run for run in tonight if run.state == "done"), newest(earlier)
    figures = [family_figures(family, last.get(name), before.get(name)) for family in FAMILIES if (name := f"compute_{family.name}_tags")]
    return [family for family in figures if family]


def _runs(lake: Lake, on: date) -> tuple[list[Run], list[Run]]:
    """Return the night's runs and, for each job that profiles tags, its newest run of an earlier night."""
    since = on - timedelta(days=LOOK_BACK_DAYS)
    # A bulk load of a range is recorded under its last night, but is not a run of that night.
    recent = lake.records.rows(OPS_RUN, lambda partition: since <= partition["business_date"] <= on)
    runs = [_as_run(row) for row in recent if row["from_date"] == row["business_date"]]
    jobs = {f"compute_{family.name}_tags" for family in FAMILIES}
    profiled = [run for run in runs if run.job in jobs and run.business_date < on and run.state == "done" and run.profile]
    by_date: dict[str, Run] = {}
    for run in sorted(profiled, key=lambda run: (run.business_date, run.began, run.run_id)):
        by_date[run.job] = run
    return [run for run in runs if run.business_date == on], list(by_date.values())


def _as_run(row: dict[str, Any]) -> Run:
    names = ("run_id", "job", "business_date", "started_at", "state", "rows", "profile", "seconds", "error")
    return Run(**{name: row[name] for name in names}, warnings=tuple(row["warnings"] or ()))


def _feeds(lake: Lake, on: date) -> list[FeedNight]:
    loads = [row for row in lake.log(OPS_LOAD) if row["known_on"] <= on]
    names = ("feed", "scope", "event_date", "sequence", "state", "reason")
    counts = {"delivered": "rows_delivered", "loaded": "rows_loaded", "quarantined": "rows_quarantined"}
    arrivals = [
        Arrival(**{name: row[name] for name in names}, **{name: row[column] for name, column in counts.items()})
        for row in loads
        if row["known_on"] == on
    ]
    newest_date: dict[str, date] = {}
    for row in loads:
        if row["state"] == "loaded":
            newest_date[row["feed"]] = max(row["event_date"], newest_date.get(row["feed"], date.min))
    kept: dict[str, dict[tuple[str, ...], int]] = {}
    for row in lake.log(OPS_QUARANTINE, known_on=on):
        counted = kept.setdefault(row["feed"], {})
        counted[tuple(row["reasons"])] = counted.get(tuple(row["reasons"]), 0) + 1
    return feed_nights(FEEDS.values(), on, arrivals, newest_date, kept, _unheld(lake, on))


def _unheld(lake: Lake, on: date) -> dict[str, int]:
    """Return, for each feed, the rows of the night's loads whose number nobody held.

    Two facts may be made from one load. Their counts are equal, because holders are the same.
    """
    of_load = {
        (row["feed"], row["event_date"], row["load_id"]): row["rows_unheld"] for row in lake.log(OPS_UNHELD) if row["known_on"] == on
    }
    counted: dict[str, int] = {}
    for (feed, _, _), rows in of_load.items():
        counted[feed] = counted.get(feed, 0) + rows
    return counted


def models_of(lake: Lake, chosen: Settings, on: date) -> list[ModelFigures]:
    """Return the models that scored in the night, as evaluated."""
    pins = {row["model"]: row["version"] for row in lake.log(OPS_PIN, business_date=on)}
    return [_evaluated(chosen, model, pins[model.name]) for model in MODELS if model.name in pins]


def _evaluated(chosen: Settings, model: Model, version: str) -> ModelFigures:
    """Return what was logged with the version. If the registry cannot be read, the report is made without it."""
    try:
        metrics, picture = evaluation(chosen, model.name, version)
    except RegistryError as error:
        return ModelFigures(model, version, {}, "", str(error))
    return ModelFigures(model, version, metrics, f"data:image/png;base64,{b64encode(picture).decode()}")


def funnels_of(lake: Lake, on: date) -> list[Funnel]:
    """Return the funnel of every step that was due in the night."""
    names = ("scenario", "step", "city", "county", "channel", "stage", "control", "cut_by", "rows")
    counted = lake.log(RPT_FUNNEL, business_date=on)
    groups = [Group(**{name: row[name] for name in names}, reasons=tuple(row["reasons"])) for row in counted]
    blocked = {code: label for code, (label, _) in BLOCKED.items()}
    labels = {scenario.name: blocked | {e.code: e.label for e in (*scenario.customers.exclusions, *ALWAYS)} for scenario in SCENARIOS}
    return funnels(groups, {scenario.name: scenario.label for scenario in SCENARIOS}, labels)
