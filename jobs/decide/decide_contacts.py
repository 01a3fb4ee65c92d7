"""The night's decisions: who is contacted, with which offer, through which channel; and for everyone else who was due, why not."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from expectations.tables.fb_customer_state import FB_CUSTOMER_STATE
from expectations.tables.mkt_candidate import MKT_CANDIDATE
from expectations.tables.mkt_decision import MKT_DECISION
from expectations.tables.mkt_limit import ALL_LIMITS, MKT_LIMIT
from expectations.tables.ods_capacity import ODS_CAPACITY
from expectations.tables.ods_channel import ODS_CHANNEL
from expectations.tables.ods_external_contact import DWD_EXTERNAL_CONTACT
from expectations.tables.ods_resource import ODS_RESOURCE
from features.effective import effective_on
from jobs.runtime.job import effect_job
from jobs.runtime.job_run import JobRun
from jobs.runtime.reads import InForce, Known, Snapshot
from scenarios.calendar import import_day
from scenarios.capacity import Capacity, capacities_of
from scenarios.catalogues import collected
from scenarios.chosen import Chosen, choose
from scenarios.contacted import USED, contacts_before, days_counted
from scenarios.controls import explore_draw, held_out, propensity_ppm
from scenarios.cut import names_of
from scenarios.library import SCENARIOS
from scenarios.limits import ORDER, Activity, Offers, activities_of
from scenarios.promised import left_of, promised
from scenarios.quotas import QUOTAS

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame

# An empty Arrow table tells Spark no types.
_CHOSEN = "row BIGINT, rank INT, would_list BOOLEAN, reduced_fen BIGINT, cut_by STRING, is_explored BOOLEAN, chosen_ppm INT"
_MEMBER = ("scenario", "step", "subscriber_id")


@effect_job(
    writes=(MKT_DECISION, MKT_LIMIT),
    candidates=Snapshot(MKT_CANDIDATE),
    channels=InForce(ODS_CHANNEL),
    resources=InForce(ODS_RESOURCE),
    units=InForce(ODS_CAPACITY, is_needed=False),
    state=Snapshot(FB_CUSTOMER_STATE),
    others=Known(DWD_EXTERNAL_CONTACT, days_counted, is_needed=False),
)
def decide_contacts(run: JobRun) -> None:
    """Allocate over all scenarios at once, then hold out the control groups. Ask marketing when a list is shorter than expected.

    A held-out row keeps its rank and would_list, so that its group compares with those who were listed. mkt.limit has what each limit
    allowed, and what one more unit of it would earn.
    """
    frames = {name: run.read(name) for name in run.job.reads}
    decided, limits = decisions(run.on, frames, lambda words: run.say("allocating", words=words))
    run.publish(MKT_DECISION, decided)
    run.publish(MKT_LIMIT, limits)


def decisions(on: date, frames: "Mapping[str, DataFrame]", say: Any = lambda _: None) -> "tuple[DataFrame, DataFrame]":
    """Return tonight's rows of mkt.decision and mkt.limit. `frames` are keyed by the names of the job's reads."""
    from pyspark.sql import functions as F

    spark, asked = frames["candidates"].sparkSession, eligible(on, frames)
    offers = asked.offers
    chosen = choose(offers, SCENARIOS, asked.capacities, asked.stock, QUOTAS, say)
    limits = spark.createDataFrame(_limit_rows(offers, chosen)).withColumn("business_date", F.lit(on))
    rows = spark.createDataFrame(_chosen_rows(offers, chosen), _CHOSEN)
    told = asked.rows.select("row", *_MEMBER, "offer", "channel").join(rows, "row")
    return _decided(frames["candidates"], told.drop("row")), limits


class Eligible(NamedTuple):
    """Tonight's offers with no reason against them, and what channels and stocks allow: what `choose` chooses from.

    `rows` identify each offer. `stock` is what is left of each resource, if limited.
    """

    rows: "DataFrame"
    offers: Offers
    capacities: list[Capacity]
    stock: dict[str, int]


def eligible(on: date, frames: "Mapping[str, DataFrame]") -> Eligible:
    """Return what there is to choose from tonight. `frames` are keyed by the names of the job's reads."""
    from pyspark.sql import functions as F

    day, keys = import_day(on), {"channels": "channel", "resources": "resource", "units": "capacity"}
    valid = {name: effective_on(frames[name], key, day) for name, key in keys.items()}
    found = collected(valid | {"promised": promised(on, frames["state"], valid["resources"], SCENARIOS)})
    modes = {row["channel"]: row["mode"] for row in found["channels"]}
    capacities = capacities_of({row["channel"]: row.get("daily_capacity") for row in found["channels"]}, found["units"])
    given = {row["resource"]: row["promised_ppm"] for row in found["promised"]}
    stock = {row["resource"]: left_of(row["stock"], given.get(row["resource"], 0)) for row in found["resources"] if "stock" in row}
    before = contacts_before(on, frames["state"], frames["others"], modes)
    asked = frames["candidates"].where(F.size("reasons") == 0).join(before, "subscriber_id", "left")
    activities = activities_of(SCENARIOS, modes)
    asked = _with_managers(asked, {one.manager for one in capacities if one.manager})
    rows = _numbered(on, asked, activities).localCheckpoint()
    return Eligible(rows, Offers(rows.drop(*_MEMBER, "offer", "channel").toArrow(), activities), capacities, stock)


