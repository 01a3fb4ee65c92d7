"""The contacts that channels must not make any more, as one file per channel, each night and after `chudian stop`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from expectations.channel import PERSONAL_COLUMNS, Channel, ListForm
from expectations.channels import CHANNELS
from expectations.columns import LIVE_STATES
from expectations.errors import teach
from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from expectations.tables.dwd_subscription_interval import DWD_SUBSCRIPTION_INTERVAL
from expectations.tables.fb_customer_state import FB_CUSTOMER_STATE
from expectations.tables.mkt_contact import MKT_CONTACT
from expectations.tables.mkt_recall import MKT_RECALL
from expectations.tables.ods_no_call import DWD_NO_CALL
from expectations.tables.vault import VAULT_NUMBER
from jobs.publish.list_files import ListFile
from jobs.publish.listed import NO_NUMBER
from jobs.publish.outbox import WRITING_RECALLS, Part, PublishError, clear, make_anew, place, unready, withdraw
from jobs.publish.stopped import Stopped, stopped
from jobs.runtime.access_log import Reading, log_reads
from jobs.runtime.job import effect_job
from jobs.runtime.job_run import JobRun
from jobs.runtime.reads import Between, IfMade, Known, Snapshot
from scenarios.calendar import import_day
from scenarios.library import SCENARIOS
from scenarios.offers import looked_up
from scenarios.policy import ALL_CHANNELS, ASKED_FOR_REST
from scenarios.state import KEY, wishes
from scenarios.timing import counts_for

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

SCHEMA_VERSION = 1
CONTENT = "recall"
# A list of a scenario is valid for at most so many days.
DAYS_BACK = max(scenario.timing.valid_days for scenario in SCENARIOS)
# How far back the numbers of a list are looked up: a full extract may be a week old.
NUMBER_DAYS_BACK = DAYS_BACK + 10


@dataclass(frozen=True)
class Written:
    """A written file, and what is wrong with it; without a hash it could not be written."""

    part: Part
    faults: list[str]


def _since(on: date) -> date:
    return on - timedelta(days=DAYS_BACK)


def _number_days(on: date) -> list[date]:
    return [on - timedelta(days=back) for back in range(NUMBER_DAYS_BACK + 1)]


@effect_job(
    writes=(MKT_RECALL,),
    tonight=IfMade(MKT_CONTACT),
    earlier=Between(MKT_CONTACT, _since, lambda on: on),
    subscribers=Snapshot(DWD_SUBSCRIBER),
    no_call=Snapshot(DWD_NO_CALL),
    orders=Snapshot(DWD_SUBSCRIPTION_INTERVAL),
    state=IfMade(FB_CUSTOMER_STATE),
    numbers=Known(VAULT_NUMBER, _number_days),
)
def recall_contacts(run: JobRun) -> None:
    """Write for each channel the rows of valid lists that it must not use any more: the customer opted out, ordered, or changed number.

    A row of a stopped scenario or channel, or of a scenario that is no longer running, is recalled too. What channels report counts when
    fb.customer_state of the night is there. Each night's file has all recalled rows that are still valid. A file that cannot
    be written loses its .ok; run the job of this date again.
    """
    tonight, earlier = run.read("tonight"), run.read("earlier")
    contacts = earlier if tonight is None else earlier.unionByName(tonight)
    frames = {name: run.read(name) for name in ("subscribers", "no_call", "orders", "numbers")}
    state = run.read("state")
    frames["state"] = FB_CUSTOMER_STATE.empty(contacts.sparkSession) if state is None else state
    # Lists of tonight stay when something was stopped after them, and are recalled.
    # Recalls are few, and needed twice: for the files and for the table.
    found = recalled(run.on, contacts, stopped=stopped(run.lake, import_day(run.on)), **frames).localCheckpoint()
    writing, faults = run.settings.outbox / WRITING_RECALLS, list[str]()
    make_anew(writing / f"{run.on}", run.settings.outbox)
    try:
        written = _written(found, writing / f"{run.on}")
        for name, channel in CHANNELS.items():
            faults += [f"{name}: {fault}" for fault in _placed(run, channel, written.get(name))]
    finally:
        clear(writing)
    run.publish(MKT_RECALL, found.select(*(column.name for column in MKT_RECALL.columns)))
    if faults:
        cure = "these channels go on with rows that are recalled. Correct the cause, then run recall_contacts of this date again."
        raise PublishError(teach(f"Recalls of {run.on} that were not written", faults, cure))


def recalled(
    on: date,
    contacts: "DataFrame",
    subscribers: "DataFrame",
    no_call: "DataFrame",
    orders: "DataFrame",
    numbers: "DataFrame",
    state: "DataFrame",
    stopped: Stopped,
) -> "DataFrame":
    """Return the rows of mkt.recall with `number`: the one that the list has, or None if it is not known any more."""
    from pyspark.sql import functions as F

    valid = contacts.where(F.col("valid_to") >= F.lit(import_day(on))).withColumnRenamed("business_date", "list_date")
    held = numbers.select("subscriber_id", "number", "day").join(valid.select("subscriber_id", "list_date"), "subscriber_id")
    of_list = F.max_by("number", F.when(F.col("day") <= F.col("list_date"), F.col("day")))
    of_contact = held.groupBy("subscriber_id", "list_date").agg(of_list.alias("listed"), F.max_by("number", "day").alias("newest"))
    people = subscribers.select("subscriber_id", "state", "has_consent", "do_not_disturb_channels")
    joined = (
        valid.join(people, "subscriber_id", "left")
        .join(no_call.select("subscriber_id", "no_call_scopes"), "subscriber_id", "left")
        .join(of_contact, ["subscriber_id", "list_date"], "left")
        .join(state.select(*KEY, F.col("product_kind").alias("offer_kind")), [*KEY], "left")
        .join(wishes(on, state), "subscriber_id", "left")
        .join(_taken_up(valid, orders, state), "contact_id", "left")
        .withColumn("number", F.coalesce("listed", "newest"))
    )
    reasons = [F.when(when, code) for code, when in _reasons(stopped).items()]
    told = joined.withColumn("reasons", F.filter(F.array(*reasons), lambda reason: reason.isNotNull())).where(F.size("reasons") > 0)
    return told.withColumn("business_date", F.lit(on))


def _reasons(stopped: Stopped) -> "dict[str, Column]":
    """Return when each code of RECALLS holds. An opt-out that is not known recalls, as an exclusion that cannot be evaluated excludes."""
    from pyspark.sql import functions as F

    of_kind = {kind: [name for of, name in stopped if of == kind] for kind in ("scenario", "channel")}
    running = [scenario.name for scenario in SCENARIOS if scenario.is_running and scenario.name not in of_kind["scenario"]]

    # Who refuses a channel refuses what is part of it too.
    whole = looked_up({name: channel.part_of for name, channel in CHANNELS.items() if channel.part_of}, F.col("channel"))

    def is_in(column: str) -> "Column":
        refused = F.array(F.lit(ALL_CHANNELS), F.col("channel"), F.coalesce(whole, F.col("channel")))
        return F.arrays_overlap(column, refused)

    return {
        "stopped": ~F.col("scenario").isin(running) | F.col("channel").isin(of_kind["channel"]),
        "no_call": F.coalesce(is_in("no_call_scopes"), F.lit(False)),
        "do_not_disturb": F.coalesce(is_in("do_not_disturb_channels"), F.lit(False))
        | F.coalesce(is_in("disturbed_channels"), F.lit(False))
        | F.coalesce(F.expr(ASKED_FOR_REST.when), F.lit(False)),
        "no_consent": F.col("state").isNotNull() & ~F.coalesce("has_consent", F.lit(False)),
        "taken_up": F.coalesce("is_taken_up", F.lit(False)),
        "number_changed": F.coalesce(F.col("listed") != F.col("newest"), F.lit(False)),
        "not_in_use": ~F.coalesce(F.col("state").isin(*LIVE_STATES), F.lit(False)),
    }


def _taken_up(contacts: "DataFrame", orders: "DataFrame", state: "DataFrame") -> "DataFrame":
    """Return contact_id and is_taken_up of contacts after which the customer ordered a product of the kind, or a channel says so."""
    from pyspark.sql import functions as F

    steps = [(s.name, step.name, s.success_of(step)) for s in SCENARIOS for step in s.timing.steps]
    kinds = [(scenario, step, of.kind, counts_for(of)) for scenario, step, of in steps]
    sought = contacts.sparkSession.createDataFrame(kinds, "scenario STRING, step STRING, product_kind STRING, within_days INT")
    wanted = contacts.join(F.broadcast(sought), ["scenario", "step"]).select(
        "contact_id", "subscriber_id", "list_date", "product_kind", "within_days"
    )
    made = orders.select("subscriber_id", "product_kind", F.to_date("ordered_at").alias("taken_on")).unionByName(
        state.where("claimed_on IS NOT NULL").select("subscriber_id", "product_kind", F.col("claimed_on").alias("taken_on"))
    )
    after = wanted.join(made, ["subscriber_id", "product_kind"]).where("date_diff(taken_on, list_date) BETWEEN 1 AND within_days")
    return after.select("contact_id", F.lit(True).alias("is_taken_up")).distinct()


def form_of(channel: Channel) -> ListForm:
    """Return the form of a channel's recall: written as its lists are, with the recipient as they name them."""
    recipient = "number" if "number" in channel.form.columns else "contact_id"
    columns = (recipient, "scenario", "step", "list_date", "valid_to", "reasons")
    ending = "csv.gz" if channel.form.compression else "csv"
    return replace(channel.form, columns=columns, file_name=f"recall_{{date}}.{ending}")


