"""The recognition labels of all customers, as files for customer service and BOSS, every night."""

import hashlib
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from functools import partial, reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any

from expectations.channel import PERSONAL_COLUMNS
from expectations.columns import LIVE_STATES
from expectations.errors import teach
from expectations.push import PUSH_COLUMNS, Push
from expectations.pushes import PUSHES
from expectations.tables.dws_label import DWS_LABEL
from expectations.tables.vault import VAULT_NUMBER
from features.library import CAR, families_of
from features.recognition import LABELS
from features.tier import TIERS_OF_SERVICE
from jobs.publish.list_files import OF_FILE, WRITTEN, writer
from jobs.publish.listed import NO_NUMBER
from jobs.publish.outbox import WRITING_PUSHES, Part, PublishError, clear, make_anew, place, unready
from jobs.runtime.access_log import Reading, log_reads
from jobs.runtime.job import effect_job
from jobs.runtime.job_run import JobRun
from jobs.runtime.reads import Lacking, Latest, Snapshot

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, Row

# Version of manifest and files; raised when the form of either changes.
SCHEMA_VERSION = 2
CONTENT = "labels"
# Folders of older nights are removed.
KEPT_DAYS = 7


@effect_job(labels=Snapshot(DWS_LABEL), customers=Snapshot(CAR), lacking=Lacking(CAR), numbers=Latest(VAULT_NUMBER))
def push_labels(run: JobRun) -> None:
    """Write the labels and tiers of all live customers for each system of expectations/pushes/. A folder is ready when it has .ok.

    A push that cannot be written loses its .ok, and its system goes on with yesterday's; the others are written. A re-run leaves equal
    files alone. A customer without a number is left out and counted as a warning.
    """
    lacking = run.read("lacking")
    waiting: dict[str, Any] = {
        "labels_not_made": not_made(run.lake.published(CAR, run.on).lacks, lacking),
        "has_tiers": "customer_tier" not in lacking,
    }
    if waiting["labels_not_made"]:
        run.warnings.append(f"labels {', '.join(map(str, waiting['labels_not_made']))} were not made tonight; the manifests name them")
    customers = customers_told(run.read("customers"), run.read("labels"), run.read("numbers"))
    nameless = customers.where("number IS NULL").count()
    if nameless:
        run.warnings.append(f"{nameless} customer(s) {NO_NUMBER} and are left out")
    writing, faults = run.settings.outbox / WRITING_PUSHES, list[str]()
    make_anew(writing / f"{run.on}", run.settings.outbox)
    try:
        written = _written(customers, writing / f"{run.on}")
        for push in PUSHES.values():
            for old in _old(run.settings.outbox, push, run.on):
                clear(old)
            faults += [f"{push.name}: {fault}" for fault in _placed(run, push, written[push.name], waiting)]
    finally:
        clear(writing)
    if faults:
        cure = "their systems go on with the files of the night before. Correct the cause, then run push_labels of this date again."
        raise PublishError(teach(f"Pushes of {run.on} that were not written", faults, cure))


def not_made(families: frozenset[str], lacking: Collection[str]) -> list[int]:
    """Return the numbers of the labels that could not be made: a family that they need is missing, or a tag that they show is bad."""
    gone = {of.number: ({"recognition"} | of.needs | families_of(of.shows)) & families for of in LABELS.values()}
    return [of.number for of in LABELS.values() if gone[of.number] or not set(of.shows).isdisjoint(lacking)]


def customers_told(customers: "DataFrame", labels: "DataFrame", numbers: "DataFrame") -> "DataFrame":
    """Return a row per live customer with a label or a tier above ordinary: the columns of a customer, and their labels, sorted.

    Without the tags of the profile the tier is null. A customer without a number is in the rows too.
    """
    from pyspark.sql import functions as F

    own = ("label_number", "label_name", "grade", "since_date", "evidence", "advice")
    of_each = labels.groupBy("subscriber_id").agg(F.sort_array(F.collect_list(F.struct(*own))).alias("labels"))
    live = customers.where(F.col("state").isin(*LIVE_STATES)).select("subscriber_id", "city", F.col("customer_tier").alias("tier"))
    told = live.join(of_each, "subscriber_id", "left").where("labels IS NOT NULL OR tier <> 'ordinary'")
    named = {code: (tier.label, "; ".join(tier.services)) for code, tier in TIERS_OF_SERVICE.items()}
    cases = [F.when(F.col("tier") == code, F.struct(F.lit(name), F.lit(services))) for code, (name, services) in named.items()]
    return (
        told.withColumn("_tier", F.coalesce(*cases))
        .withColumns({"tier_name": F.col("_tier.col1"), "services": F.col("_tier.col2")})
        .drop("_tier")
        .join(numbers.select("subscriber_id", "number"), "subscriber_id", "left")
    )


