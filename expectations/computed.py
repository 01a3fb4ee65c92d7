"""`Computed`: a table column that is worked out from several file columns."""

from dataclasses import dataclass
from string import Formatter


@dataclass(frozen=True)
class Computed:
    """Fills the table column `to` by Spark SQL over the values of fields, each named in braces: `try_add({UP}, {DOWN})`.

    A field's value is what its form reads: a date, a whole number, a text; null where the cell is blank or does not fit. Write `try_add`
    and its like where a sum may overflow: an error ends the job, a null keeps one row back. A timestamp is read in the feed's zone.
    """

    to: str
    sql: str

    @property
    def fields(self) -> tuple[str, ...]:
        """Names of the fields it is made of, each once."""
        return tuple(dict.fromkeys(place for _, place, _, _ in Formatter().parse(self.sql) if place))


def moment(to: str, day: str, time: str, time_form: str = "HHmmss") -> Computed:
    """A timestamp of a date field and a text field with the time of day."""
    text = f"concat(date_format({{{day}}}, 'yyyyMMdd'), ' ', {{{time}}})"
    # As for forms.TIMESTAMP: feeds have no time before 1970.
    return Computed(to, f"CASE WHEN {{{day}}} >= DATE'1970-01-01' THEN try_to_timestamp({text}, 'yyyyMMdd {time_form}') END")