def _written(found: "DataFrame", folder: Path) -> dict[str, Written]:
    """Write the files and return them by channel. Recalls are few, so the driver writes them."""
    from pyspark.sql import functions as F

    order = ("channel", "list_date", "scenario", "step", "contact_id")
    told = found.select(*order, "number", "valid_to", F.concat_ws(";", "reasons").alias("reasons")).orderBy(*order)
    rows = (row for batch in told.toArrow().to_batches() for row in batch.to_pylist())
    return {channel: _file(folder / channel, form_of(CHANNELS[channel]), of_channel) for channel, of_channel in groupby(rows, _channel)}


def _channel(row: Mapping[str, Any]) -> str:
    return str(row["channel"])


def _file(path: Path, form: ListForm, rows: Iterator[dict[str, Any]]) -> Written:
    nameless = 0
    try:
        file = ListFile(path, form)
        for row in rows:
            if row[form.columns[0]] is None:
                nameless += 1
            else:
                file.add(row)
        file.close()
    except OSError as error:
        return Written(Part(path, 0, 0, ""), [f"the file cannot be written: {error.strerror}"])
    return Written(Part(path, file.rows, file.size, file.sha256), [f"{nameless} row(s) {NO_NUMBER}"] if nameless else [])


def _placed(run: JobRun, channel: Channel, written: Written | None) -> list[str]:
    """Move a channel's file into its folder. Return its faults; a file that cannot be placed has no .ok."""
    folder, form = run.settings.outbox / channel.name / CONTENT / f"{run.on}", form_of(channel)
    if written is None:
        if folder.exists():
            withdraw(folder)
        return []
    part, name = written.part, form.named(city=None, scenario="", step="", on=run.on)
    if not part.sha256:
        unready(folder)
        return written.faults
    if form.columns[0] in PERSONAL_COLUMNS:
        reason = f"{channel.name}/{CONTENT}"
        log_reads(run.lake, [Reading(run.job.name, form.columns[:1], part.rows, reason, business_date=run.on, run_id=run.run_id)])
    try:
        place(folder, {name: part}, _manifest(channel, form, {"city": None, "file": name, **part.described}, run.on), run.say)
    except OSError as error:
        unready(folder)
        return [*written.faults, f"{error.filename or folder}: {error.strerror}"]
    # Rows that cannot be named are a fault, and the others are recalled all the same.
    return written.faults


def _manifest(channel: Channel, form: ListForm, entry: dict[str, Any], on: date) -> dict[str, Any]:
    return {
        "channel": channel.name,
        "content": CONTENT,
        "business_date": f"{on}",
        "publish_by": f"{channel.publish_by:%H:%M}",
        "schema_version": SCHEMA_VERSION,
        **form.described,
        "run_id": entry["sha256"][:16],
        "files": [entry],
    }
