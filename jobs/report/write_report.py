"""The night's report: one page an operator reads in the morning, on whatever became of the night."""

import os
from pathlib import Path

from jobs.report.gather import gather
from jobs.report.page import dictionary_html, night_html
from jobs.report.verdict import unfinished
from jobs.runtime.audit import build_data_docs
from jobs.runtime.job import effect_job
from jobs.runtime.night import Night
from jobs.runtime.sequence import NightError


@effect_job(always=True)
def write_report(night: Night) -> None:
    """Write the night's page, the dictionary and the data docs. It runs whatever became of the night, and fails when another job did."""
    figures = gather(night)
    folder = night.settings.reports / f"{night.on}"
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "dictionary.html", dictionary_html(night.on))
    _write(folder / "night.html", night_html(figures))
    night.say("report written", listed=figures.listed, page=f"reports/{night.on}/night.html")
    build_data_docs(night.settings.reports)
    if faults := unfinished(figures):
        # The run's state follows its last task, in Airflow as at the desk.
        cure = f"reports/{night.on}/night.html gives the reasons; mend what failed, then run the same night again."
        raise NightError(f"Night of {night.on} did not run to its end: {', '.join(faults)}.\n  To mend it: {cure}")


def _write(path: Path, text: str) -> None:
    """Whole or not at all: somebody may have the page open."""
    written = path.with_name(f".{path.name}.part")
    written.write_text(text, "utf-8")
    os.replace(written, path)
