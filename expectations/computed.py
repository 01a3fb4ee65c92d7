"""`Computed`: a table column computed from several file columns."""

import re
from dataclasses import dataclass
from string import Formatter

_QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'")
# What raises an error in Spark when a sum overflows, a divisor is 0 or a text does not fit.
_RAISING = re.compile(r"(?i)[+*/%-]|\bdiv\b|\bmod\b|\bcast *\(")

_NULL = "NULL"


class _Named(dict[str, str]):
    """Each field by a name without signs."""

    def __missing__(self, name: str) -> str:
        return "field"


@dataclass(frozen=True)
class Computed:
    """Fills the table column `to` by Spark SQL over the values of fields, each named in braces: `try_add({UP}, {DOWN})`.

    A field's value is what its form reads: a date, a whole number, a text. It is null if the cell is blank or does not fit. Use functions
    like `try_add` if a sum may overflow: an error would end the job, a null quarantines one row. A timestamp is read in the feed's zone.
    """

    to: str
    sql: str

    def malformed(self) -> str | None:
        """What is wrong with the braces."""
        try:
            places = [(form, turned) for _, place, form, turned in Formatter().parse(self.sql) if place is not None]
        except ValueError as error:
            return f"{error}; a brace that names no field is written twice"
        return "a field has a form or is turned; write {UP} alone" if any(form or turned for form, turned in places) else None

    def raising(self) -> list[str]:
        """Signs and functions in it that end the job where one value does not suit them."""
        plain = _QUOTED.sub("''", self.sql.format_map(_Named()))
        return sorted({match[0].strip(" (").upper() for match in _RAISING.finditer(plain)})

    @property
    def is_lacking(self) -> bool:
        """Whether it was made by `lacking`."""
        return self.sql == _NULL

    @property
    def fields(self) -> tuple[str, ...]:
        """Names of the fields it uses, each once."""
        return tuple(dict.fromkeys(place for _, place, _, _ in Formatter().parse(self.sql) if place))


def lacking(to: str) -> Computed:
    """Return the column as null in every row: a column that may be null, and that this layout of the table does not have."""
    return Computed(to, _NULL)


def total(to: str, first: str, *others: str) -> Computed:
    """Return the sum of fields with whole numbers; null if one of them is null or the sum is too large."""
    sql = f"{{{first}}}"
    for other in others:
        sql = f"try_add({sql}, {{{other}}})"
    return Computed(to, sql)


def moment(to: str, day: str, time: str, time_form: str = "HHmmss") -> Computed:
    """Return a timestamp from a date field and a text field with the time of day."""
    text = f"concat(date_format({{{day}}}, 'yyyyMMdd'), ' ', {{{time}}})"
    # As in forms.TIMESTAMP: feeds have no time before 1970.
    return Computed(to, f"CASE WHEN {{{day}}} >= DATE'1970-01-01' THEN try_to_timestamp({text}, 'yyyyMMdd {time_form}') END")
