"""Data docs: one page per night with its audits, and an index of the latest nights. The pages load nothing from other machines."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from jobs.report.audits import Audit, State, read_audits, results_by_night
from jobs.report.page import templates
from jobs.runtime.whole_file import write_whole

# Nights in the index. Pages of older nights are not deleted, and the index links to them.
NIGHTS_IN_INDEX = 14
LAYER_LABELS = {
    "ods": "接入层",
    "dwd": "明细层",
    "dws": "汇总层",
    "tag": "标签",
    "score": "评分",
    "mkt": "营销",
    "fb": "反馈",
    "rpt": "报表",
    "ops": "运行记录",
    "vault": "保密库",
}
COLOURS: dict[State, str] = {"kept": "good", "warned": "look", "failed": "bad"}
MARKS: dict[State, str] = {"kept": "✓", "warned": "!", "failed": "✗"}


def write_data_docs(reports: Path) -> Path:
    """Write the index, and the page of every night that was audited since its page was made; return the index."""
    folder = reports / "data_docs"
    folder.mkdir(parents=True, exist_ok=True)
    nights = results_by_night(reports / "audit" / "results")
    latest = {night: read_audits(files) for night, files in list(nights.items())[:NIGHTS_IN_INDEX]}
    for night, files in nights.items():
        page = folder / f"{night}.html"
        if _is_stale(page, files):
            audits = latest[night] if night in latest else read_audits(files)
            write_whole(page, night_page(night, audits, (reports / f"{night}" / "night.html").exists()).encode())
    index = folder / "index.html"
    write_whole(index, index_page(latest, [night for night in nights if night not in latest]).encode())
    return index


def _is_stale(page: Path, results: Iterable[Path]) -> bool:
    """Whether a result is newer than the page."""
    return not page.exists() or max(file.stat().st_mtime for file in results) >= page.stat().st_mtime


def index_page(latest: dict[date, list[Audit]], earlier: list[date]) -> str:
    """Return the table of all tables and the latest nights, by layer, with links to earlier nights."""
    tables = {audit.table for audits in latest.values() for audit in audits}
    layers: dict[str, list[str]] = {}
    for table in sorted(tables, key=lambda name: (_place(name), name)):
        layers.setdefault(table.partition(".")[0], []).append(table)
    cells = {(audit.table, night): audit for night, audits in latest.items() for audit in audits}
    page = templates().get_template("audit_index.html")
    return page.render(
        nights=list(latest), layers=layers, layer_labels=LAYER_LABELS, cells=cells, earlier=earlier, colours=COLOURS, marks=MARKS
    )


def _place(table: str) -> int:
    """Return the sort position of the table's layer: the order of the warehouse, layers without a label last."""
    return (*LAYER_LABELS, table.partition(".")[0]).index(table.partition(".")[0])


def night_page(night: date, audits: list[Audit], has_report: bool) -> str:
    """Return the page of one night's audits, broken rules first; `has_report` says whether the night has a report to link to."""
    counts = {state: sum(audit.state == state for audit in audits) for state in MARKS}
    page = templates().get_template("audit_night.html")
    return page.render(night=night, audits=audits, counts=counts, has_report=has_report, colours=COLOURS, marks=MARKS)
