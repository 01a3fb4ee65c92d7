"""What happened on a walk, as an independent reader of the tables understands it: plain Python, no code of the jobs."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from scenarios.timing import After, Ordered, Step
from tests.jobs.decide.provinces.walked import Night, Walk


@dataclass
class Found:
    """What breaks the policy, one line each, and how many cases were looked at: a check that saw nothing shows nothing."""

    faults: list[str] = field(default_factory=list)
    looked_at: int = 0

    def expect(self, is_right: bool, fault: str) -> None:
        """One more case."""
        self.looked_at += 1
        if not is_right:
            self.faults.append(fault)


@dataclass
class Contact:
    """A contact that a channel got, and what became of it as known on some night."""

    scenario: str
    step: str
    who: str
    channel: str
    mode: str
    offer: str
    night: date
    reports: list[dict[str, Any]] = field(default_factory=list)

    @property
    def day(self) -> date:
        """The day on which the channel has the list."""
        return self.night + timedelta(days=1)

    def known(self, on: date) -> list[dict[str, Any]]:
        """The reports that the night of `on` knows."""
        return [report for report in self.reports if report["known_on"] <= on]

    def is_rejected(self, on: date) -> bool:
        """Whether the channel is known to have rejected the row."""
        return any(report["stage"] == "rejected" for report in self.known(on))

    def is_delivered(self, on: date) -> bool:
        """Whether the customer is known to have got the message or seen the offer."""
        silent = ("accepted", "rejected")
        return any(report["stage"] not in silent and report["outcome"] != "unreached" for report in self.known(on))

    def decision(self, on: date) -> dict[str, Any] | None:
        """The customer's newest known answer."""
        told = [report for report in self.known(on) if report["outcome"] not in (None, "unreached")]
        return max(told, key=lambda report: report["happened_at"], default=None)


class Reader:
    """What a walk left behind, by subscriber."""

    def __init__(self, walk: Walk) -> None:
        """Take in the log once."""
        self.walk, self.nights = walk, walk.nights
        self.scenarios = {scenario.name: scenario for scenario in walk.scenarios}
        self.modes = dict(walk.reference["channels"][["channel", "mode"]].to_numpy())
        self.contacts: dict[str, list[Contact]] = defaultdict(list)
        by_key = {}
        for row in walk.log.contacts.to_dict("records"):
            contact = Contact(*(row[name] for name in ("scenario", "step", "subscriber_id", "channel", "mode", "offer", "business_date")))
            self.contacts[contact.who].append(contact)
            by_key[contact.scenario, contact.step, contact.who, contact.night, contact.channel] = contact
        for row in walk.log.feedback.to_dict("records"):
            key = tuple(row[name] for name in ("scenario", "step", "subscriber_id", "list_date", "channel"))
            by_key[key].reports.append(row)
        self.others: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in walk.log.others.to_dict("records"):
            self.others[row["subscriber_id"]].append(row)
        # The nights on which a step meant somebody: they were listed, or held out of a list.
        self.meant: dict[tuple[str, str, str], list[date]] = defaultdict(list)
        for row in walk.log.decisions.to_dict("records"):
            if row["stage"] == "listed" or (row["stage"] == "held_out" and row["would_list"]):
                self.meant[row["subscriber_id"], row["scenario"], row["step"]].append(row["business_date"])
        self.orders: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in walk.log.orders.to_dict("records"):
            self.orders[row["subscriber_id"]].append(row)

    def step(self, row: dict[str, Any]) -> Step:
        """The declared step of a row."""
        return self.scenarios[row["scenario"]].timing.step(row["step"])

    def root(self, scenario: str, step: str) -> Step:
        """The first step of the cascade."""
        of = self.scenarios[scenario].timing.step(step)
        return self.root(scenario, of.trigger.step) if isinstance(of.trigger, After) else of

    @cached_property
    def rows(self) -> list[tuple[Night, dict[str, Any]]]:
        """Every decision of every night."""
        return [(night, row) for night in self.nights for row in night.decisions.to_dict("records")]

    def listed(self) -> Iterator[tuple[Night, dict[str, Any]]]:
        """The rows of lists."""
        return ((night, row) for night, row in self.rows if row["stage"] == "listed")

    @cached_property
    def by_customer(self) -> dict[tuple[date, str], list[dict[str, Any]]]:
        """The rows of lists by night and customer."""
        found: dict[tuple[date, str], list[dict[str, Any]]] = defaultdict(list)
        for night, row in self.listed():
            found[night.on, row["subscriber_id"]].append(row)
        return found

    def before(self, who: str, on: date) -> list[Contact]:
        """The contacts of earlier nights that were not rejected, as known on the night."""
        return [contact for contact in self.contacts[who] if contact.night < on and not contact.is_rejected(on)]

    def is_taken(self, contact: Contact, on: date) -> bool:
        """Whether the offer is known to be taken up: by the channel's word or by an order."""
        return self.taken_on(contact, on) is not None

    def taken_on(self, contact: Contact, on: date) -> date | None:
        """The first day on which the offer is known to be taken up."""
        days = [report["day"] for report in contact.known(on) if report["outcome"] in ("agreed_paid", "agreed_trial")]
        success = self.scenarios[contact.scenario].success_of(self.step({"scenario": contact.scenario, "step": contact.step}))
        if isinstance(success, Ordered):
            orders = [order["day"] for order in self.orders[contact.who] if order["product_kind"] == success.kind and order["day"] <= on]
            days += [day for day in orders if 1 <= (day - contact.night).days <= success.within_days]
        return min(days, default=None)
