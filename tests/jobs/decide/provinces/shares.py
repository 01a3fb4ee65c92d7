"""What chance decides: control groups, exploration and pilots, with their shares (P8, P11); and the calendar and the ledger (P10)."""

import math
from collections import Counter, defaultdict
from datetime import timedelta
from typing import Any

from scenarios.timing import NOT_TAKEN, After
from tests.jobs.decide.provinces.places import is_counted
from tests.jobs.decide.provinces.policy import REMEMBERED_DAYS, UNIVERSAL, made_before, passed_caps
from tests.jobs.decide.provinces.reader import Found, Reader
from tests.jobs.decide.provinces.walked import Night

# So many standard deviations: with a chance of one in a million a right share fails.
SIGMAS = 5.0


def share_is(found: Found, what: str, count: int, of: int, share: float) -> None:
    """Whether a share is within its binomial bounds; of few nothing is known."""
    if share == 0:
        found.expect(count == 0, f"{what}: {count} of {of}, not none")
    elif of * share * (1 - share) > 3:
        found.expect(abs(count - of * share) <= SIGMAS * math.sqrt(of * share * (1 - share)) + 1, f"{what}: {count} of {of}, not {share}")


def controls(reader: Reader) -> Found:
    """P8: nobody held out is contacted; a customer is held out on all nights or on none; shares and propensities are as stated."""
    found = Found()
    universal: dict[str, set[bool]] = defaultdict(set)
    own: dict[str, dict[str, set[bool]]] = defaultdict(lambda: defaultdict(set))
    of_step: dict[str, dict[str, set[bool]]] = defaultdict(lambda: defaultdict(set))
    shares: dict[str, float] = {}
    for night, row in reader.rows:
        step = f"{row['scenario']} {row['step']}"
        shares[row["scenario"]] = reader.scenarios[row["scenario"]].strategy.control_per_mille / 1000
        shares[step] = (reader.step(row).control_per_mille or 0) / 1000
        ppm = (1 - UNIVERSAL) * (1 - shares[row["scenario"]]) * (1 - shares[step]) * 1e6
        found.expect(abs(row["propensity_ppm"] - ppm) <= 1, f"{step} has propensity {row['propensity_ppm']}, not {ppm}")
        if row["stage"] != "excluded":
            found.expect((row["control"] is not None) == (row["stage"] == "held_out"), f"{night.on} {row['stage']} by {row['control']}")
            universal[row["subscriber_id"]].add(row["control"] == "universal")
            if row["control"] != "universal":
                own[row["scenario"]][row["subscriber_id"]].add(row["control"] == "scenario")
            if row["control"] in (None, "step"):
                of_step[step][row["subscriber_id"]].add(row["control"] == "step")
    for who, told in universal.items():
        found.expect(len(told) == 1, f"{who} is in the universal group on some nights")
    share_is(found, "universal", sum(True in told for told in universal.values()), len(universal), UNIVERSAL)
    for group, of in (own | of_step).items():
        found.expect(all(len(told) == 1 for told in of.values()), f"{group} holds out on some nights")
        share_is(found, group, sum(True in told for told in of.values()), len(of), shares[group])
    return found


def exploration(reader: Reader) -> Found:
    """P8: chance chooses for a stated share, evenly among the options of a member, and the stored probability says so."""
    found = Found()
    explored: Counter[float] = Counter()
    members: Counter[float] = Counter()
    for night in reader.nights:
        free = night.candidates[night.candidates["reasons"].map(len) == 0]
        options = free.groupby(["scenario", "step", "subscriber_id"]).size().to_dict()
        # Chance chooses once a customer, so those who are due for one step alone say what its share is.
        alone = Counter(who for _, _, who in options)
        for row in night.decisions.to_dict("records"):
            if row["stage"] == "excluded":
                continue
            rate = reader.scenarios[row["scenario"]].strategy.explore_per_mille / 1000
            each = rate / options[row["scenario"], row["step"], row["subscriber_id"]]
            is_usual = row["would_list"] and not row["is_explored"]
            allowed = (
                {round(each * 1e6), round((each + 1 - rate) * 1e6)} if row["is_explored"] else {round((each + is_usual * (1 - rate)) * 1e6)}
            )
            found.expect(
                any(abs(row["chosen_ppm"] - ppm) <= 1 for ppm in allowed),
                f"{night.on} chosen with {row['chosen_ppm']} ppm, expected {allowed}",
            )
            found.expect(row["would_list"] or not row["is_explored"], f"{night.on} explored, and would not be listed")
            if alone[row["subscriber_id"]] == 1 and could_be_made(reader, night, row):
                members[rate] += 1
                explored[rate] += row["is_explored"]
    for rate, count in members.items():
        share_is(found, "by chance", explored[rate], count, rate)
    return found


