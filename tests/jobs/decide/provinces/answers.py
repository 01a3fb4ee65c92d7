"""What happened before the first night, what becomes of each contact, and what is known of it on which night."""

from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
import pandas as pd

from expectations.channels import CHANNELS
from scenarios.scenario import Scenario
from scenarios.timing import After
from tests.jobs.decide.provinces.drawn import Drawn

# The report that says that a customer got the message or saw the offer.
SEEN = {
    **dict.fromkeys(("sms", "mms", "fetion", "mailbox", "ussd", "outbound_call"), "delivered"),
    **dict.fromkeys(("web_hall", "kiosk", "toolbar"), "popped_up"),
    **dict.fromkeys(("app_hall", "wap_hall", "data_park", "portal", "trial_platform"), "shown"),
    **{
        "sms_tail": "appended",
        "crm": "recommended",
        "agent_shop": "recommended",
        "account_manager": "reached",
        "ivr": "played",
    },
}
REASONS = ("not_in_service", "opted_out", "no_capacity", "unusable")
GIFT = ("resource", "effect_ppm")
ROW = ("scenario", "step", "subscriber_id", "channel", "mode", "offer")


def empty(*columns: str) -> pd.DataFrame:
    """No rows yet."""
    return pd.DataFrame({name: pd.Series(dtype=object) for name in columns})


@dataclass
class Log:
    """All that was decided and happened so far. `known_on` is the first night that knows a row."""

    decisions: pd.DataFrame = field(default_factory=lambda: empty(*ROW, *GIFT, "business_date", "stage", "would_list", "reasons"))
    contacts: pd.DataFrame = field(default_factory=lambda: empty(*ROW, "resource", "business_date"))
    feedback: pd.DataFrame = field(
        default_factory=lambda: empty(*ROW[:4], "list_date", "stage", "outcome", "reason", "happened_at", "day", "known_on")
    )
    orders: pd.DataFrame = field(
        default_factory=lambda: empty(
            *("order_id", "subscriber_id", "product", "product_kind", "order_source", "ordered_at", "valid_from", "valid_to", "day")
        )
    )
    others: pd.DataFrame = field(default_factory=lambda: empty("subscriber_id", "channel", "product", "arm", "day"))

    def add(self, **rows: pd.DataFrame) -> None:
        """Add rows to these parts."""
        for name, more in rows.items():
            setattr(self, name, pd.concat([getattr(self, name), more.astype(object)], ignore_index=True))

    def known(self, part: str, upto: date, since: date = date.min, by: str = "known_on") -> pd.DataFrame:
        """The rows of a part that nights after `since` and not after `upto` know first."""
        rows = getattr(self, part)
        return rows[(rows[by] > since) & (rows[by] <= upto)]


def history(drawn: Drawn, people: pd.DataFrame, scenarios: tuple[Scenario, ...], first: date) -> pd.DataFrame:
    """Decisions of the months before: of a scenario or two for many subscribers, for some round after round."""
    rows = []
    for who in people["subscriber_id"]:
        for scenario in (scenarios[at] for at in drawn.chance.integers(0, len(scenarios), int(drawn.chance.integers(0, 3)))):
            roots = [step for step in scenario.timing.steps if not isinstance(step.trigger, After)]
            root = roots[int(drawn.chance.integers(0, len(roots)))]
            followers = [step for step in scenario.timing.steps if isinstance(step.trigger, After) and step.trigger.step == root.name]
            start = first - timedelta(days=int(drawn.chance.integers(1, 25)))
            for back in range(int(drawn.chance.integers(1, 6))):
                # The last night before the first cycle is that of 27 February.
                day = date(2026, 2, 4) - timedelta(days=31 * back) if root.monthly else start - timedelta(days=24 * back)
                rows.append((scenario, root, who, day))
                if followers and drawn.chance.random() < 0.5:
                    rows.append((scenario, followers[0], who, day + timedelta(days=5)))
    made = [
        {
            **{"scenario": scenario.name, "step": step.name, "subscriber_id": who, "channel": step.channel},
            **{"mode": CHANNELS[step.channel].modes[0], "offer": scenario.offer_of(step).products[0], "business_date": day},
            **{"resource": scenario.resource_of(step).code, "effect_ppm": int(drawn.chance.integers(1, 20_000))},
            "stage": "held_out" if drawn.chance.random() < 0.1 else "listed",
            "would_list": True,
            "reasons": [],
        }
        for scenario, step, who, day in rows
        if day < first
    ]
    return pd.DataFrame(made, dtype=object).drop_duplicates(["scenario", "step", "subscriber_id", "business_date"], ignore_index=True)


