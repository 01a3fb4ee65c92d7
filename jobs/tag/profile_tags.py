"""The gate of the tags: profiles every column of the customer record and says which of them may not be used tonight."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from expectations.tables.ops import OPS_TAG_PROFILE
from features.library import CAR
from jobs.runtime.job import effect_job
from jobs.runtime.job_run import JobRun
from jobs.runtime.lacking import missing
from jobs.runtime.lake import Lake
from jobs.runtime.reads import Snapshot
from jobs.tag.accepted import accepted
from jobs.tag.judging import Verdict, judged
from jobs.tag.movement import movements
from jobs.tag.tag_profile import Profile, profiles

# The months before, for tags that use closed months, and the nights before a tag became bad.
LOOK_BACK_DAYS = 92
SHOWN = 10


@effect_job(writes=(OPS_TAG_PROFILE,), car=Snapshot(CAR))
def profile_tags(run: JobRun) -> None:
    """Compare every tag with its last 28 nights. Scenarios and models that use a bad one wait, and are named; everything else goes on.

    Correct the job or the extract, and run the night again. If the tag is right and will stay so, accept it as it is:
    `chudian tags accept TAG --reason TEXT`, then run the night again. From that night on it is compared with nights from then on alone.
    """
    made = run.lake.published(CAR, run.on)
    absent, since, moves = missing(made.lacks), accepted(run.lake, run.on), movements()
    earlier = history(run.lake, run.on)
    verdicts: dict[str, Verdict] = {}
    rows = []
    for tonight in profiles(run.lake, run.on):
        # A family that was not made is named as a whole, and its nulls are no usual night.
        if tonight.tag not in absent:
            verdict = judged(tonight, earlier.get(tonight.tag, ()), moves[tonight.tag], since.get(tonight.tag))
            verdicts[tonight.tag] = verdict
            rows.append(as_row(tonight, verdict, made.run_id))
    run.lake.records.replace(OPS_TAG_PROFILE, rows, f"business_date = DATE '{run.on}'")
    run.warnings += told(verdicts)
    counted = {state: sum(one.state == state for one in verdicts.values()) for state in ("good", "new", "bad")}
    run.told = ", ".join(f"{count} tags {state}" for state, count in counted.items() if count)


def history(lake: Lake, on: date) -> Mapping[str, list[Profile]]:
    """Return the profiles of the nights before `on`, by tag."""
    first = on - timedelta(days=LOOK_BACK_DAYS)
    found: dict[str, list[Profile]] = {}
    for row in lake.records.rows(OPS_TAG_PROFILE, lambda partition: first <= partition["business_date"] < on):
        found.setdefault(row["tag"], []).append(Profile.of_row(row))
    return found


def as_row(profile: Profile, verdict: Verdict, car_run: str) -> dict[str, Any]:
    """Return a row of ops.tag_profile."""
    names = ("tag", "rows", "seen", "nulls", "distinct")
    said = {"state": verdict.state, "reasons": list(verdict.reasons), "psi": verdict.psi, "usual_nulls": verdict.usual_nulls}
    own = {name: getattr(profile, name) for name in names}
    return {"business_date": profile.night, "car_run": car_run, **own, "bins": profile.counted, **said}


def told(verdicts: Mapping[str, Verdict]) -> list[str]:
    """Return a sentence for each bad tag, or for many that are bad for the same reason; the last one says what to do."""
    alike: dict[tuple[str, ...], list[str]] = {}
    for tag, verdict in verdicts.items():
        if verdict.state == "bad":
            alike.setdefault(verdict.reasons, []).append(tag)
    said = [sentence for reasons, tags in alike.items() for sentence in _sentences(tags, reasons)]
    cure = "Correct the cause and run the night again. If a tag is right as it is: chudian tags accept TAG --reason TEXT"
    return [*said, cure] if said else []


def _sentences(tags: list[str], reasons: Iterable[str]) -> list[str]:
    why = "; ".join(reasons)
    if len(tags) <= SHOWN:
        return [f"tag {tag} is bad: {why}" for tag in tags]
    return [f"{len(tags)} tags are bad: {why}: {', '.join(tags[:SHOWN])} and {len(tags) - SHOWN} more"]