def file_rows(push: Push, customers: "DataFrame") -> "DataFrame":
    """Return the rows of a push's files, as the writer takes them. A number that is there twice for one label has the same rank twice."""
    from pyspark.sql import functions as F

    if push.grain == "label":
        one = F.explode_outer("labels").alias("one")
        rows = customers.select("*", one).select(*(name for name in customers.columns if name != "labels"), "one.*")
    else:
        graded = F.transform("labels", lambda one: F.concat_ws("=", one["label_number"].cast("string"), one["grade"]))
        beside_each = {"since_dates": "since_date", "evidence": "evidence", "advice": "advice"}
        # A label without a text keeps its place. A ; inside a text would move the others.
        places = {name: F.transform("labels", partial(_in_place, of)) for name, of in beside_each.items()}
        rows = customers.withColumns({name: F.concat_ws(";", of) for name, of in {"labels": graded, **places}.items()})
    beside = {"label_number": F.col("label_number")} if push.grain == "label" else {}
    rank = F.concat_ws(" ", "number", "subscriber_id", *beside)
    return rows.where("number IS NOT NULL").select(
        F.lit(push.name).alias("channel"),
        F.lit(CONTENT).alias("scenario"),
        F.lit("").alias("step"),
        (F.col("city") if push.form.by_city else F.lit(None).cast("string")).alias("file_city"),
        *(F.col(name).cast("string").alias(name) for name in PUSH_COLUMNS[push.grain]),
        rank.alias("rank"),
        F.lit(None).cast("string").alias("fault"),
    )


def _in_place(of: str, label: "Column") -> "Column":
    from pyspark.sql import functions as F

    return F.translate(F.coalesce(label[of].cast("string"), F.lit("")), ";", ",")


def folder_of(outbox: Path, push: Push, on: date) -> Path:
    """Where the files of a push are. Lists lie one folder deeper."""
    return outbox / push.name / CONTENT / f"{on}"


def _old(outbox: Path, push: Push, on: date) -> list[Path]:
    """Return the folders that no system reads any more: each night's files replace those of the night before, and have numbers."""
    nights = folder_of(outbox, push, on).parent
    kept = f"{on - timedelta(days=KEPT_DAYS)}"
    return [folder for folder in sorted(nights.glob("*-*-*")) if folder.name < kept]


def _written(customers: "DataFrame", folder: Path) -> "dict[str, list[Row]]":
    """Let Spark's tasks write the files of all pushes in one query. Return what they say of each file, by push."""
    rows = reduce(lambda one, other: one.unionByName(other, True), (file_rows(push, customers) for push in PUSHES.values()))
    sorted_rows = rows.repartition(*OF_FILE).sortWithinPartitions(*OF_FILE, "rank")
    files = sorted_rows.mapInArrow(writer(folder, {push.name: push.form for push in PUSHES.values()}), WRITTEN).collect()
    return {name: sorted((row for row in files if row.channel == name), key=lambda row: str(row.file_city)) for name in PUSHES}


def _placed(run: JobRun, push: Push, written: "list[Row]", waiting: Mapping[str, Any]) -> list[str]:
    """Move a push's files into its folder. Return its faults; with one its system finds no .ok."""
    folder, form = folder_of(run.settings.outbox, push, run.on), push.form
    faults = [fault for row in written for fault in row.faults]
    if not faults:
        named = {form.named(city=row.file_city, scenario="", step="", on=run.on): row for row in written}
        files = {name: Part(Path(row.path), row.rows, row.bytes, row.sha256) for name, row in named.items()}
        entries = [{"city": row.file_city, "file": name, **files[name].described} for name, row in named.items()]
        personal = tuple(name for name in form.columns if name in PERSONAL_COLUMNS)
        released = sum(row.rows for row in written)
        if personal and released:
            log_reads(
                run.lake,
                [Reading("push_labels", personal, released, f"{push.name}/{CONTENT}", business_date=run.on, run_id=run.run_id)],
            )
        try:
            place(folder, files, _manifest(push, entries, waiting, run.on), run.say)
        except OSError as error:
            faults.append(f"{error.filename or folder}: {error.strerror}")
        else:
            run.told = ", ".join(filter(None, (run.told, f"{released:,} rows for {push.name}")))
    if faults:
        unready(folder)
    return faults


def _manifest(push: Push, entries: list[dict[str, Any]], waiting: Mapping[str, Any], on: date) -> dict[str, Any]:
    form = push.form
    return {
        "push": push.name,
        "push_label": push.label,
        "content": CONTENT,
        "grain": push.grain,
        "business_date": f"{on}",
        "publish_by": f"{push.publish_by:%H:%M}",
        "schema_version": SCHEMA_VERSION,
        **form.described,
        **waiting,
        "run_id": hashlib.sha256("".join(str(entry["sha256"]) for entry in entries).encode()).hexdigest()[:16],
        "files": entries,
    }
