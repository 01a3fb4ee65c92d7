"""The night's decisions: who is contacted, with which offer, through which channel; and for everyone else who was due, why not."""

from datetime import date
from typing import TYPE_CHECKING

from expectations.tables.mkt_candidate import MKT_CANDIDATE
from expectations.tables.mkt_decision import MKT_DECISION
from expectations.tables.ods_channel import ODS_CHANNEL
from features.effective import effective_on
from jobs.runtime.job import table_job
from jobs.runtime.reads import InForce, Snapshot
from models.allocation.cut import allocate
from scenarios.calendar import import_day
from scenarios.controls import held_out, propensity_ppm
from scenarios.library import SCENARIOS

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


@table_job(writes=MKT_DECISION, candidates=Snapshot(MKT_CANDIDATE), channels=InForce(ODS_CHANNEL))
def decide_contacts(on: date, candidates: "DataFrame", channels: "DataFrame") -> "DataFrame":
    """Allocate over all scenarios at once, then hold out the control groups. Ask marketing when a list is shorter than expected.

    A held-out row keeps its rank and would_list, so that its group compares with those who were listed.
    """
    from pyspark.sql import functions as F

    chosen = allocate(candidates, effective_on(channels, "channel", import_day(on)))
    is_eligible = F.size("reasons") == 0
    control = F.when(is_eligible, held_out(SCENARIOS))
    stage = (
        F.when(~is_eligible, "excluded")
        .when(F.col("control").isNotNull(), "held_out")
        .when(F.col("would_list"), "listed")
        .otherwise("not_allocated")
    )
    decided = chosen.withColumns({"control": control, "propensity_ppm": propensity_ppm(SCENARIOS)}).withColumn("stage", stage)
    return decided.select(*(column.name for column in MKT_DECISION.columns))
