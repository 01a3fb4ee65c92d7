"""The site, written again each night with the night's figures."""

from jobs.runtime.job import effect_job
from jobs.runtime.job_run import JobRun


@effect_job(always=True)
def write_site(run: JobRun) -> None:
    """Write the site below the home. It always runs and starts no Spark. If it fails, a declaration or a file of features/wiki is wrong."""
    # The site reads the jobs, of which this is one.
    from jobs.site.folder import write_pages

    write_pages(run.settings, run.on)
    run.say("site written", page="site/index.html")
