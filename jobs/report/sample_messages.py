"""A sheet of sample messages of each list, for the eye of whoever answers for the scenario."""

from typing import TYPE_CHECKING, Any

from expectations.tables.mkt_decision import MKT_DECISION
from jobs.report.page import templates
from jobs.runtime.job import effect_job
from jobs.runtime.job_run import JobRun
from jobs.runtime.reads import Snapshot
from jobs.runtime.whole_file import write_whole

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

PER_LIST = 20
PAGE = "samples.html"


@effect_job(decisions=Snapshot(MKT_DECISION))
def sample_messages(run: JobRun) -> None:
    """Write a page with 20 messages of each list, drawn by chance, without numbers and names. The night's report links to it."""
    found = samples(run.read("decisions"))
    folder = run.settings.reports / f"{run.on}"
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / PAGE, templates().get_template(PAGE).render(on=run.on, lists=found, per_list=PER_LIST).encode())
    run.told = f"{sum(len(rows) for rows in found.values()):,} messages of {len(found)} lists"


def samples(decisions: "DataFrame") -> dict[tuple[str, str, str], list[dict[str, Any]]]:
    """Return at most 20 listed rows of each list, by channel, scenario and step: rank, city, offer and words. A re-run draws the same."""
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    drawn = Window.partitionBy("channel", "scenario", "step").orderBy(F.sha2(F.concat_ws(":", "business_date", "subscriber_id"), 256))
    rows = decisions.where("stage = 'listed'").withColumn("_place", F.row_number().over(drawn)).where(F.col("_place") <= PER_LIST)
    told = rows.select("channel", "scenario", "step", "rank", "city", "offer", "variant", "message").orderBy(
        "channel", "scenario", "step", "rank"
    )
    found: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for row in told.toArrow().to_pylist():
        found.setdefault((row["channel"], row["scenario"], row["step"]), []).append(row)
    return found
