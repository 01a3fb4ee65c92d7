"""Writes the tag dictionary as a table beside the tags."""

from expectations.tables.tag_dictionary import TAG_DICTIONARY
from features.dictionary import dictionary_rows
from features.wiki.wiki import Page
from jobs.runtime.job import effect_job
from jobs.runtime.job_run import JobRun
from jobs.wiki import pages


@effect_job(writes=(TAG_DICTIONARY,))
def write_dictionary(run: JobRun) -> None:
    """Write tonight's tags with what the wiki says. It reads no table, so if it fails, a declaration or a file under features/ is wrong."""
    opinions = pages()
    told = [(*(text or None for text in entry), *of_wiki(opinions[entry.tag]), run.on) for entry in dictionary_rows()]
    run.publish(TAG_DICTIONARY, run.spark.createDataFrame(told, TAG_DICTIONARY.ddl))


def of_wiki(page: Page) -> tuple[str | int | None, ...]:
    """Return what the wiki says of a tag: state, score, need stage, and the words, time and channel of its advice."""
    advice = page.advice
    told = (advice.need_stage, advice.words, advice.time, advice.channel) if advice else (None,) * 4
    return page.state, page.score.combined, *told
