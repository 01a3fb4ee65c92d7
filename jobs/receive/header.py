"""The header of a part file: which column is where, and how it differs from the feed's declaration."""

from dataclasses import dataclass

from expectations.checks import NOT_NULL, is_code
from expectations.feed import Feed, Field
from jobs.receive.contents import ENDS

BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True)
class Header:
    """The text of a header line and the names of its columns, in file order.

    `faults` refuse the file. `drift` is what is reported, while the file is read by the names that it has.
    """

    text: str
    columns: tuple[str, ...]
    faults: tuple[str, ...] = ()
    drift: tuple[str, ...] = ()

    @classmethod
    def of(cls, feed: Feed, head: bytes) -> "Header":
        """Return the header of a file that begins with these bytes."""
        text = head.split(b"\n", 1)[0].decode(feed.encoding, errors="replace").lstrip(BYTE_ORDER_MARK).rstrip(ENDS.decode())
        columns = tuple(cell.strip(f" {feed.quote or ''}") for cell in text.split(feed.delimiter))
        declared = [field.name for field in feed.fields]
        missing = [field for field in feed.fields if field.name not in columns]
        required = [field.name for field in missing if _is_required(feed, field)]
        unknown = [name for name in columns if name not in declared]
        if required:
            # Unknown names are not shown: if the header is missing, they are a customer's row.
            fault = (
                f"the header lacks {', '.join(required)}, without which no row can be loaded; {len(unknown)} of its {len(columns)} names"
            )
            cure = f"are not declared. Expected {feed.delimiter.join(declared)}; if a column has a new name, change it in the feed"
            return cls(text, columns, faults=(f"{fault} {cure}",))
        twice = sorted({name for name in columns if columns.count(name) > 1 and name in declared})
        if twice:
            return cls(text, columns, faults=(f"the header has {', '.join(twice)} twice",))
        shown = [name if is_code(name) else "(a name with other characters)" for name in unknown]
        drift = [f"new column {name} is ignored; declare it as a field to use it" for name in shown]
        drift += [f"column {field.name} is missing" + ("; its values are null" if field.fills else "") for field in missing]
        present = [name for name in columns if name in declared]
        if present != [name for name in declared if name in present]:
            drift.append("the columns are in another order, and are read by their names")
        return cls(text, columns, drift=tuple(drift))


def _is_required(feed: Feed, field: Field) -> bool:
    """Whether no row can be loaded without the column."""
    if field.is_event_date or any(field.name in computed.fields for computed in feed.computed):
        return True
    columns = [feed.table.column(to) for to, _ in field.fills]
    return any(field.sentinels or NOT_NULL in column.checks or column.must_be_delivered for column in columns)
