"""The funnel of a scenario: audience = excluded + held out + not allocated + listed, for the province, by city and by county."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from expectations.channels import CHANNELS
from scenarios.limit_names import ANOTHER, NO_VALUE, of_shown
from scenarios.match_stages import STAGES, first_stage, stage_of
from scenarios.policy import CAPS

ENDS = {
    "excluded": "Excluded 剔除",
    "universal": "Held out, universal control 全局对照组",
    "scenario": "Held out, scenario control 场景对照组",
    "step": "Held out, step control 波次对照组",
    "not_allocated": "Not allocated 未分配",
    "listed": "Listed 入选清单",
}
# What stops a contact that is not excluded; all else is a limit by its name.
CUTS: dict[str | None, str] = {
    NO_VALUE: "costs more than it is expected to bring 得不偿失",
    ANOTHER: "another contact came first 另有接触",
    **{cap.name: f"cap 频次上限 {cap.words}" for cap in CAPS},
    **{
        of_shown(name): f"cap 频次上限 at most {channel.most_per_subscriber} through {name} a night"
        for name, channel in CHANNELS.items()
        if channel.most_per_subscriber
    },
    None: "not recorded 未记录",
}


@dataclass(frozen=True)
class Group:
    """A number of rows of mkt.decision that are equal in every column that the report shows."""

    scenario: str
    step: str
    city: str
    channel: str | None
    stage: str
    reasons: tuple[str, ...]
    control: str | None
    rows: int
    # None in nights that counted by city.
    county: str | None = None
    # What stopped a contact that nothing speaks against, as mkt.decision names it.
    cut_by: str | None = None

    @property
    def end(self) -> str:
        """Where the rows end; for a held-out row the control group is part of it."""
        return (self.control or self.stage) if self.stage == "held_out" else self.stage


@dataclass(frozen=True)
class Bar:
    """An end of the funnel as a bar: start and width in per mille of the audience. Each bar begins where the next one ends."""

    label: str
    rows: int
    kind: str
    start: float
    width: float


@dataclass(frozen=True)
class Reason:
    """An exclusion: the stage of matching, the rows that have it, and the rows that have no other."""

    code: str
    stage: str
    label: str
    rows: int
    alone: int


@dataclass(frozen=True)
class Matched:
    """A stage of matching 差因子: rows that it drops in turn, rows with any reason of it, and rows with reasons of no other stage."""

    label: str
    dropped: int
    rows: int
    alone: int
    left: int


@dataclass(frozen=True)
class Funnel:
    """One scenario's step of the night."""

    scenario: str
    label: str
    step: str
    groups: tuple[Group, ...]
    reason_labels: dict[str, str]

    @property
    def audience(self) -> int:
        """Every subscriber for whom the step was due."""
        return sum(group.rows for group in self.groups)

    @property
    def ends(self) -> dict[str, int]:
        """Rows by where they end, in order. An end that is not in ENDS is missing here, so the sum is less than the audience."""
        counted = self._counted(lambda group: group.end)
        return {end: counted[end] for end in ENDS}

    @property
    def listed(self) -> int:
        """Rows on the lists."""
        return self.ends["listed"]

    @property
    def excluded(self) -> int:
        """Rows with at least one reason against them."""
        return self.ends["excluded"]

    @property
    def adds_up(self) -> bool:
        """Whether the ends add up to the audience, every excluded row has a reason, and no other row has one."""
        reasoned = sum(group.rows for group in self.groups if group.reasons)
        consistent = all(bool(group.reasons) == (group.stage == "excluded") for group in self.groups)
        return sum(self.ends.values()) == self.audience and reasoned == self.excluded and consistent

    @property
    def bars(self) -> list[Bar]:
        """The audience, what each end takes away, and what remains."""
        whole = max(self.audience, 1)
        bars, left = [Bar("Audience 目标客户", self.audience, "audience", 0.0, 1000.0 if self.audience else 0.0)], self.audience
        for end, rows in self.ends.items():
            left -= rows
            begin = 0 if end == "listed" else left
            bars.append(Bar(ENDS[end], rows, end, begin * 1000 / whole, rows * 1000 / whole))
        return bars

    @property
    def reasons(self) -> list[Reason]:
        """Every exclusion of the scenario that excluded someone, the commonest first."""
        rows: Counter[str] = Counter()
        alone: Counter[str] = Counter()
        for group in self.groups:
            for code in group.reasons:
                rows[code] += group.rows
            if len(group.reasons) == 1:
                alone[group.reasons[0]] += group.rows
        return [
            Reason(code, STAGES[stage_of(code)], self.reason_labels.get(code, ""), n, alone[code])
            for code, n in sorted(rows.items(), key=lambda c: (-c[1], c[0]))
        ]

    @property
    def reasons_counted(self) -> int:
        """Reasons of all excluded rows together: at least the number of rows excluded."""
        return sum(reason.rows for reason in self.reasons)

    @property
    def matched(self) -> list[Matched]:
        """The stages of matching in turn. A row with reasons of several is dropped by the first; who is left after the last is eligible."""
        left, found = self.audience, []
        excluded = [(group.rows, group.reasons) for group in self.groups if group.reasons]
        for stage, label in STAGES.items():
            dropped = sum(rows for rows, reasons in excluded if first_stage(reasons) == stage)
            any_of = [(rows, set(map(stage_of, reasons))) for rows, reasons in excluded]
            left -= dropped
            alone = sum(rows for rows, stages in any_of if stages == {stage})
            found.append(Matched(label, dropped, sum(rows for rows, stages in any_of if stage in stages), alone, left))
        return found

    @property
    def cuts(self) -> dict[str, int]:
        """Rows that were not allocated, by what stopped them in words, the commonest first."""
        counted = Counter[str]()
        for group in self.groups:
            if group.stage == "not_allocated":
                counted[CUTS.get(group.cut_by, f"limit 限额 {group.cut_by}")] += group.rows
        return dict(counted.most_common())

    @property
    def channels(self) -> dict[str, int]:
        """Listed rows by channel."""
        return dict(sorted(self._counted(lambda group: group.channel or "", listed=True).items()))

    @property
    def cities(self) -> "list[tuple[str, Funnel]]":
        """The same funnel for each city, by code."""
        return self._by(lambda group: group.city)

    @property
    def counties(self) -> "list[tuple[str, Funnel]]":
        """The same funnel for each county, by code; an unknown county is empty. None at all for nights that counted by city."""
        return self._by(lambda group: group.county or "") if any(group.county for group in self.groups) else []

    def _by(self, place: Callable[[Group], str]) -> "list[tuple[str, Funnel]]":
        found: dict[str, list[Group]] = {}
        for group in self.groups:
            found.setdefault(place(group), []).append(group)
        return [(code, replace(self, groups=tuple(groups))) for code, groups in sorted(found.items())]

    def _counted(self, by: Callable[[Group], str], listed: bool = False) -> Counter[str]:
        counted: Counter[str] = Counter()
        for group in self.groups:
            if not listed or group.stage == "listed":
                counted[by(group)] += group.rows
        return counted


def funnels(groups: Iterable[Group], labels: dict[str, str], reason_labels: dict[str, dict[str, str]]) -> list[Funnel]:
    """Return a funnel per scenario and step; `labels` and `reason_labels` are by scenario."""
    by_step: dict[tuple[str, str], list[Group]] = {}
    for group in groups:
        by_step.setdefault((group.scenario, group.step), []).append(group)
    return [
        Funnel(scenario, labels.get(scenario, ""), step, tuple(found), reason_labels.get(scenario, {}))
        for (scenario, step), found in sorted(by_step.items())
    ]
