"""Checks of the lists before publish, and the release of a list that they hold: `chudian approve-lists`."""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from expectations.errors import ChudianError, teach, unknown
from expectations.tables.mkt_contact import MKT_CONTACT
from expectations.tables.mkt_decision import MKT_DECISION
from expectations.tables.mkt_limit import MKT_LIMIT
from expectations.tables.ops_lists import OPS_LIST_APPROVED, OPS_LIST_HELD
from jobs.publish.key import Key
from jobs.runtime.lake import Lake
from jobs.runtime.settings import Settings
from scenarios.library import SCENARIOS

# A list is held when it has more than so many times the rows of the last one of its kind, or fewer than one part in so many.
TIMES = 3
# Small lists vary by chance: a smaller difference holds none.
LEAST_DIFFERENCE = 500
# The last list of a monthly step is a month old.
NIGHTS_BACK = 62
# Why a list waits whose scenario asks for an approval of every list.
ASKED_FOR = "its scenario asks for an approval"
# Why a list waits again that had an approval. It is no part of the version: a night that runs again gives the same one.
CHANGED = "it, or a reason to hold it, changed since it was approved"


class ApprovalError(ChudianError):
    """No such list is held, it is another version, it is too late, or no reason is given."""


def reasons_to_hold(
    decided: Mapping[Key, int],
    last: Mapping[Key, int],
    capacity: Mapping[str, int],
    broken: Mapping[Key, list[str]],
    asked: Collection[str] = (),
) -> dict[Key, list[str]]:
    """Return why lists should not go out before somebody has looked, by list; those without a reason are left out.

    `decided` are the rows of tonight's lists, `last` those of the last list of the same key, `capacity` what each channel takes in a day,
    `broken` the rules of the contact policy that a list breaks, `asked` the scenarios whose lists all need an approval.
    """
    of_channel: dict[str, int] = {}
    for key, rows in decided.items():
        of_channel[key.channel] = of_channel.get(key.channel, 0) + rows
    found: dict[Key, list[str]] = {}
    for key, rows in decided.items():
        before = last.get(key)
        reasons = []
        if before is not None and abs(rows - before) >= LEAST_DIFFERENCE and not before / TIMES <= rows <= before * TIMES:
            reasons.append(f"{rows:,} rows, {before:,} last time; expected at most {TIMES} times as many, or as few")
        if key.channel in capacity and of_channel[key.channel] > capacity[key.channel]:
            reasons.append(f"its channel has {of_channel[key.channel]:,} rows tonight and takes {capacity[key.channel]:,} a day")
        reasons += broken.get(key, [])
        reasons += [ASKED_FOR] if key.scenario in asked else []
        if reasons:
            found[key] = reasons
    return found


def asked_for(chosen: Settings) -> tuple[set[str], list[str]]:
    """Return the scenarios whose lists wait for an approval each night, and a sentence for each name that no scenario has.

    With such a name all lists wait: those of the scenario that was meant would go out unseen.
    """
    known = {scenario.name for scenario in SCENARIOS}
    strange = [name for name in chosen.approve_lists if name not in known and name != "all"]
    every = strange or "all" in chosen.approve_lists
    told = [f"CHUDIAN_APPROVE_LISTS: {unknown('scenario', name, known)} Until it is corrected, all lists wait." for name in strange]
    return (known if every else {*chosen.approve_lists}), told


def empty(last: Mapping[Key, int], decided: Collection[Key], steps: Collection[tuple[str, str]]) -> list[str]:
    """Return a sentence for each list that had rows last time and has none tonight, although its step (scenario, step) was decided."""
    gone = [key for key in sorted(last) if (key.scenario, key.step) in steps and key not in decided]
    return [f"list {key} is empty; it had {last[key]:,} rows last time" for key in gone]


def capacity_of(lake: Lake, on: date) -> dict[str, int]:
    """Return what each channel takes in a day, as the night's allocation knew it."""
    limits = lake.log(MKT_LIMIT, business_date=on)
    return {row["channel"]: row["most"] for row in limits if row["channel"] and not row["county"] and not row["manager_id"]}


def last_lists(lake: Lake, on: date) -> dict[Key, int]:
    """Return the rows of the newest list before the night, by channel, scenario and step, from four columns of mkt.contact."""
    import pyarrow.parquet as pq

    from jobs.runtime.place import opened

    store, root = opened(lake.location(MKT_CONTACT))
    newest: dict[Key, tuple[date, int]] = {}
    counted: dict[tuple[Key, date], int] = {}
    for file in lake.at(MKT_CONTACT).present():
        night = file.partition["business_date"]
        if on - timedelta(days=NIGHTS_BACK) <= night < on:
            rows = pq.ParquetFile(f"{root}/{file.path}", filesystem=store).read(columns=["channel", "scenario", "step"])
            for row in rows.group_by(["channel", "scenario", "step"]).aggregate([([], "count_all")]).to_pylist():
                key = Key(row["channel"], row["scenario"], row["step"])
                counted[key, night] = counted.get((key, night), 0) + row["count_all"]
    for (key, night), rows in counted.items():
        newest[key] = max(newest.get(key, (date.min, 0)), (night, rows))
    return {key: rows for key, (_, rows) in newest.items()}


