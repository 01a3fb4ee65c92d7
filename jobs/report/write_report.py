"""The night's report: one page an operator reads in the morning, on whatever became of the night."""

from jobs.report.data_docs import write_data_docs
from jobs.report.gather import gather
from jobs.report.page import dictionary_html, night_html, write_whole
from jobs.report.verdict import unfinished
from jobs.runtime.job import effect_job
from jobs.runtime.night import Night
from jobs.runtime.sequence import NightError


@effect_job(always=True)
def write_report(night: Night) -> None:
    """Write the night's page, the dictionary and the data docs. It runs whatever became of the night, and fails when another job did."""
    figures = gather(night)
    folder = night.settings.reports / f"{night.on}"
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / "dictionary.html", dictionary_html(night.on))
    write_whole(folder / "night.html", night_html(figures))
    night.say("report written", listed=figures.listed, page=f"reports/{night.on}/night.html")
    write_data_docs(night.settings.reports)
    if faults := unfinished(figures):
        # The run's state follows its last task, in Airflow as at the desk.
        cure = f"reports/{night.on}/night.html gives the reasons; mend what failed, then run the same night again."
        raise NightError(f"Night of {night.on} did not run to its end: {', '.join(faults)}.\n  To mend it: {cure}")
