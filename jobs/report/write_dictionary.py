"""The tag dictionary as a table, beside the tags it speaks of."""

from expectations.tables.tag_dictionary import DICTIONARY
from features.dictionary import dictionary_rows
from jobs.runtime.job import effect_job
from jobs.runtime.night import Night


@effect_job(writes=(DICTIONARY,))
def write_dictionary(night: Night) -> None:
    """Write the dictionary of tonight's tags. It reads no table: when it fails, a tag's declaration under features/ is wrong."""
    told = [(*(text or None for text in entry), night.on) for entry in dictionary_rows()]
    night.publish(DICTIONARY, night.spark.createDataFrame(told, DICTIONARY.ddl))
