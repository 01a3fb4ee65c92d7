"""The way from a scenario's audience to its lists: audience = excluded + held out + below capacity + listed, whole and by city."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

STEPS = {
    "excluded": "Excluded 剔除",
    "universal": "Held out, universal control 全局对照组",
    "scenario": "Held out, scenario control 场景对照组",
    "below_capacity": "Below capacity 超出渠道容量",
    "listed": "Listed 入选清单",
}


@dataclass(frozen=True)
class Group:
    """How many rows of mkt.decision are alike in everything the report asks for."""

    scenario: str
    wave: int
    city: str
    channel: str | None
    stage: str
    reasons: tuple[str, ...]
    control: str | None
    rows: int

    @property
    def step(self) -> str:
        """The step of the funnel the rows end in; a held-out row says which control group holds it."""
        return (self.control or self.stage) if self.stage == "held_out" else self.stage


@dataclass(frozen=True)
class Bar:
    """A step of the funnel as a bar: where it begins and ends, in per mille of the audience, so that the bars hang on each other."""

    label: str
    rows: int
    kind: str
    start: float
    width: float


@dataclass(frozen=True)
class Reason:
    """An exclusion: rows that have it, and rows that have no other."""

    code: str
    label: str
    rows: int
    alone: int


@dataclass(frozen=True)
class Funnel:
    """One scenario's wave of the night."""

    scenario: str
    label: str
    wave: int
    groups: tuple[Group, ...]
    reason_labels: dict[str, str]

    @property
    def audience(self) -> int:
        """Everyone the wave was meant for."""
        return sum(group.rows for group in self.groups)

    @property
    def steps(self) -> dict[str, int]:
        """Rows that end in each step, in order; a step that has no name here would make them fall short of the audience."""
        counted = self._counted(lambda group: group.step)
        return {step: counted[step] for step in STEPS}

    @property
    def listed(self) -> int:
        """Rows on the lists."""
        return self.steps["listed"]

    @property
    def excluded(self) -> int:
        """Rows with at least one reason against them."""
        return self.steps["excluded"]

    @property
    def adds_up(self) -> bool:
        """Whether the steps make the audience, every row excluded has a reason, and no other has."""
        reasoned = sum(group.rows for group in self.groups if group.reasons)
        consistent = all(bool(group.reasons) == (group.stage == "excluded") for group in self.groups)
        return sum(self.steps.values()) == self.audience and reasoned == self.excluded and consistent

    @property
    def bars(self) -> list[Bar]:
        """The audience, what each step takes away from the right, and what is left."""
        whole = max(self.audience, 1)
        bars, left = [Bar("Audience 目标客户", self.audience, "audience", 0.0, 1000.0 if self.audience else 0.0)], self.audience
        for step, rows in self.steps.items():
            left -= rows
            begin = 0 if step == "listed" else left
            bars.append(Bar(STEPS[step], rows, step, begin * 1000 / whole, rows * 1000 / whole))
        return bars

    @property
    def reasons(self) -> list[Reason]:
        """Every exclusion of the scenario that hit someone, the commonest first."""
        rows: Counter[str] = Counter()
        alone: Counter[str] = Counter()
        for group in self.groups:
            for code in group.reasons:
                rows[code] += group.rows
            if len(group.reasons) == 1:
                alone[group.reasons[0]] += group.rows
        return [
            Reason(code, self.reason_labels.get(code, ""), n, alone[code]) for code, n in sorted(rows.items(), key=lambda c: (-c[1], c[0]))
        ]

    @property
    def reasons_counted(self) -> int:
        """All reasons of all excluded rows: at least the rows excluded."""
        return sum(reason.rows for reason in self.reasons)

    @property
    def channels(self) -> dict[str, int]:
        """Listed rows by channel."""
        return dict(sorted(self._counted(lambda group: group.channel or "", listed=True).items()))

    @property
    def cities(self) -> list[str]:
        """Codes of the cities that the audience lives in."""
        return sorted({group.city for group in self.groups})

    def of_city(self, city: str) -> "Funnel":
        """The same funnel of one city."""
        return Funnel(self.scenario, self.label, self.wave, tuple(group for group in self.groups if group.city == city), self.reason_labels)

    def _counted(self, by: Callable[[Group], str], listed: bool = False) -> Counter[str]:
        counted: Counter[str] = Counter()
        for group in self.groups:
            if not listed or group.stage == "listed":
                counted[by(group)] += group.rows
        return counted


def funnels(groups: Iterable[Group], labels: dict[str, str], reason_labels: dict[str, dict[str, str]]) -> list[Funnel]:
    """A funnel per scenario and wave; `labels` and `reason_labels` are by scenario."""
    by_wave: dict[tuple[str, int], list[Group]] = {}
    for group in groups:
        by_wave.setdefault((group.scenario, group.wave), []).append(group)
    return [
        Funnel(scenario, labels.get(scenario, ""), wave, tuple(found), reason_labels.get(scenario, {}))
        for (scenario, wave), found in sorted(by_wave.items())
    ]