def could_be_made(reader: Reader, night: Night, row: dict[str, Any]) -> bool:
    """Whether the contact passes no cap of the customer, and uses no limit that is nearly used up."""
    counted = tuple(f"quota {quota.name}" for quota in reader.walk.quotas if is_counted(quota, row))
    named = (f"capacity {row['channel']}", f"stock {row['resource']}", f"contacts {row['scenario']}", *counted)
    is_scarce = any(
        of["name"].startswith(named) and of["most"] is not None and of["used"] > 0.7 * of["most"] for of in night.limits.to_dict("records")
    )
    made = [*made_before(reader, row["subscriber_id"], night.on), (night.on + timedelta(days=1), row["mode"])]
    return not is_scarce and not passed_caps(made, night.on, {row["mode"]})


def calendar(reader: Reader) -> Found:
    """P10: a wave once a cycle, from its day on and after settlement; an event once; a step only after the one that it follows.

    Who waited for the staff of a channel comes again, alone.
    """
    found = Found()
    nights: dict[tuple[str, str], set[Any]] = defaultdict(set)
    once: Counter[tuple[str, str, str]] = Counter()
    waiting: set[tuple[str, str, str]] = set()
    for night, row in reader.rows:
        scenario, step = reader.scenarios[row["scenario"]], reader.step(row)
        who = (row["scenario"], row["step"], row["subscriber_id"])
        comes_again = who in waiting
        waiting.discard(who)
        if list(row["reasons"]) == ["staff_off"]:
            waiting.add(who)
        if step.monthly:
            if not comes_again:
                nights[row["scenario"], row["step"]].add(night.on)
            found.expect((night.on + timedelta(days=1)).day >= step.monthly.day, f"{row['scenario']} {row['step']} on {night.on}")
            found.expect(night.is_settled or not scenario.timing.after_settlement, f"{row['scenario']} before settlement on {night.on}")
        elif not comes_again:
            once[who] += 1
        if isinstance(step.trigger, After):
            follows(found, reader, night, row, step.trigger)
    for (scenario, step), of in nights.items():
        months = Counter((on + timedelta(days=1)).replace(day=1) for on in of)
        found.expect(max(months.values()) == 1, f"{scenario} {step} on {sorted(of)}")
    for key, count in once.items():
        found.expect(count == 1, f"{key} was decided {count} times")
    return found


def follows(found: Found, reader: Reader, night: Night, row: dict[str, Any], trigger: After) -> None:
    """Whether the step before meant the customer, and nothing was taken up or refused if the step is for those who did not take it up."""
    who, at = row["subscriber_id"], f"{night.on} {row['scenario']} {row['step']}"
    is_monthly = reader.root(row["scenario"], row["step"]).begins_monthly
    since = night.on.replace(day=1) - timedelta(days=1) if is_monthly else night.on - timedelta(days=REMEMBERED_DAYS)
    meant = [of for of in reader.meant[who, row["scenario"], trigger.step] if since <= of < night.on]
    found.expect(bool(meant), f"{at} follows nothing")
    for contact in reader.before(who, night.on):
        is_of = (contact.scenario, contact.step) == (row["scenario"], trigger.step) and contact.night == max(meant, default=None)
        if is_of and trigger.outcome is NOT_TAKEN:
            told = contact.decision(night.on)
            is_over = reader.is_taken(contact, night.on) or (told is not None and told["outcome"] in ("refused", "do_not_disturb"))
            found.expect(not is_over, f"{at} comes though {trigger.step} was answered")


def pilots(reader: Reader) -> Found:
    """P11: a pilot contacts its share of customers, the same ones on all nights."""
    found = Found()
    for scenario in reader.scenarios.values():
        if scenario.state != "pilot":
            continue
        inside: dict[str, set[bool]] = defaultdict(set)
        for _, row in reader.rows:
            if row["scenario"] == scenario.name:
                inside[row["subscriber_id"]].add("not_in_pilot" not in row["reasons"])
        found.expect(all(len(told) == 1 for told in inside.values()), f"{scenario.name} changes its pilot's customers")
        share_is(found, scenario.name, sum(True in told for told in inside.values()), len(inside), scenario.pilot_per_mille / 1000)
    return found


def ledger(reader: Reader) -> Found:
    """Of each scenario and county the audience is the sum of its ends, and every end has its own rows."""
    found, key = Found(), ["scenario", "step", "subscriber_id"]
    for night in reader.nights:
        members = night.candidates[[*key, "county"]].drop_duplicates()
        found.expect(not night.decisions.duplicated(key).any(), f"{night.on} has a member twice")
        audience = members.groupby(["scenario", "step", "county"]).size()
        ends = night.decisions.groupby(["scenario", "step", "county"]).size()
        found.expect(audience.to_dict() == ends.to_dict(), f"{night.on}: audiences and ends differ")
        for row in night.decisions.to_dict("records"):
            is_right = (row["stage"] == "excluded") == (len(row["reasons"]) > 0) and (row["stage"] != "listed" or row["would_list"])
            found.expect(is_right, f"{night.on} {row['stage']} for {row['reasons']}")
    return found
