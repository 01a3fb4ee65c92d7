"""How well the rules of the strategic segments separate: beside clusters that k-means finds in the same figures (M: clustering check)."""

from typing import TYPE_CHECKING, Any

from expectations.tables.rpt_segment import RPT_SEGMENT_CHECK
from features.library import CAR
from features.segment import FIGURES, SEGMENTS, VERSION
from jobs.maintain.audit_tags import newest_night
from jobs.report.describe_segments import figure
from jobs.runtime.job import effect_job
from jobs.runtime.job_run import JobRun

if TYPE_CHECKING:
    import pandas as pd
    from pyspark.sql import DataFrame

SAMPLE, SEED = 20_000, 20261128
FEWEST = 50


@effect_job(schedule="weekly", writes=(RPT_SEGMENT_CHECK,))
def check_segments(run: JobRun) -> None:
    """Compare the segments of the newest night with clusters of a sample of its subscribers.

    The agreement is the adjusted Rand index: 1000 if rules and clusters are the same, 0 if they agree by chance. The separation is the
    silhouette: how much nearer members are to their own segment than to the next one. Stability is the share of all subscribers who stayed
    in the segment of the month before. Low figures are a reason to look at the rules; they stop nothing.
    """
    night = newest_night(run.lake, run.on)
    if night is None:
        run.told = "no night has a customer record"
        return
    customers = run.lake.snapshots(CAR, [night]).where("segment IS NOT NULL")
    columns = [figure(name).cast("double").alias(name) for name in FIGURES]
    # By the token, which is a hash: the same subscribers in every run.
    sample: pd.DataFrame = customers.orderBy("subscriber_id").limit(SAMPLE).select("segment", *columns).toPandas()
    if len(sample) < FEWEST or sample["segment"].nunique() < 2:
        run.told = f"{len(sample):,} subscribers of {sample['segment'].nunique()} segments on {night} are too few to compare"
        return
    found, share = checked(sample), stayed(customers)
    told = found | {"stayed": share, "business_date": run.on}
    run.publish(RPT_SEGMENT_CHECK, run.spark.createDataFrame([told], RPT_SEGMENT_CHECK.ddl))
    figures = f"agreement {found['agreement']}, separation {found['separation']}, stayed {'-' if share is None else share} per mille"
    run.told = f"{found['subscribers']:,} subscribers of {night}: {figures}"


def stayed(customers: "DataFrame") -> int | None:
    """Return how many of a thousand are in the same segment as the month before; None when nobody has one of the month before."""
    from pyspark.sql import functions as F

    moved = customers.where("segment IS NOT NULL AND previous_segment IS NOT NULL")
    (row,) = moved.agg(F.expr("try_divide(count_if(segment = previous_segment) * 1000, count(*))").cast("int").alias("share")).collect()
    found: int | None = row.share
    return found


def checked(sample: "pd.DataFrame") -> dict[str, Any]:
    """Return a row of rpt.segment_check. `sample` has the segment and the figures; an unknown figure counts as the median."""
    from sklearn.cluster import KMeans
    from sklearn.metrics import adjusted_rand_score, silhouette_score
    from sklearn.preprocessing import RobustScaler

    figures = sample[list(FIGURES)].dropna(axis="columns", how="all")
    # Robust to the few who use a hundred times as much as others.
    scaled = RobustScaler().fit_transform(figures.fillna(figures.median())).clip(-5, 5)
    clusters = KMeans(n_clusters=min(len(SEGMENTS), sample["segment"].nunique()), n_init=4, random_state=SEED).fit_predict(scaled)
    at_most = min(len(sample), 5_000)
    return {
        "rules": VERSION,
        "subscribers": len(sample),
        "agreement": round(1000 * adjusted_rand_score(sample["segment"], clusters)),
        "separation": round(1000 * silhouette_score(scaled, sample["segment"], sample_size=at_most, random_state=SEED)),
        "separation_of_clusters": round(1000 * silhouette_score(scaled, clusters, sample_size=at_most, random_state=SEED)),
    }
