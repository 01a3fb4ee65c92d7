"""`Computed`: a table column computed from several file columns."""

from dataclasses import dataclass
from string import Formatter


@dataclass(frozen=True)
class Computed:
    """Fills the table column `to` by Spark SQL over the values of fields, each named in braces: `try_add({UP}, {DOWN})`.

    A field's value is what its form reads: a date, a whole number, a text. It is null if the cell is blank or does not fit. Use functions
    like `try_add` if a sum may overflow: an error would end the job, a null quarantines one row. A timestamp is read in the feed's zone.
    """

    to: str
    sql: str

    @property
    def fields(self) -> tuple[str, ...]:
        """Names of the fields it uses, each once."""
        return tuple(dict.fromkeys(place for _, place, _, _ in Formatter().parse(self.sql) if place))


def moment(to: str, day: str, time: str, time_form: str = "HHmmss") -> Computed:
    """Return a timestamp from a date field and a text field with the time of day."""
    text = f"concat(date_format({{{day}}}, 'yyyyMMdd'), ' ', {{{time}}})"
    # As in forms.TIMESTAMP: feeds have no time before 1970.
    return Computed(to, f"CASE WHEN {{{day}}} >= DATE'1970-01-01' THEN try_to_timestamp({text}, 'yyyyMMdd {time_form}') END")
