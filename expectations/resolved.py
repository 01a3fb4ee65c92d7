"""`resolved`: the table of events of a feed that has only telephone numbers, once each event is of a subscriber."""

from dataclasses import replace

from expectations.columns import NUMBER_TOKEN, SUBSCRIBER_ID
from expectations.contract import FEED, KNOWN_ON, Table


def resolved(events: Table, by: str = NUMBER_TOKEN.name) -> Table:
    """Return dwd.<thing> for ods.<thing>: the same columns with `subscriber_id` in place of the column `by`.

    A file of expectations/tables/ that declares it gets a job (jobs/refine/resolve_events.py): each event goes to the subscriber who held
    the number on the event's own day. Events of a number that nobody held that day are not in this table; ops.unheld counts them.
    """
    columns = [column for column in events.columns if column not in (KNOWN_ON, FEED)]
    return replace(
        events,
        name=f"dwd.{events.name.partition('.')[2]}",
        comment=f"{events.comment} Each is of the subscriber who held the number that day; ops.unheld counts those of nobody.",
        key=tuple(SUBSCRIBER_ID.name if name == by else name for name in events.key),
        columns=tuple(SUBSCRIBER_ID if column.name == by else column for column in columns),
        follows=events,
    )


def is_resolved(table: Table) -> bool:
    """Whether the table was declared by `resolved`."""
    return table.follows is not None and table == resolved(table.follows)
