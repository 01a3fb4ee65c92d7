"""Writes the tag dictionary as a table beside the tags."""

from expectations.tables.tag_dictionary import TAG_DICTIONARY
from features.dictionary import dictionary_rows
from jobs.runtime.job import effect_job
from jobs.runtime.job_run import JobRun


@effect_job(writes=(TAG_DICTIONARY,))
def write_dictionary(run: JobRun) -> None:
    """Write the dictionary of tonight's tags. It reads no table, so if it fails, a tag's declaration under features/ is wrong."""
    told = [(*(text or None for text in entry), run.on) for entry in dictionary_rows()]
    run.publish(TAG_DICTIONARY, run.spark.createDataFrame(told, TAG_DICTIONARY.ddl))
