"""Rows made by chance, the same each time, for a person of a night made by hand."""

import random
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.oracle.channel import MADE, VISITED
from tests.oracle.content import GENRES, TELLING
from tests.oracle.person import Rows, month
from tests.oracle.platform import APPS

ZONE = ZoneInfo("Asia/Shanghai")
CELLS = {
    "c1": ("990101", "110000000:30000000"),
    "c2": ("990101", "110010000:30020000"),
    "c3": ("990102", "110100000:30100000"),
    "c4": ("990201", "110300000:30200000"),
    "c5": (None, None),
}
PRODUCTS = {
    "plan5": ("data_plan", 500, 30 << 20, 0),
    "plan50": ("data_plan", 5000, 1 << 30, 0),
    "planx": ("data_plan", None, None, None),
    "idle5": ("idle_pack", 500, 0, 1 << 30),
    "base": ("base_plan", 1800, 0, 0),
    "base4": ("base_plan", 5800, 500 << 20, 0),
    "top3": ("top_up_pack", 300, 10 << 20, 0),
    "stranger": (None, None, None, None),
    **dict.fromkeys(APPS, ("app", 500, None, None)),
}


class Chance:
    """Choices that are the same each time."""

    def __init__(self, *seed: object) -> None:
        self.random = random.Random("/".join(map(str, seed)))

    def one(self, *of: Any) -> Any:
        return self.random.choice(of)

    def upto(self, most: int, nothing: float = 0.3) -> int:
        """A number up to `most`, often 0."""
        return 0 if self.random.random() < nothing else self.random.randint(1, most)

    def some(self, of: Iterable[date], share: float = 0.4) -> list[date]:
        return [day for day in of if self.random.random() < share]


def usage(chance: Chance, days: list[date]) -> Rows:
    found = []
    for day in chance.some(days, 0.6):
        parts = {f"bytes_{rat}": chance.upto(90) for rat in ("2g", "3g", "4g")}
        data = sum(parts.values())
        voice = {f"voice_{kind}_s": chance.upto(40_000) for kind in ("local", "roaming", "long")}
        found.append(
            {
                **{"day": day, **parts, **voice, "data_bytes": data, "idle_bytes": chance.random.randint(0, data)},
                "voice_off_net_s": chance.random.randint(0, sum(voice.values())),
                **{"sms_count": chance.upto(9), "bytes_wlan": chance.upto(90), "data_fee_outside_fen": chance.upto(900)},
            }
        )
    return found


def bills(chance: Chance, days: list[date]) -> Rows:
    if not days:
        return []
    months = chance.some([month(days[0], back)[0] for back in range(1, 8)], 0.7)
    fees = ("plan_fee_fen", "data_plan_fee_fen", "data_fee_outside_fen", "voice_fee_fen", "sms_fee_fen", "service_fee_fen", "owed_fen")
    return [
        {
            "month": first,
            "bill_fen": chance.upto(20_000, 0.1),
            **{fee: chance.upto(3000) for fee in fees},
            "allowance_bytes": chance.one(None, 0, 100, 1000),
            "allowance_used_bytes": chance.one(0, 19, 20, 79, 80, 100, 199, 200, 800),
        }
        for first in months
    ]


def content(chance: Chance, days: list[date]) -> Rows:
    sites = ("unknown", "wechat", "qq", "weibo", "news.cn", "tv.cn", "a.cn")
    found = {}
    for day in chance.some(days * 2, 0.5):
        category, site = chance.one(*TELLING, "other", "unknown"), chance.one(*sites)
        found[day, category, site] = {
            **{"day": day, "category": category, "site": site, "requests": chance.upto(9, 0) if site else 1, "repeats": 0},
            **{"visits": chance.upto(4), "content_bytes": chance.upto(5000)},
        }
    return list(found.values())


def terms(chance: Chance, days: list[date]) -> Rows:
    return [
        {"day": day, "term": chance.one("x", "y", "z", "w"), "category": chance.one(*GENRES, "news"), "searches": chance.upto(3, 0)}
        for day in chance.some(days)
    ]


def location(chance: Chance, days: list[date]) -> Rows:
    found = {}
    for day in chance.some(days * 3, 0.5):
        cell = chance.one(*CELLS)
        county, position = CELLS[cell]
        bands = ("minutes_00_07", "minutes_07_09", "minutes_09_18", "minutes_18_24")
        found[day, cell] = {
            **{"day": day, "cell": cell, "county": county, "position": position, "switch_ons": chance.upto(2), "switch_offs": 0},
            **{band: chance.upto(120) for band in bands},
            "is_away": None if county is None else county == "990201",
        }
    return list(found.values())


def at(chance: Chance, day: date) -> datetime:
    return datetime.combine(day, time(chance.one(0, 7, 8, 11, 12, 13, 14, 17, 18, 21, 22), chance.random.randrange(60)), ZONE)


def visits(chance: Chance, days: list[date]) -> Rows:
    moments = ("login", "fee_query", "bill_query", "data_query", "offer_query", "payment", "service_change", "first_browse")
    return [
        {"day": day, "visited_at": at(chance, day), "channel": chance.one(*VISITED[: chance.one(2, 12)]), "moment": chance.one(*moments)}
        for day in chance.some(days * 2, 0.3)
    ]


