"""Jobs and scenarios hang together: what is read is written before, what is spoken of exists."""

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from inspect import Parameter, signature
from pathlib import Path

import pytest
from pyspark.sql import DataFrame, SparkSession

from expectations.contract import Table
from expectations.feeds import FEEDS
from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from expectations.tables.dwd_subscription_interval import DWD_SUBSCRIPTION_INTERVAL
from expectations.tables.mkt_decision import MKT_DECISION
from expectations.tables.ods_channel import ODS_CHANNEL
from features.library import CAR
from jobs.decide.candidates import candidates, decision_rows
from jobs.decide.catalogues import Catalogues
from jobs.register import night_jobs
from jobs.runtime.job import STAGES, Job, JobError, Order
from jobs.runtime.reads import Snapshot
from models.allocation import ranked
from models.library import SCORE_SUBSCRIBER
from models.tariff import Tariff
from scenarios.library import SCENARIOS
from scenarios.scenario import Scenario, Wave
from tests.house.sources import ROOT

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
            asked = {name: parameter for name, parameter in signature(job.call).parameters.items() if name != "on"}
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
    """Catalogues with the codes the scenario speaks of."""
    modes = {channel: "active" if channel == "sms" else "passive" for channel in scenario.channels.allowed}
    return Catalogues(
        tariffs={product: Tariff(500, product, 30 << 20, 0, 100, 400) for product in scenario.product.products},
        overage_fen_per_mb={"bp18": 29},
        names=dict.fromkeys(scenario.product.products, "名"),
        resource_fen={scenario.resource.resource: 500},
        contact_fen=dict.fromkeys(modes, 5),
        modes=modes,
        channels=ODS_CHANNEL.empty(spark),
        known_channels=frozenset(modes),
    )


@pytest.fixture(scope="module")
def decide(spark: SparkSession) -> Callable[[Scenario, Wave], DataFrame]:
    """A scenario's wave decided over empty frames: every column it speaks of has to be there."""
    wide = decision_rows(CAR.empty(spark), DWD_SUBSCRIBER.empty(spark), SCORE_SUBSCRIBER.empty(spark))
    earlier, orders = MKT_DECISION.empty(spark), DWD_SUBSCRIPTION_INTERVAL.empty(spark)

    def decided(scenario: Scenario, wave: Wave) -> DataFrame:
        return candidates(date(2026, 3, 4), scenario, wave, wide, earlier, orders, catalogues(spark, scenario))

    return decided


@pytest.mark.parametrize(
    ("scenario", "wave"),
    [pytest.param(scenario, wave, id=f"{scenario.name} wave {wave.number}") for scenario in SCENARIOS for wave in scenario.timing.waves],
)
def test_audience_exclusions_offer_and_words_of_a_scenario_compile(
    spark: SparkSession, decide: Callable[[Scenario, Wave], DataFrame], scenario: Scenario, wave: Wave
) -> None:
    decided = ranked(decide(scenario, wave), ODS_CHANNEL.empty(spark))
    types = dict(decided.dtypes)
    assert {column.name: types.get(column.name) for column in MKT_DECISION.columns if column.name != "stage"} == {
        column.name: column.type for column in MKT_DECISION.columns if column.name != "stage"
    }


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_codes_that_tonights_catalogues_lack_are_all_named(spark: SparkSession, scenario: Scenario) -> None:
    told = " ".join(Catalogues({}, {}, {}, {}, {}, {}, ODS_CHANNEL.empty(spark), frozenset()).unknown(scenario))
    codes = (*scenario.product.products, *scenario.channels.allowed, scenario.resource.resource)
    assert not [code for code in codes if f" {code} " not in told]


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
