"""Makes the HTML pages. They contain their own style and pictures; every value is escaped, and numbers are formatted for people."""

from datetime import date
from functools import lru_cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from expectations.contract import Column
from features.dictionary import dictionary_rows
from features.library import FAMILIES
from jobs.report.coverage import DAYS_COUNTED, ClassCover, State
from jobs.report.gather import Figures
from jobs.report.shifts import largest
from jobs.report.verdict import verdict
from scenarios.calendar import import_day

STAGE_LABELS = {
    "receive": "接收",
    "refine": "清洗",
    "tag": "标签",
    "score": "打分",
    "decide": "决策",
    "publish": "发布",
    "report": "报告",
}
# The metrics of models/yes_no.py in reading order, with their format.
METRICS = (
    ("auc", "AUC 区分度", "{:.3f}"),
    ("lift_10", "Lift in the top tenth 前10%提升度", "{:.2f}"),
    ("brier", "Brier score 布里尔分", "{:.4f}"),
    ("log_loss", "Log loss 对数损失", "{:.4f}"),
    ("champion_log_loss", "Log loss of the previous champion 原冠军对数损失", "{:.4f}"),
    ("base_rate", "Base rate 基准率", "{:.2%}"),
    ("positives", "Positives 正样本", "{:,.0f}"),
    ("rows", "Rows evaluated 评估样本", "{:,.0f}"),
    ("trained_rows", "Rows trained on 训练样本", "{:,.0f}"),
)
# The colour and the operator's word for each state of freshness.
FRESHNESS: dict[State, tuple[str, str]] = {
    "up to date": ("good", "正常"),
    "on change": ("good", "按变更"),
    "may be late": ("look", "待到"),
    "overdue": ("bad", "逾期"),
    "scope missing": ("bad", "缺地市"),
    "never loaded": ("look", "未接入"),
}
# With fewer positives a metric depends more on chance than on the model.
FEW_POSITIVES = 30
MISSING = "–"
MIB = 1 << 20


def night_html(figures: Figures) -> str:
    """Return the night's report."""
    told = verdict(figures)
    slowest = max((step.seconds for step in figures.steps), default=0.0)
    stages = {stage: [step for step in figures.steps if step.stage == stage] for stage in STAGE_LABELS}
    return (
        templates()
        .get_template("night.html")
        .render(
            figures=figures,
            verdict=told,
            import_date=import_day(figures.on),
            stages={stage: found for stage, found in stages.items() if found},
            stage_labels=STAGE_LABELS,
            slowest=slowest,
            metrics=METRICS,
            few_positives=FEW_POSITIVES,
            largest=largest(figures.families),
        )
    )


def dictionary_html(on: date) -> str:
    """Return the tag dictionary."""
    entries = dictionary_rows()
    by_family = [(family, [entry for entry in entries if entry.family == family.name]) for family in FAMILIES]
    return templates().get_template("dictionary.html").render(on=on, count=len(entries), families=by_family)


def coverage_html(on: date, classes: list[ClassCover]) -> str:
    """Return the coverage of the night by data class."""
    return templates().get_template("coverage.html").render(on=on, classes=classes, days=DAYS_COUNTED, colours=FRESHNESS)


def count(value: int | None) -> str:
    """Return a whole number with commas."""
    return MISSING if value is None else f"{value:,}"


def share(value: float | None) -> str:
    """Return a share as per cent, with enough decimals to differ from none and from all."""
    if value is None:
        return MISSING
    return f"{value:.1%}" if value in (0, 1) or 0.0005 <= value < 0.9995 else "<0.1%" if value < 0.5 else ">99.9%"


def seconds(value: float) -> str:
    """Return a duration in seconds; from two minutes on, in minutes."""
    return f"{value:.1f} s" if value < 120 else f"{int(value // 60)} min {value % 60:.0f} s"


def figure(value: float | None, column: Column) -> str:
    """Return a tag's mean in a readable unit: megabytes, yuan, or per cent of subscribers for a yes/no tag."""
    if value is None:
        return MISSING
    if column.type == "boolean":
        return f"{share(value)} yes"
    if column.unit == "bytes":
        return f"{value / MIB / 1024:,.2f} GB" if abs(value) >= 1024 * MIB else f"{value / MIB:,.1f} MB"
    if column.unit == "fen":
        return f"{value / 100:,.2f} yuan"
    short = {"per mille": "‰", "seconds": "s"}.get(column.unit, column.unit)
    decimals = next((places for least, places in ((1000, 0), (10, 1), (1, 2)) if abs(value) >= least), 3)
    return f"{value:,.{decimals}f} {short}".strip()


@lru_cache(maxsize=1)
def templates() -> Environment:
    """Return the templates of the pages, with the filters that format figures."""
    environment = Environment(
        loader=PackageLoader("jobs", "report"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    filters: dict[str, Any] = {"count": count, "share": share, "seconds": seconds, "figure": figure}
    environment.filters |= filters
    return environment
