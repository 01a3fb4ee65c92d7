"""What each part of the policy demands of the lists, P1 to P11; `Reader` has what happened."""

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from scenarios.timing import After, Stayed
from tests.jobs.decide.provinces.reader import Contact, Found, Reader
from tests.jobs.decide.provinces.walked import Night

# P2: mode (None: every contact), days, most.
CAPS = (("active", 3, 1), ("active", 30, 4), (None, 30, 8))
ROUNDS, CONSIDERS_DAYS, REMEMBERED_DAYS = 3, 7, 70
UNIVERSAL = 0.02
# Reasons that do not depend on what is offered through which channel; unknown forbids too.
FORBIDS: dict[str, Callable[[dict[str, Any], Night], bool]] = {
    "state": lambda of, _: of["state"] != "active",
    "sensitive_number": lambda of, _: of["is_sensitive"] is not False,
    "no_consent": lambda of, _: of["has_consent"] is not True,
    "examined": lambda of, _: of["is_examined"] is not False,
    "employee": lambda of, _: of["is_employee"] is not False,
    "open_complaint": lambda of, _: of["has_open_complaint"] is not False,
    # Nothing is known of the value of who has no settled month yet.
    "negative_value": lambda of, _: of["is_negative_value"] is True,
    "holds_unknown_product": lambda of, _: of["holds_unknown_product"] is not False,
    "bundle_not_ended": lambda of, night: of["bundle_end_date"] is not None and of["bundle_end_date"] > night.on,
    "no_call": lambda of, _: of["no_call_scopes"] is None or "all" in of["no_call_scopes"],
    "do_not_disturb": lambda of, _: of["is_sensitive"] is None or "all" in (of["do_not_disturb_channels"] or []),
}


def one_contact_a_mode(reader: Reader) -> Found:
    """P1: one active and one passive contact per customer, scenario and cycle, or cascade of an event."""
    found = Found()
    tonight = Counter((night.on, row["subscriber_id"], row["scenario"], row["mode"]) for night, row in reader.listed())
    for key, count in tonight.items():
        found.expect(count == 1, f"{key} has {count} contacts in one night")
    for night, row in reader.listed():
        step, root = reader.step(row), reader.root(row["scenario"], row["step"])
        before = [of for of in reader.before(row["subscriber_id"], night.on) if of.scenario == row["scenario"]]
        before = [of for of in before if reader.root(of.scenario, of.step) is root]
        if root.monthly:
            before = [of for of in before if of.day.replace(day=1) == (night.on + timedelta(days=1)).replace(day=1)]
        else:
            begun = [of.night for of in before if of.step == root.name]
            before = [of for of in before if step is not root and begun and of.night >= max(begun)]
        if isinstance(step.trigger, After) and step.trigger.outcome.frees_mode:
            unseen = [of for of in before if of.step == step.trigger.step]
            found.expect(not any(of.is_delivered(night.on) for of in unseen), f"{row['step']} after {unseen[:1]} was seen")
            before = [of for of in before if of.step != step.trigger.step]
        found.expect(row["mode"] not in [of.mode for of in before], f"{night.on} {row['scenario']} {row['step']} again by {row['mode']}")
    return found


def caps_and_spacing(reader: Reader) -> Found:
    """P2: contacts in rolling windows over our history, other departments' and tonight; one offer of a class a night."""
    found, modes = Found(), dict(reader.walk.reference["channels"][["channel", "mode"]].to_numpy())
    by_customer: dict[tuple[Any, str], list[dict[str, Any]]] = defaultdict(list)
    for night, row in reader.listed():
        by_customer[night.on, row["subscriber_id"]].append(row)
    for (on, who), rows in by_customer.items():
        made = [(of.day, of.mode) for of in reader.before(who, on)]
        made += [(of["day"], modes.get(of["channel"], "active")) for of in reader.others[who] if of["arm"] != "control" and of["day"] <= on]
        made += [(on + timedelta(days=1), row["mode"]) for row in rows]
        for mode, days, most in CAPS:
            since = on + timedelta(days=1 - days)
            count = sum(day > since and mode in (None, of) for day, of in made)
            is_of = any(mode in (None, row["mode"]) for row in rows)
            found.expect(not is_of or count <= most, f"{on} {who}: {count} {mode or 'any'} contacts in {days} days")
        kinds = {(row["scenario"], reader.scenarios[row["scenario"]].success_of(reader.step(row)).kind) for row in rows}
        found.expect(len({kind for _, kind in kinds}) == len(kinds), f"{on} {who}: two offers of one class, {sorted(kinds)}")
    return found


def channels_are_allowed(reader: Reader) -> Found:
    """P3: a channel that the scenario allows, in the mode that the catalogue gives it."""
    found, modes = Found(), dict(reader.walk.reference["channels"][["channel", "mode"]].to_numpy())
    for _, row in reader.listed():
        allowed = reader.scenarios[row["scenario"]].channels.allowed
        found.expect(row["channel"] in allowed and row["mode"] == modes[row["channel"]], f"{row['scenario']} by {row['channel']}")
    return found


