"""Jobs and scenarios hang together: what is read is written before, what is spoken of exists."""

import os
import subprocess
import sys
from functools import reduce
from inspect import Parameter, signature
from pathlib import Path

import pytest
from pyspark.sql import DataFrame, SparkSession

from expectations.contract import Table
from expectations.feeds import FEEDS
from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from expectations.tables.mkt_candidate import MKT_CANDIDATE
from expectations.tables.mkt_decision import MKT_DECISION
from features.library import CAR
from jobs.decide.decide_contacts import decide_contacts, decisions
from jobs.decide.find_candidates import with_scores
from jobs.register import night_jobs
from jobs.runtime.job import STAGES, Job, JobError, Order
from jobs.runtime.reads import Snapshot
from models.library import SCORE_SUBSCRIBER
from models.tariff import Tariff
from scenarios.candidates import candidates
from scenarios.catalogues import Catalogues
from scenarios.library import SCENARIOS
from scenarios.scenario import Scenario
from scenarios.waiting import unknown_codes, unresolved
from tests.house.sources import ROOT
from tests.scenarios.nights import ON, tonight

JOBS = {job.name: job for job in night_jobs()}
BEFORE = Order(JOBS).before
WRITER = {table.name: job.name for job in JOBS.values() for table in job.writes if not table.log_of}


def test_every_job_comes_after_the_jobs_whose_tables_it_reads() -> None:
    order = list(JOBS)
    late = {name: [other for other in BEFORE[name] if order.index(other) >= order.index(name)] for name in JOBS}
    assert not {name: others for name, others in late.items() if others}


def test_every_table_that_is_read_is_written_by_one_job_of_an_earlier_stage() -> None:
    reads = [(job, read) for job in JOBS.values() for read in job.reads.values() if read.is_of_tonight]
    unwritten = [f"{job.name} reads {read.table.name}" for job, read in reads if not read.table.log_of and read.table.name not in WRITER]
    assert not unwritten
    stage = {name: STAGES.index(job.stage) for name, job in JOBS.items()}
    backwards = [
        f"{job.name} reads {read.table.name}" for job, read in reads if stage[WRITER.get(read.table.name, job.name)] > stage[job.name]
    ]
    assert not backwards


def test_a_job_that_reads_its_own_other_nights_says_so() -> None:
    own = [(job, read) for job in JOBS.values() for read in job.reads.values() if read.table.name in {t.name for t in job.writes}]
    assert own
    assert not [job.name for job, read in own if read.is_of_tonight]


def test_the_nights_jobs_are_one_graph_with_no_job_on_its_own() -> None:
    joined = {name: {name} for name in JOBS}
    for name in JOBS:
        for other in BEFORE[name]:
            together = joined[name] | joined[other]
            for member in together:
                joined[member] = together
    assert {frozenset(members) for members in joined.values()} == {frozenset(JOBS)}


def test_a_table_job_is_given_the_frames_it_asks_for_and_no_others() -> None:
    faults = []
    for job in JOBS.values():
        if job.kind == "table":
            asked = {name: parameter for name, parameter in signature(job.call).parameters.items() if name not in ("on", "moment")}
            takes_any = any(parameter.kind is Parameter.VAR_KEYWORD for parameter in asked.values())
            needed = {name for name, p in asked.items() if p.default is Parameter.empty and p.kind is not Parameter.VAR_KEYWORD}
            faults += [f"{job.name} asks for {name}, which it does not read" for name in sorted(needed - job.reads.keys())]
            faults += [f"{job.name} reads {name} for nothing" for name in sorted(job.reads.keys() - asked.keys()) if not takes_any]
    assert not faults


def test_every_feed_is_received_and_every_job_says_what_it_is_for() -> None:
    assert {feed.table.name for feed in FEEDS.values()} <= WRITER.keys()
    assert not [job.name for job in JOBS.values() if not job.runbook.strip()]


