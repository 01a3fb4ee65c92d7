"""The approval of a night's lists as questions, one a scenario, for a person who answers in Airflow."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from expectations.errors import teach
from jobs.publish.held import ApprovalError, approve, waiting
from jobs.publish.key import Key
from jobs.runtime.lake import Lake


@dataclass(frozen=True)
class Question:
    """Whether the held lists of a scenario may go out. `lists` has their contacts by channel/scenario/step."""

    scenario: str
    on: date
    lists: dict[str, int]
    reasons: dict[str, list[str]]

    @property
    def subject(self) -> str:
        """The question in a line."""
        return f"{self.scenario}: send {sum(self.lists.values()):,} contacts of {self.on}?"

    @property
    def body(self) -> str:
        """The lists, and why each is held, in Markdown."""
        told = [f"- {name}: {rows:,} contacts. {'; '.join(self.reasons[name])}" for name, rows in self.lists.items()]
        see = f"The report reports/{self.on}/night.html and its sample messages show them. Without an answer nothing is sent."
        return "\n".join([*told, "", see])


def questions(lake: Lake, on: date) -> list[Question]:
    """Return a question for each scenario with lists of the night that wait for an approval."""
    held: dict[str, list[tuple[str, int, list[str]]]] = {}
    for row in waiting(lake, on):
        name = f"{Key(row['channel'], row['scenario'], row['step'])}"
        held.setdefault(row["scenario"], []).append((name, row["rows"], row["reasons"]))
    return [
        Question(scenario, on, {name: rows for name, rows, _ in lists}, {name: why for name, _, why in lists})
        for scenario, lists in sorted(held.items())
    ]


def answer(lake: Lake, on: date, shown: Mapping[str, int], who: str, at: datetime) -> list[str]:
    """Approve the lists that a person was shown, and return the names of those that still waited.

    ApprovalError when a list has other contacts than were shown: nobody has seen it as it is now.
    """
    held = {name: rows for question in questions(lake, on) for name, rows in question.lists.items()}
    faults = [f"{name} has {held[name]:,} rows now, {rows:,} were shown" for name, rows in shown.items() if held.get(name, rows) != rows]
    if faults:
        raise ApprovalError(teach(f"Lists of {on}", faults, "look at them again, then answer again or use chudian approve-lists."))
    still = [name for name in shown if name in held]
    return approve(lake, on, still, "approved in Airflow", who, at) if still else []
