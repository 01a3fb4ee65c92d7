"""The night's report: one page that an operator reads in the morning, also after failures."""

from jobs.report.coverage import coverage
from jobs.report.data_docs import write_data_docs
from jobs.report.gather import gather
from jobs.report.page import coverage_html, dictionary_html, night_html
from jobs.report.verdict import unfinished
from jobs.runtime.job import effect_job
from jobs.runtime.job_run import JobRun
from jobs.runtime.sequence import NightError
from jobs.runtime.whole_file import write_whole


@effect_job(always=True)
def write_report(run: JobRun) -> None:
    """Write the night's page, the dictionary, the coverage and the data docs. It always runs, and fails when another job failed."""
    figures = gather(run)
    folder = run.settings.reports / f"{run.on}"
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / "dictionary.html", dictionary_html(run.on).encode())
    write_whole(folder / "coverage.html", coverage_html(run.on, coverage(run.lake, run.on)).encode())
    write_whole(folder / "night.html", night_html(figures).encode())
    run.say("report written", listed=figures.listed, page=f"reports/{run.on}/night.html")
    write_data_docs(run.settings.reports)
    if faults := unfinished(figures):
        # The last task decides the state of an Airflow run; the command line does the same.
        cure = f"reports/{run.on}/night.html has the reasons. Correct what failed, then run the night again."
        raise NightError(f"Night of {run.on} did not run to its end: {', '.join(faults)}.\n  To mend it: {cure}")
