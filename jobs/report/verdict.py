"""The traffic light of the night: what an operator must know at a glance, the worst first."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from jobs.report.gather import Figures
from jobs.report.steps import UNFINISHED

Level = Literal["bad", "look", "good"]
HEADLINES: dict[Level, str] = {
    "bad": "The night did not run to its end 未完成",
    "look": "Everything ran; something to look at 已完成,有事项需查看",
    "good": "Everything ran 全部正常",
}


@dataclass(frozen=True)
class Finding:
    """Something to know: one line, and a text that says what to do."""

    level: Level
    line: str
    text: str = ""


@dataclass(frozen=True)
class Verdict:
    """The light and the reasons for its colour."""

    level: Level
    findings: list[Finding]

    @property
    def headline(self) -> str:
        """The light in words."""
        return HEADLINES[self.level]


def verdict(figures: Figures) -> Verdict:
    """Return red if a job failed or did not run, or figures do not add up; amber if something was refused, quarantined or warned about."""
    findings = [*_of_jobs(figures), *_of_arrivals(figures), *_of_lists(figures)]
    level: Level = "bad" if any(f.level == "bad" for f in findings) else "look" if findings else "good"
    return Verdict(level, sorted(findings, key=lambda finding: ("bad", "look", "good").index(finding.level)))


def unfinished(figures: Figures) -> list[str]:
    """Return the jobs that failed or did not run, each with its state."""
    return [f"{step.job} {step.state}" for step in figures.steps if step.state in UNFINISHED]


def _of_jobs(figures: Figures) -> Iterator[Finding]:
    for state, words in (("failed", "failed 失败"), ("did not run", "did not run 未运行")):
        yield from (Finding("bad", f"{step.job} {words}", step.told) for step in figures.steps if step.state == state)
    kept_back = [step for step in figures.steps if step.state == "kept back"]
    if kept_back:
        text = "\n".join(f"{step.job} {step.told}" for step in kept_back)
        yield Finding("bad", f"{len(kept_back)} job(s) kept back 被阻塞; their tables are those of the last good run, or missing", text)
    slipped = [step for step in figures.steps if step.state == "slipped"]
    if slipped:
        text = "\n".join(f"{step.job}: {step.told}" for step in slipped)
        yield Finding("look", f"{len(slipped)} job(s) slipped to a later night 顺延; a delivery has passed its deadline", text)
    for step in figures.steps:
        if step.state == "out of date":
            yield Finding("look", f"{step.job} is out of date 已过期", f"{step.told}: run the night again.")
        if step.warnings:
            yield Finding("look", f"{step.job} published with warnings 告警", "\n".join(step.warnings))


def _of_arrivals(figures: Figures) -> Iterator[Finding]:
    for night in figures.feeds:
        if not night.adds_up:
            words = f"{night.feed.name}: rows do not add up 行数不平"
            yield Finding("bad", words, "Rows delivered should be loaded + quarantined + repeated. Do not use the feed; see ops.load.")
        for arrival in night.refused:
            state = {"refused": "was refused 拒收", "held": "is held 待放行"}[arrival.state]
            yield Finding("look", f"{night.feed.name} of {arrival.event_date} {state}", arrival.reason or "")
        rows = sum(night.kept.values())
        if rows:
            text = "\n".join(f"{count:,} row(s): {reason}" for reason, count in night.reasons)
            yield Finding("look", f"{night.feed.name}: {rows:,} row(s) in quarantine 隔离", text)


def _of_lists(figures: Figures) -> Iterator[Finding]:
    for funnel in figures.funnels:
        if not funnel.adds_up:
            words = f"{funnel.scenario}: the funnel does not add up 漏斗不平"
            yield Finding("bad", words, "Audience should be excluded + held out + not allocated + listed. Do not send its lists.")
    late = [f"{of.channel}/{of.scenario}/{of.step}: {-of.slack} minutes" for of in figures.lists if of.slack is not None and of.slack < 0]
    if late:
        yield Finding("look", f"{len(late)} list(s) were later than their channels need them 清单迟到", "\n".join(late))
    if figures.alarms:
        yield Finding("look", f"{len(figures.alarms)} alarm(s) for lateness were raised 迟到告警", "\n".join(figures.alarms))
    held = [of for of in figures.lists if of.state == "held"]
    if held:
        text = [f"{of.channel}/{of.scenario}/{of.step}: {of.decided or 0:,} contacts" for of in held]
        cure = f"Look at their sample messages; then chudian approve-lists {figures.on}, or answer in Airflow."
        yield Finding("look", f"{len(held)} list(s) wait for an approval 待审批", "\n".join([*text, cure]))
    if figures.listed != figures.in_files + sum(of.decided or 0 for of in held):
        words = f"{figures.listed:,} contact(s) were listed, {figures.in_files:,} are in complete list files 清单文件不完整"
        missing = [f"{of.channel}/{of.scenario}/{of.step}: {of.state}" for of in figures.lists if of.state not in ("complete", "held")]
        yield Finding("bad", words, "\n".join([*missing, "Do not send lists without .ok; run publish_lists again."]))