def trials(people: pd.DataFrame, first: date) -> pd.DataFrame:
    """The order lines of those who are in a trial before the first night."""
    tries = people[people["trial_days_left"].notna()]
    since = first - timedelta(days=10)
    return pd.DataFrame(
        {
            **{"order_id": [f"trial {who}" for who in tries["subscriber_id"]], "subscriber_id": tries["subscriber_id"], "product": "video"},
            **{"product_kind": "app", "order_source": "trial", "ordered_at": pd.Timestamp(since, tz="Asia/Shanghai")},
            **{"valid_from": since, "valid_to": [first + timedelta(days=left) for left in tries["trial_days_left"]], "day": since},
        }
    )


def contacts_of(drawn: Drawn, decisions: pd.DataFrame) -> pd.DataFrame:
    """The listed rows of the lists that reach their channel; some list does not."""
    listed = decisions[decisions["stage"] == "listed"][[*ROW, "resource", "business_date"]]
    lists = listed[["scenario", "step", "channel", "business_date"]].drop_duplicates()
    lists = lists[drawn.chance.random(len(lists)) < 0.95]
    return listed.merge(lists, on=["scenario", "step", "channel", "business_date"])


def answer(drawn: Drawn, people: pd.DataFrame, contacts: pd.DataFrame, kinds: dict[str, str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What channels report of the contacts, some of it late, and the orders that follow."""
    place = pd.Series(np.arange(len(people)), index=people["subscriber_id"])
    feedback, orders = [], []
    for row in contacts.to_dict("records"):
        at, chance = place[row["subscriber_id"]], drawn.chance
        rate = {name: drawn.rates[name][at] for name in ("answers", "takes", "disturbed")}
        day = row["business_date"] + timedelta(days=1 + int(chance.integers(0, 4)))

        def report(stage: str, hour: int, row=row, day=day, chance=chance, **told: str) -> None:
            known = day + timedelta(days=int(chance.choice((0, 0, 0, 1, 3))))
            of = {**{name: row[name] for name in ROW[:4]}, "list_date": row["business_date"], "stage": stage, "day": day, "known_on": known}
            moment = pd.Timestamp(day, tz="Asia/Shanghai") + pd.Timedelta(hours=hour)
            feedback.append({"outcome": None, "reason": None, **of, "happened_at": moment, **told})

        if chance.random() < 0.05:
            report("rejected", 8, reason=str(chance.choice(REASONS)))
            continue
        takes = chance.random() < rate["takes"]
        if chance.random() < rate["answers"]:
            report("accepted", 8)
            if chance.random() < 0.8:
                report(SEEN[row["channel"]], 10)
            told = chance.choice(("considering", "refused", "unreached", "other", ""), p=(0.2, 0.2, 0.1, 0.1, 0.4))
            outcome = "do_not_disturb" if chance.random() < rate["disturbed"] else "agreed_paid" if takes else str(told)
            if outcome:
                report("outcome", 12, outcome=outcome)
        if takes and chance.random() < 0.7:
            ordered = day + timedelta(days=int(chance.integers(0, 3)))
            orders.append(
                {
                    **{"order_id": f"{len(orders)} {row['business_date']}", "subscriber_id": row["subscriber_id"], "product": row["offer"]},
                    **{
                        "product_kind": kinds[row["offer"]],
                        "order_source": "paid",
                        "valid_from": ordered,
                        "valid_to": None,
                        "day": ordered,
                    },
                    "ordered_at": pd.Timestamp(ordered, tz="Asia/Shanghai") + pd.Timedelta(hours=15),
                }
            )
    log = Log()
    return pd.DataFrame(feedback, columns=log.feedback.columns), pd.DataFrame(orders, columns=log.orders.columns)
