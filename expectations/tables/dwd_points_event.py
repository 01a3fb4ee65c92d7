"""S13, once each event of a subscriber's account is of the subscriber."""

from dataclasses import replace

from expectations.checks import IS_TOKEN
from expectations.columns import SUBSCRIBER_ID
from expectations.contract import FEED, KNOWN_ON
from expectations.resolved import resolved
from expectations.tables.ods_points_event import ODS_POINTS_EVENT

_HOLDER = replace(SUBSCRIBER_ID, checks=(IS_TOKEN,), null_means="a clerk's account")

DWD_POINTS_EVENT = replace(
    resolved(ODS_POINTS_EVENT),
    comment=f"{ODS_POINTS_EVENT.comment} Each is of the subscriber who held the number that day; events of clerks have none.",
    # A fact adds known_on and feed itself.
    columns=tuple(
        _HOLDER if column == SUBSCRIBER_ID else column for column in resolved(ODS_POINTS_EVENT).columns if column not in (KNOWN_ON, FEED)
    ),
)