@dataclass(frozen=True)
class Held:
    """A list that is held: its contacts, every reason, and its version, which an approval names."""

    rows: int
    reasons: list[str]
    version: str


def version_of(run_id: str, reasons: Iterable[str]) -> str:
    """Return 12 hex digits that change with the files of a list (`run_id` of its manifest) and with the reasons to hold it."""
    return hashlib.sha256("\n".join([run_id, *reasons]).encode()).hexdigest()[:12]


def held_again(
    reasons: Mapping[Key, list[str]], run_ids: Mapping[Key, str], rows: Mapping[Key, int], approvals: Mapping[Key, set[str]]
) -> dict[Key, Held]:
    """Return the lists with reasons that nobody has approved as they are; one without a `run_id` has a fault, which comes first."""
    found = {}
    for key, why in reasons.items():
        if key in run_ids and (version := version_of(run_ids[key], why)) not in approvals.get(key, ()):
            found[key] = Held(rows[key], [*why, CHANGED] if key in approvals else why, version)
    return found


def words_of(key: Key, held: Held, on: date) -> str:
    """Return the warning about a held list: why, and how it is released."""
    cure = f"Look at its sample messages; to release it: chudian approve-lists {on} --list {key}@{held.version} --reason TEXT"
    return f"list {key} is held: {'; '.join(held.reasons)}. {cure}"


def approved(lake: Lake, on: date) -> dict[Key, set[str]]:
    """Return the versions that somebody approved, by list of the night."""
    found: dict[Key, set[str]] = {}
    for row in lake.log(OPS_LIST_APPROVED, business_date=on):
        found.setdefault(_key(row), set()).add(row["version"])
    return found


def record_held(lake: Lake, on: date, held: Mapping[Key, Held], run_id: str, at: datetime) -> None:
    """Record the lists that the run held."""
    told = {"business_date": on, "run_id": run_id, "held_at": at}
    if rows := [told | key._asdict() | asdict(one) for key, one in held.items()]:
        lake.records.append(OPS_LIST_HELD, rows)


def waiting(lake: Lake, on: date) -> list[dict[str, Any]]:
    """Return what the newest run that published lists of the night held, and nobody has approved since."""
    made, done = lake.publications.snapshot(MKT_CONTACT, on), approved(lake, on)
    held = [row for row in lake.log(OPS_LIST_HELD, business_date=on) if made and row["run_id"] == made.run_id]
    return sorted((row for row in held if row["version"] not in done.get(_key(row), ())), key=_key)


def approve(lake: Lake, on: date, names: Collection[str], reason: str, who: str, at: datetime) -> list[str]:
    """Approve held lists of the night, or all of them without names, and return their names. ApprovalError as in its class.

    A name is channel/scenario/step; with @version behind it the list must still be this version.
    """
    held = {f"{_key(row)}": row for row in waiting(lake, on)}
    asked = [name.partition("@") for name in names]
    done = {f"{key}" for key in approved(lake, on)}
    faults = [f"{name} is {'approved already' if name in done else 'not held'}" for name, _, _ in asked if name not in held]
    faults += [
        f"{name} was made again since: it is version {held[name]['version']} now, not {version}"
        for name, at, version in asked
        if at and name in held and held[name]["version"] != version
    ]
    faults += ["the reason is empty; say in --reason what you looked at"] if not reason.strip() else []
    faults += [] if held else ["no list is held"]
    if later := sorted(
        day for day in (made.business_date for made in lake.publications.of(MKT_DECISION).values() if made.rows) if day > on
    ):
        faults.append(f"the night of {later[0]} has decided without these contacts, so together they could be more than the caps allow")
    if faults:
        held_now = ", ".join(f"{name}@{row['version']}" for name, row in held.items())
        cure = f"look at the lists again. Held are: {held_now}." if held else f"chudian lists {on} shows the lists of the night."
        raise ApprovalError(teach(f"Lists of {on}", faults, cure))
    chosen: Iterable[str] = dict.fromkeys(name for name, _, _ in asked) or held
    told = {"reason": reason, "who": who, "approved_at": at, "business_date": on}
    lake.records.append(OPS_LIST_APPROVED, [_key(held[n])._asdict() | {"version": held[n]["version"]} | told for n in chosen])
    return [*chosen]


def _key(row: Mapping[str, Any]) -> Key:
    return Key(row["channel"], row["scenario"], row["step"])