def rounds(reader: Reader, night: Night, row: dict[str, Any]) -> int:
    """How many rounds of the scenario were delivered to the customer and not taken up, as known on the night."""
    of_round: dict[Any, list[Contact]] = defaultdict(list)
    for of in reader.before(row["subscriber_id"], night.on):
        if of.scenario == row["scenario"]:
            root = reader.root(of.scenario, of.step)
            begun = [on for on in reader.meant[of.who, of.scenario, root.name] if on <= of.night]
            key = of.day.replace(day=1) if root.monthly else (root.name, max(begun, default=of.night))
            of_round[key].append(of)
    return sum(
        any(of.is_delivered(night.on) for of in rows) and not any(reader.is_taken(of, night.on) for of in rows)
        for rows in of_round.values()
    )


def immunity(reader: Reader) -> Found:
    """P5: after three rounds nobody is contacted again for the scenario, and nobody is immune before."""
    found = Found()
    held = {(row["subscriber_id"], row["scenario"]) for row in reader.walk.log.decisions.to_dict("records") if row["stage"] == "held_out"}
    for night, row in reader.rows:
        step = reader.step(row)
        begins = not isinstance(step.trigger, After) and not isinstance(reader.scenarios[row["scenario"]].success_of(step), Stayed)
        if not begins or (row["subscriber_id"], row["scenario"]) in held:
            continue
        count, is_immune = rounds(reader, night, row), "immune" in row["reasons"]
        if count or is_immune:
            found.expect(is_immune == (count >= ROUNDS), f"{night.on} {row['scenario']}: {count} rounds, immune is {is_immune}")
    return found


def exclusions(reader: Reader) -> Found:
    """P6: whom a flag forbids is in no list, with every such reason; whom none forbids has none of these reasons."""
    found = Found()
    for night in reader.nights:
        people = {of["subscriber_id"]: of for of in night.people.to_dict("records")}
        live = Counter(of["number_token"] for of in people.values() if of["state"] in ("active", "stopped"))
        for row in night.decisions.to_dict("records"):
            of = people[row["subscriber_id"]]
            expected = {code for code, forbids in FORBIDS.items() if forbids(of, night)}
            expected |= {"number_held_twice"} if live[of["number_token"]] > 1 else set()
            # A reason against one channel of several is not against all.
            told = set(row["reasons"]) & (FORBIDS.keys() | {"number_held_twice"}) - {"no_call", "do_not_disturb"}
            is_right = expected <= set(row["reasons"]) and told <= expected if row["stage"] == "excluded" else not expected
            found.expect(is_right, f"{night.on} {row['stage']} for {sorted(row['reasons'])}, expected {sorted(expected)}")
            if row["stage"] == "listed":
                closed = [*(of["no_call_scopes"] or []), *(of["do_not_disturb_channels"] or []), *(of["sensitive_channels"] or [])]
                found.expect(row["channel"] not in closed, f"{night.on} listed by {row['channel']}, closed are {closed}")
    return found


def wishes(reader: Reader) -> Found:
    """P6, section 7: a do-not-disturb ends contacts the same night; who considers is left in peace for a week."""
    found, kinds = Found(), reader.walk.kinds
    for night, row in reader.listed():
        contacts = [of for of in reader.contacts[row["subscriber_id"]] if of.night < night.on]
        asked = [of for of in contacts if any(report["outcome"] == "do_not_disturb" for report in of.known(night.on))]
        closed = {of.channel for of in asked}
        closed |= {of.channel for of in contacts if any(report["reason"] == "opted_out" for report in of.known(night.on))}
        is_right = len(closed) < 2 and row["channel"] not in closed and kinds[row["offer"]] not in {kinds[of.offer] for of in asked}
        found.expect(is_right, f"{night.on} {row['scenario']} by {row['channel']}, closed are {closed}")
        for of in contacts:
            told = of.decision(night.on) if of.scenario == row["scenario"] else None
            if told and told["outcome"] == "considering" and not reader.is_taken(of, night.on):
                found.expect((night.on - told["day"]).days >= CONSIDERS_DAYS, f"{night.on} {row['scenario']} considered on {told['day']}")
    return found


def capacity_and_stock(reader: Reader) -> Found:
    """P7, P9: capacity of each channel, stock of each resource in expectation, and the most of each scenario; `used` says how much."""
    found, reference = Found(), reader.walk.reference
    capacity = dict(reference["channels"][["channel", "daily_capacity"]].to_numpy())
    stock = dict(reference["resources"][["resource", "stock"]].to_numpy())
    for night in reader.nights:
        listed = night.decisions[night.decisions["stage"] == "listed"]
        used = {f"capacity {name}": count for name, count in listed["channel"].value_counts().items()}
        used |= {f"stock {name}": ppm / 1e6 for name, ppm in listed.groupby("resource")["effect_ppm"].sum().items()}
        used |= {f"contacts {name}": count for name, count in listed["scenario"].value_counts().items()}
        most = {f"capacity {name}": of for name, of in capacity.items()} | {f"stock {name}": of for name, of in stock.items()}
        most |= {f"contacts {name}": of.strategy.most_contacts for name, of in reader.scenarios.items()}
        for name, count in used.items():
            limit = most[name]
            if limit is not None:
                found.expect(count <= limit + 1e-6, f"{night.on} {name}: {count} of {limit}")
        for row in night.limits.to_dict("records"):
            if row["name"] != "allocation":
                found.expect(abs(row["used"] - used.get(row["name"], 0)) <= 0.5, f"{night.on} {row['name']} says used {row['used']}")
            found.expect(row["profit_fen"] <= row["bound_fen"], f"{night.on} profit {row['profit_fen']} above bound {row['bound_fen']}")
    return found