def _with_managers(asked: "DataFrame", managers: "set[str]") -> "DataFrame":
    """Return the offers with `served_by`: the subscriber's account manager, if it is one of these and may get a work order."""
    from pyspark.sql import functions as F

    if not managers:
        return asked.withColumn("served_by", F.lit(None).cast("string"))
    orders = asked.where(F.col("manager_id").isin(*managers))
    served = orders.groupBy("subscriber_id").agg(F.min("manager_id").alias("served_by"))
    return asked.join(served, "subscriber_id", "left")


def _numbered(on: date, asked: "DataFrame", activities: "list[Activity]") -> "DataFrame":
    """Return what the allocation needs of each offer, in the order of ORDER, beside the columns that name it: see `Offers`."""
    from pyspark.sql import functions as F

    of = [(place, one.scenario, one.step, one.channel) for place, one in enumerate(activities)]
    places = asked.sparkSession.createDataFrame(of, "activity SMALLINT, scenario STRING, step STRING, channel STRING")
    numbers = {
        # 15 hex digits fit a bigint: neighbours would be taken for one customer once in 10^18.
        "who": F.conv(F.substring(F.sha2("subscriber_id", 256), 1, 15), 16, 10).cast("bigint"),
        "is_held_out": held_out(SCENARIOS).isNotNull(),
        "explore_draw": explore_draw(on).cast("int"),
    }
    found = asked.join(F.broadcast(places), ["scenario", "step", "channel"])
    columns = found.select(
        *ORDER,
        "activity",
        "value_fen",
        "effect_ppm",
        "contact_fen",
        "resource_fen",
        "most_contacts_30d",
        *USED,
        *(one.alias(name) for name, one in numbers.items()),
    )
    return columns.orderBy(*ORDER).withColumn("row", F.monotonically_increasing_id())