def feedback(chance: Chance, days: list[date]) -> Rows:
    found = []
    for day in chance.some(days * 2, 0.5):
        channel = chance.one(*MADE)
        stage = chance.one("accepted", MADE[channel], MADE[channel], "outcome", "satisfaction")
        outcomes = ("agreed_paid", "agreed_trial", "considering", "do_not_disturb", "refused", "unreached", "other")
        outcome = chance.one(*outcomes) if stage == "outcome" else None
        reply = chance.one("satisfied", "dissatisfied") if stage == "satisfaction" else None
        found.append(
            {"day": day, "happened_at": at(chance, day), "channel": channel, "stage": stage, "outcome": outcome, "satisfaction": reply}
        )
    return found


def external(chance: Chance, days: list[date]) -> Rows:
    return [{"day": day, "contacted_at": at(chance, day), "arm": chance.one(None, "treated", "control")} for day in chance.some(days, 0.3)]


def costs(chance: Chance, days: list[date]) -> Rows:
    figures = ("contacts", "contact_cost_fen", "gifts", "gift_cost_fen")
    return [{"day": day, **{figure: chance.upto(900) for figure in figures}} for day in chance.some(days, 0.3)]


def service(chance: Chance, days: list[date]) -> Rows:
    topics = ("data_plan", "data_fee", "network", "roaming", "handset", "bill", "subscribed_unasked", "spam_message", None)
    found = []
    for number, day in enumerate(chance.some(days * 2, 0.5)):
        kind = chance.one("ivr", "consultation", "consultation", "complaint", "complaint", "work_order", "reply")
        is_case = kind in ("complaint", "work_order")
        found.append(
            {
                **{"day": day, "event_id": f"e{number:03}", "occurred_at": at(chance, day), "kind": kind},
                "topic": chance.one(*topics) if kind in ("consultation", "complaint") else None,
                "case_id": chance.one("k1", "k2", "k3") if is_case else None,
                "order_type": chance.one("refund", "visit") if kind == "work_order" else None,
                "severity": chance.one("low", "high") if kind == "complaint" else None,
                "status": chance.one("open", "open", "closed") if is_case else None,
                "is_satisfied": chance.one(True, False, None) if kind == "reply" else None,
            }
        )
    return found


def platform(chance: Chance, days: list[date]) -> Rows:
    found = {}
    for day in chance.some(days * 2, 0.4):
        app = chance.one(*APPS)
        end = chance.one(None, day + timedelta(days=5))
        found[day, app] = {"day": day, "product": app, "actions": chance.upto(9), "trial_start": None, "trial_end": end}
    return list(found.values())


def orders(chance: Chance, on: date) -> Rows:
    found = []
    for number in range(chance.random.randint(0, 14)):
        product = chance.one(*PRODUCTS, *APPS, "idle5")
        kind, fee, allowance, idle = PRODUCTS[product]
        since = on + timedelta(days=chance.one(1, 0, -1, -29, -30, -31, -89, -90, -400))
        ends = (None, None, since, since + timedelta(days=20), on, on + timedelta(days=1), on - timedelta(days=89), on - timedelta(days=90))
        found.append(
            {
                **{"order_id": f"o{number:02}", "product": product, "product_kind": kind, "monthly_fee_fen": fee},
                **{"allowance_bytes": allowance, "idle_allowance_bytes": idle, "order_source": chance.one("paid", "trial", "bundled")},
                **{"ordered_at": at(chance, min(since, on)), "valid_from": since, "valid_to": chance.one(*ends), "told_on": on},
            }
        )
    return found


def responses(chance: Chance, on: date) -> Rows:
    return [
        {"channel": channel, "contacts": 3, "taken_up": chance.upto(3, 0.6), "response_ppm": chance.one(0, 90_000, 250_000)}
        for channel in MADE
        if chance.random.random() < 0.2
    ]


def families(chance: Chance, on: date) -> Rows:
    kinds = chance.one((), ("family_home",), ("family_number",), ("family_number", "family_home"))
    counts = ("live_members", "left_members", "others_with_plan", "others_with_much_data")
    return [
        {
            **{"kind": kind, "main_subscriber_id": "d" * 32, "is_main": chance.one(True, False)},
            **{"joined_on": on - timedelta(days=chance.upto(400)), **{count: chance.upto(4) for count in counts}},
        }
        for kind in kinds
    ]


def groups(chance: Chance, on: date) -> Rows:
    if chance.one(True, False):
        return []
    joined, role = on - timedelta(days=chance.upto(400)), chance.one("member", "key_person", "leader")
    figures = {"live_members": chance.upto(9), "members_with_plan": chance.upto(9)}
    return [{"group_id": "G1", "group_role": role, "manager_id": chance.one(None, "M2"), "joined_on": joined, **figures}]


FACTS: dict[str, Callable[[Chance, list[date]], Rows]] = {
    "ods.usage": usage,
    "ods.bill": bills,
    "dwd.content_daily": content,
    "dwd.term_daily": terms,
    "dwd.location": location,
    "dwd.channel_visit": visits,
    "dwd.feedback": feedback,
    "dwd.external_contact": external,
    "dwd.contact_cost": costs,
    "ods.service_event": service,
    "ods.platform_usage": platform,
}
SNAPSHOTS: dict[str, Callable[[Chance, date], Rows]] = {
    "dwd.subscription_interval": orders,
    "dwd.channel_response": responses,
    "dwd.family_member": families,
    "dwd.group_member": groups,
}
