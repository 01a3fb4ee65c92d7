"""The night's report: one page an operator reads in the morning, on whatever became of the night."""

from jobs.report.data_docs import write_data_docs
from jobs.report.gather import gather
from jobs.report.page import dictionary_html, night_html
from jobs.report.verdict import unfinished
from jobs.runtime.job import effect_job
from jobs.runtime.job_run import JobRun
from jobs.runtime.sequence import NightError
from jobs.runtime.whole_file import write_whole


@effect_job(always=True)
def write_report(run: JobRun) -> None:
    """Write the night's page, the dictionary and the data docs. It runs whatever became of the night, and fails when another job did."""
    figures = gather(run)
    folder = run.settings.reports / f"{run.on}"
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / "dictionary.html", dictionary_html(run.on).encode())
    write_whole(folder / "night.html", night_html(figures).encode())
    run.say("report written", listed=figures.listed, page=f"reports/{run.on}/night.html")
    write_data_docs(run.settings.reports)
    if faults := unfinished(figures):
        # The run's state follows its last task, in Airflow as at the desk.
        cure = f"reports/{run.on}/night.html gives the reasons; mend what failed, then run the same night again."
        raise NightError(f"Night of {run.on} did not run to its end: {', '.join(faults)}.\n  To mend it: {cure}")