def _chosen_rows(offers: Offers, chosen: Chosen) -> "pa.Table":
    """Return one row per eligible member: its chosen option, or the one with the greatest value at tonight's prices, with its rank."""
    import numpy as np
    import pyarrow as pa

    at, names = chosen.one_each, pa.array(names_of(chosen.limits), pa.string())
    cut = pa.DictionaryArray.from_arrays(pa.array(chosen.cut_by, mask=chosen.cut_by < 0), names)
    steps = sorted({(a.scenario, a.step) for a in offers.activities})
    step = np.array([steps.index((a.scenario, a.step)) for a in offers.activities] or [0], np.int16)[offers.activity[at]]
    place = np.lexsort((at, -offers.value[at], step))
    ranks = np.empty(len(at), np.int32)
    sizes = np.bincount(step, minlength=len(steps))
    ranks[place] = np.arange(1, 1 + len(at)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    told = {
        "row": pa.array(offers.row[at]),
        "rank": pa.array(ranks, pa.int32()),
        "would_list": pa.array(chosen.would_list[at]),
        "reduced_fen": pa.array(chosen.reduced_fen[at]),
        "cut_by": cut.cast(pa.string()),
        "is_explored": pa.array(chosen.is_explored[at]),
        "chosen_ppm": pa.array(chosen.chosen_ppm[at]),
    }
    return pa.table(told)


def _limit_rows(offers: Offers, chosen: Chosen) -> "pa.Table":
    import pyarrow as pa

    told = chosen.told
    listed = chosen.would_list & ~offers.is_held_out
    shared = {"profit_fen": round(told.profit), "bound_fen": round(told.bound)}
    of = dict.fromkeys(("channel", "county", "manager_id"))
    rows = []
    for limit, used in zip(chosen.limits, offers.used(chosen.limits, listed), strict=True):
        capacity = limit.capacity
        about = {"channel": capacity.channel, "county": capacity.county, "manager_id": capacity.manager} if capacity else of
        # A limit that cannot bind is no rule of the allocation, and has no price.
        price, missing = (told_of.get(limit.name, 0) for told_of in (told.prices, told.missing))
        bounds = {"unit": limit.unit, "least": limit.least, "most": limit.most, "used": used}
        found = {"price_fen": round(price * (100 if limit.unit == "fen" else 1)), "missing": round(missing)}
        rows.append({"name": limit.name, **about, **bounds, **found, **shared})
    whole = {"unit": "contacts", "least": None, "most": None, "used": int(listed.sum()), "price_fen": 0, "missing": 0}
    every = {"name": ALL_LIMITS, **of, **whole, **shared}
    kinds = [(name, pa.string() if name in ("name", "unit", *of) else pa.int64()) for name in every]
    return pa.Table.from_pylist([every, *rows], schema=pa.schema(kinds))


def _decided(candidates: "DataFrame", chosen: "DataFrame") -> "DataFrame":
    """Return a row per member: that of the chosen option, or of the first of all with every reason against them."""
    from pyspark.sql import functions as F

    names = [name for name in candidates.columns if name not in (*_MEMBER, "reasons")]
    first = F.struct("offer", "channel")
    options = candidates.groupBy(*_MEMBER).agg(
        F.min_by(F.struct(*names), first).alias("one"),
        F.min(F.size("reasons")).alias("fewest"),
        F.array_sort(F.collect_list(F.struct("offer", "channel", "reasons"))).alias("options"),
    )
    every = F.array_distinct(F.flatten(F.transform("options", lambda option: option["reasons"])))
    excluded = options.where("fewest > 0").select(*_MEMBER, "one.*", every.alias("reasons"))
    listed = candidates.join(chosen, [*_MEMBER, "offer", "channel"])
    control = F.when(F.col("stage").isNull(), held_out(SCENARIOS))
    both = excluded.withColumn("stage", F.lit("excluded")).unionByName(listed.withColumn("stage", F.lit(None).cast("string")), True)
    told = both.withColumn("control", control).withColumns(
        {
            "stage": F.coalesce(
                "stage", F.when(F.col("control").isNotNull(), "held_out").when(F.col("would_list"), "listed").otherwise("not_allocated")
            ),
            "would_list": F.coalesce("would_list", F.lit(False)),
            "is_explored": F.coalesce("is_explored", F.lit(False)),
            "propensity_ppm": propensity_ppm(SCENARIOS),
        }
    )
    return told.select(*(column.name for column in MKT_DECISION.columns))