def test_jobs_that_wait_for_each_other_are_refused_by_name() -> None:
    def job(name: str, reads: Table, writes: Table) -> Job:
        return Job(name=name, stage="refine", kind="table", call=print, writes=(writes,), reads={"rows": Snapshot(reads)})

    circle = {"one": job("one", DWD_SUBSCRIBER, MKT_DECISION), "other": job("other", MKT_DECISION, DWD_SUBSCRIBER)}
    with pytest.raises(JobError) as refusal:
        Order(circle).sorted()
    assert "one waits for other" in str(refusal.value)
    assert "other waits for one" in str(refusal.value)


def catalogues(spark: SparkSession, scenario: Scenario) -> Catalogues:
    """Catalogues with the codes the scenario names."""
    steps = scenario.timing.steps
    modes = {channel: "active" if channel == "sms" else "passive" for channel in scenario.channels.allowed}
    products = sorted({code for step in steps for code in scenario.offer_of(step).products})
    return Catalogues(
        tariffs={product: Tariff(500, product, 30 << 20, 0, 100, 400) for product in products},
        overage_fen_per_mb={"bp18": 29},
        names=dict.fromkeys(products, "名"),
        fees=dict.fromkeys(products, 500),
        resource_fen={code: 500 for step in steps if (code := scenario.resource_of(step).code)},
        contact_fen=dict.fromkeys(modes, 5),
        modes=modes,
        known_channels=frozenset(modes),
        kinds=dict.fromkeys(products, "data_plan"),
    )


def found_of(spark: SparkSession, scenario: Scenario) -> list[DataFrame]:
    """The candidates of every step of a scenario, of nobody."""
    night = tonight(spark, catalogues(spark, scenario))
    car = night.with_history(with_scores(CAR.empty(spark), SCORE_SUBSCRIBER.empty(spark), DWD_SUBSCRIBER.empty(spark)))
    return [MKT_CANDIDATE.conform(candidates(scenario, step, car, night)) for step in scenario.timing.steps]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_every_step_of_a_scenario_compiles(spark: SparkSession, scenario: Scenario) -> None:
    assert unresolved([scenario], spark) == {}
    assert [found.columns for found in found_of(spark, scenario)] == [MKT_CANDIDATE.empty(spark).columns] * len(scenario.timing.steps)


def test_candidates_of_scenarios_are_allocated_together(spark: SparkSession) -> None:
    every = reduce(lambda one, other: one.unionByName(other), [found_of(spark, scenario)[0] for scenario in SCENARIOS[:3]])
    frames = {name: read.table.empty(spark) for name, read in decide_contacts.reads.items()} | {"candidates": every}
    assert MKT_DECISION.conform(decisions(ON, frames)[0]).count() == 0


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_codes_that_tonights_catalogues_lack_are_all_named(spark: SparkSession, scenario: Scenario) -> None:
    told = " ".join(unknown_codes(scenario, Catalogues({}, {}, {}, {}, {}, {}, {}, frozenset(), {})))
    steps = scenario.timing.steps
    codes = [*scenario.channels.allowed, *(code for step in steps for code in (scenario.resource_of(step).code, step.unknown_entrants))]
    codes += [code for step in steps for code in scenario.offer_of(step).products]
    assert not [code for code in codes if code and f" {code} " not in told]


LOADED = """
import runpy, sys
from pathlib import Path
from jobs.register import night_jobs
night_jobs()
for dag in sorted(Path("dags").glob("*.py")):
    runpy.run_path(str(dag))
print(sorted({"great_expectations", "mlflow", "sklearn"} & sys.modules.keys()))
"""


@pytest.mark.apart
def test_parsing_the_dags_loads_none_of_the_slow_libraries(tmp_path: Path) -> None:
    around = {**os.environ, "AIRFLOW_HOME": f"{tmp_path}", "PYTHONPATH": f"{ROOT}"}
    parsed = subprocess.run([sys.executable, "-c", LOADED], cwd=ROOT, env=around, capture_output=True, text=True, check=False)
    assert parsed.returncode == 0, parsed.stderr
    assert parsed.stdout.splitlines()[-1] == "[]"


def test_the_layers_are_kept() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    told = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout
