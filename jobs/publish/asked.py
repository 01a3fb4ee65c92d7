"""The approval of a night's lists as questions, one a scenario, for a person who answers in Airflow."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from jobs.publish.held import Held, approve, waiting
from jobs.publish.key import Key
from jobs.runtime.lake import Lake


@dataclass(frozen=True)
class Question:
    """Whether the held lists of a scenario may go out. `held` are by channel/scenario/step."""

    scenario: str
    on: date
    held: dict[str, Held]

    @property
    def lists(self) -> dict[str, str]:
        """The version of each list."""
        return {name: one.version for name, one in self.held.items()}

    @property
    def subject(self) -> str:
        """The question in a line."""
        return f"{self.scenario}: send {sum(one.rows for one in self.held.values()):,} contacts of {self.on}?"

    @property
    def body(self) -> str:
        """The lists, and why each is held, in Markdown."""
        told = [f"- {name}: {one.rows:,} contacts. {'; '.join(one.reasons)}" for name, one in self.held.items()]
        see = f"The report reports/{self.on}/night.html and its sample messages show them. Without an answer nothing is sent."
        return "\n".join([*told, "", see])


def questions(lake: Lake, on: date) -> list[Question]:
    """Return a question for each scenario with lists of the night that wait for an approval."""
    found: dict[str, dict[str, Held]] = {}
    for row in waiting(lake, on):
        name = f"{Key(row['channel'], row['scenario'], row['step'])}"
        found.setdefault(row["scenario"], {})[name] = Held(row["rows"], row["reasons"], row["version"])
    return [Question(scenario, on, lists) for scenario, lists in sorted(found.items())]


def answer(lake: Lake, on: date, shown: Mapping[str, str], who: str, at: datetime) -> list[str]:
    """Approve the lists that a person was shown, by name with their versions. Return the names of those that still waited.

    ApprovalError when a list is another version than was shown: nobody has seen it as it is now.
    """
    held = {name for question in questions(lake, on) for name in question.held}
    still = [f"{name}@{version}" for name, version in shown.items() if name in held]
    return approve(lake, on, still, "approved in Airflow", who, at) if still else []
