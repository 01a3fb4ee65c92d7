"""What each part of the policy demands of the lists, P1 to P11; `Reader` has what happened."""

import math
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from scenarios.timing import After, Stayed
from tests.jobs.decide.provinces import places
from tests.jobs.decide.provinces.handsets import can
from tests.jobs.decide.provinces.reader import Contact, Found, Reader
from tests.jobs.decide.provinces.walked import Night

# P2: mode (None: every contact), days, most.
CAPS = (("active", 3, 1), ("active", 30, 4), (None, 30, 8))
# P2: after an active contact about a class no other scenario makes one about it for so many days.
CLASS_DAYS = {"data_plan": 14, "idle_pack": 14, "top_up_pack": 7, "app": 7, "handset": 30}
# After a contact of these nobody sells the customer anything for so many days.
CONFLICTS = {"c22_likely_to_leave": 14, "c20_data_complaint": 7}
ROUNDS, CONSIDERS_DAYS, REMEMBERED_DAYS = 3, 7, 70
UNIVERSAL = 0.02
# Who refuses the second wants none of the first either.
PART_OF = {"sms_tail": "sms"}
# Reasons that do not depend on what is offered through which channel; unknown forbids too.
FORBIDS: dict[str, Callable[[dict[str, Any], Night], bool]] = {
    "state": lambda of, _: of["state"] != "active",
    "sensitive_number": lambda of, _: of["is_sensitive"] is not False,
    "no_consent": lambda of, _: of["has_consent"] is not True,
    "examined": lambda of, _: of["is_examined"] is not False,
    "employee": lambda of, _: of["is_employee"] is not False,
    "open_complaint": lambda of, _: of["has_open_complaint"] is not False,
    "sensitive_customer": lambda of, _: of["is_habitual_complainer"] is not False,
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
        if root.begins_monthly:
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


def made_before(reader: Reader, who: str, on: date) -> list[tuple[date, str]]:
    """Day and mode of the contacts that the night knows: ours, and other departments'. One through an unknown channel is active."""
    ours = [(of.day, of.mode) for of in reader.before(who, on)]
    others = [of for of in reader.others[who] if of["arm"] != "control" and of["day"] <= on]
    return ours + [(of["day"], reader.modes.get(of["channel"], "active")) for of in others]


def passed_caps(made: list[tuple[date, str]], on: date, modes: set[str]) -> list[str]:
    """The caps of these modes that the contacts up to the day after the night pass."""
    counts = [
        (sum(day > on + timedelta(days=1 - days) and mode in (None, of) for day, of in made), mode, days, most) for mode, days, most in CAPS
    ]
    return [
        f"{count} {mode or 'any'} contacts in {days} days" for count, mode, days, most in counts if count > most and mode in (None, *modes)
    ]


def caps_and_spacing(reader: Reader) -> Found:
    """P2: contacts in rolling windows over our history, other departments' and tonight; one offer of a class a night; conflicts."""
    found = Found()
    for (on, who), rows in reader.by_customer.items():
        made = made_before(reader, who, on) + [(on + timedelta(days=1), row["mode"]) for row in rows]
        passed = passed_caps(made, on, {row["mode"] for row in rows})
        found.expect(not passed, f"{on} {who}: {passed}")
        kinds = {(row["scenario"], reader.scenarios[row["scenario"]].success_of(reader.step(row)).kind) for row in rows}
        found.expect(len({kind for _, kind in kinds}) == len(kinds), f"{on} {who}: two offers of one class, {sorted(kinds)}")
        night_of = [(of.scenario, of.night) for of in reader.before(who, on)] + [(row["scenario"], on) for row in rows]
        for row in rows:
            sells = not isinstance(reader.scenarios[row["scenario"]].success_of(reader.step(row)), Stayed)
            rests = [of for of, night in night_of if sells and of != row["scenario"] and (on - night).days < CONFLICTS.get(of, 0)]
            found.expect(not rests, f"{on} {who}: {row['scenario']} too soon after {rests}")
    return found


def class_rests(reader: Reader) -> Found:
    """P2: after an active contact about a class nobody else approaches the customer about it, and nobody else's class is a reason."""
    found, kinds = Found(), reader.walk.kinds
    held: dict[str, list[tuple[date, str, str]]] = defaultdict(list)
    for row in reader.walk.log.decisions.to_dict("records"):
        if row["stage"] == "held_out" and row["would_list"] and row["mode"] == "active":
            held[row["subscriber_id"]].append((row["business_date"] + timedelta(days=1), row["scenario"], kinds[row["offer"]]))
    for night, row in reader.rows:
        kind, who = reader.scenarios[row["scenario"]].success_of(reader.step(row)).kind, row["subscriber_id"]
        last = night.on + timedelta(days=1)

        def lately(told: list[tuple[date, str, str]], kind=kind, last=last, of=row["scenario"]) -> list[tuple[date, str, str]]:
            since = last - timedelta(days=CLASS_DAYS.get(kind, 0))
            return [one for one in told if since < one[0] < last and one[1] != of and one[2] == kind]

        made = [(of.day, of.scenario, kinds[of.offer]) for of in reader.before(who, night.on) if of.mode == "active"]
        made += [
            (of["day"], "", kinds.get(of["product"]))
            for of in reader.others[who]
            if of["arm"] != "control" and reader.modes.get(of["channel"], "active") == "active"
        ]
        if row["stage"] == "listed" and row["mode"] == "active":
            found.expect(not lately(made), f"{night.on} {row['scenario']} after {lately(made)}")
        if "class_rests" in row["reasons"]:
            found.expect(bool(lately(made + held[who])), f"{night.on} {row['scenario']}: nobody told of {kind}")
    return found


def channels_are_allowed(reader: Reader) -> Found:
    """P3: a channel that the scenario allows, in its mode; the first waves of C10 and C11, and C13, have exactly the stated one."""
    found = Found()
    for night, row in reader.listed():
        allowed = reader.scenarios[row["scenario"]].channels.allowed
        found.expect(row["channel"] in allowed and row["mode"] == reader.modes[row["channel"]], f"{row['scenario']} by {row['channel']}")
        is_mass = row["scenario"].startswith(("c10_", "c11_")) and row["step"] == "wave1"
        if is_mass or row["scenario"].startswith("c13_"):
            person, own = night.person[row["subscriber_id"]], reader.step(row).channel
            liked = [person["preferred_channel"]] if person["preferred_channel"] in allowed else []
            order = [*(["crm"] if person["is_high_value"] is True else []), *liked, own] if is_mass else [own]
            # Where the place leaves none of these, it chooses; a step after another then uses the first that is free.
            left = [name for name in places.channels_left(reader, row) or order if can(person, name)]
            expected = next((name for name in order if name in left), left[0] if left else "")
            is_free = expected not in left or reader.modes[expected] == row["mode"]
            is_right = row["channel"] == expected or (expected not in order and not is_free)
            found.expect(is_right, f"{row['scenario']} {row['step']} by {row['channel']}, expected {expected}")
    return found


def value_matching(reader: Reader) -> Found:
    """P4: channels and prices suit the customer's value and the product, as the tables of scenarios/matching say; read by hand."""
    found, kinds, fees = Found(), reader.walk.kinds, dict(reader.walk.reference["products"][["product", "monthly_fee_fen"]].to_numpy())
    for night, row in reader.listed():
        if reader.scenarios[row["scenario"]].channels.chosen_by == "rule":
            continue
        person, kind, channel = night.person[row["subscriber_id"]], kinds[row["offer"]], row["channel"]
        is_high = person["is_high_value"] is True or person["value_class"] == "high_value"
        is_low, is_dear = not is_high and person["value_class"] == "ordinary", kind in ("handset", "care")
        closed = {"fetion", "toolbar", "ussd"} if is_high else {"account_manager"}
        closed |= {"mms", "outbound_call"} if is_low else set()
        closed -= {"account_manager", "outbound_call"} | ({"mms"} if kind == "handset" else set()) if is_dear else set()
        closed |= {"toolbar", "ussd"} if is_dear else {"account_manager", "outbound_call"} if kind != "data_plan" else set()
        found.expect(channel not in closed, f"{night.on} {row['scenario']}: {kind} by {channel}, closed are {sorted(closed)}")
        is_priced = is_low and kind in ("data_plan", "idle_pack", "top_up_pack")
        found.expect(not is_priced or fees[row["offer"]] <= 1000, f"{night.on} {row['scenario']}: {row['offer']} to low value")
        tonight = reader.by_customer[night.on, row["subscriber_id"]]
        count = len([day for day, _ in made_before(reader, row["subscriber_id"], night.on) if day > night.on - timedelta(days=29)])
        most = 4 if is_high else 8 if is_low else 6
        found.expect(count + len(tonight) <= most, f"{night.on} {row['scenario']}: {count} + {len(tonight)} contacts of {most}")
    return found


def rounds(reader: Reader, night: Night, row: dict[str, Any]) -> int:
    """How many rounds of the scenario were delivered to the customer and not taken up, as known on the night."""
    of_round: dict[Any, list[Contact]] = defaultdict(list)
    for of in reader.before(row["subscriber_id"], night.on):
        if of.scenario == row["scenario"]:
            root = reader.root(of.scenario, of.step)
            begun = [on for on in reader.meant[of.who, of.scenario, root.name] if on <= of.night]
            key = of.day.replace(day=1) if root.begins_monthly else (root.name, max(begun, default=of.night))
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
        live = Counter(of["number_token"] for of in night.person.values() if of["state"] in ("active", "stopped"))
        for row in night.decisions.to_dict("records"):
            of = night.person[row["subscriber_id"]]
            expected = {code for code, forbids in FORBIDS.items() if forbids(of, night)}
            expected |= {"number_held_twice"} if live[of["number_token"]] > 1 else set()
            # A reason against one channel of several is not against all.
            told = set(row["reasons"]) & (FORBIDS.keys() | {"number_held_twice"}) - {"no_call", "do_not_disturb"}
            is_right = expected <= set(row["reasons"]) and told <= expected if row["stage"] == "excluded" else not expected
            found.expect(is_right, f"{night.on} {row['stage']} for {sorted(row['reasons'])}, expected {sorted(expected)}")
            if row["stage"] == "listed":
                closed = [*(of["no_call_scopes"] or []), *(of["do_not_disturb_channels"] or []), *(of["sensitive_channels"] or [])]
                is_open = row["channel"] not in closed and PART_OF.get(row["channel"]) not in closed
                found.expect(is_open, f"{night.on} listed by {row['channel']}, closed are {closed}")
    return found


def wishes(reader: Reader) -> Found:
    """P6, section 7: a do-not-disturb ends contacts the same night; who considers is left in peace for a week."""
    found, kinds = Found(), reader.walk.kinds
    for night, row in reader.listed():
        contacts = [of for of in reader.contacts[row["subscriber_id"]] if of.night < night.on]
        asked = [of for of in contacts if any(report["outcome"] == "do_not_disturb" for report in of.known(night.on))]
        closed = {of.channel for of in asked}
        closed |= {of.channel for of in contacts if any(report["reason"] == "opted_out" for report in of.known(night.on))}
        is_open = row["channel"] not in closed and PART_OF.get(row["channel"]) not in closed
        is_right = len(closed) < 2 and is_open and kinds[row["offer"]] not in {kinds[of.offer] for of in asked}
        found.expect(is_right, f"{night.on} {row['scenario']} by {row['channel']}, closed are {closed}")
        for of in contacts:
            told = of.decision(night.on) if of.scenario == row["scenario"] else None
            if told and told["outcome"] == "considering" and not reader.is_taken(of, night.on):
                found.expect((night.on - told["day"]).days >= CONSIDERS_DAYS, f"{night.on} {row['scenario']} considered on {told['day']}")
    return found


def promised(reader: Reader, on: date) -> dict[str, float]:
    """Gifts of each resource that earlier nights promised: whole once taken up after the catalogue's day, in expectation while open."""
    stated = dict(reader.walk.reference["resources"][["resource", "day"]].to_numpy())
    found: dict[str, float] = defaultdict(float)
    taken_up: set[tuple[str, str, date]] = set()
    for row in reader.walk.log.decisions.to_dict("records"):
        who, key = row["subscriber_id"], (row["scenario"], row["step"], row["channel"], row["business_date"])
        if row["resource"] is None or row["stage"] != "listed":
            continue
        for of in reader.before(who, on):
            if (of.scenario, of.step, of.channel, of.night) == key:
                taken, success = reader.taken_on(of, on), reader.scenarios[of.scenario].success_of(reader.step(row))
                last = of.night + timedelta(days=success.days if isinstance(success, Stayed) else success.within_days)
                if taken and taken > stated[row["resource"]]:
                    # One order has one gift, however many contacts it follows.
                    taken_up.add((who, row["resource"], taken))
                found[row["resource"]] += row["effect_ppm"] / 1e6 if taken is None and on < last else 0
    for _, resource, _ in taken_up:
        found[resource] += 1
    return found


def capacity_and_stock(reader: Reader) -> Found:
    """P7, P9: capacity of channels, counties, managers; stock in expectation, less what earlier nights promised; the most of scenarios,
    places, quotas; `used` says it."""
    found, reference = Found(), reader.walk.reference
    most = {f"capacity {name}": of for name, of in reference["channels"][["channel", "daily_capacity"]].to_numpy()}
    units = reference["units"][["channel", "unit", "unit_code", "daily_capacity"]].to_numpy()
    most |= {f"capacity {name} {unit} {code}": of for name, unit, code, of in units}
    stock = {name: of for name, of in reference["resources"][["resource", "stock"]].to_numpy() if of is not None}
    most |= {f"contacts {name}": of.strategy.most_contacts for name, of in reader.scenarios.items()}
    most |= places.limits(reader)
    for night in reader.nights:
        given = promised(reader, night.on)
        most |= {f"stock {name}": max(0, math.floor(of - given[name] + 1e-9)) for name, of in stock.items()}
        used = defaultdict(float, places.used(reader, night))
        for row in night.decisions[night.decisions["stage"] == "listed"].to_dict("records"):
            channel, manager = f"capacity {row['channel']}", night.person[row["subscriber_id"]]["account_manager"]
            for name in (channel, f"{channel} county {row['county']}", f"{channel} manager {manager}", f"contacts {row['scenario']}"):
                used[name] += 1
            used[f"stock {row['resource']}"] += row["effect_ppm"] / 1e6
        for name, limit in most.items():
            if limit is not None and used[name]:
                found.expect(used[name] <= limit + 1e-6, f"{night.on} {name}: {used[name]} of {limit}")
        for row in night.limits.to_dict("records"):
            found.expect(row["profit_fen"] <= row["bound_fen"], f"{night.on} profit {row['profit_fen']} above bound {row['bound_fen']}")
            if row["name"] in most:
                # A sum of halves is rounded either way.
                right = abs(row["used"] - used[row["name"]]) <= 0.5 + 1e-6 and row["most"] == most[row["name"]]
                found.expect(right, f"{night.on} {row['name']} says used {row['used']} of {row['most']}, used are {used[row['name']]}")
    return found
