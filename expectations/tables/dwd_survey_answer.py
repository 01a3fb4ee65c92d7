"""S14, once each answer is of a subscriber."""

from dataclasses import replace

from expectations.contract import FEED, KNOWN_ON
from expectations.resolved import resolved
from expectations.tables.ods_survey_answer import ODS_SURVEY_ANSWER

DWD_SURVEY_ANSWER = replace(
    resolved(ODS_SURVEY_ANSWER),
    comment=f"{ODS_SURVEY_ANSWER.comment} Each is of whoever held the number on the day of the answer.",
    # Somebody who changed their number may have answered from both.
    key=(),
    # A fact adds these itself.
    columns=tuple(column for column in resolved(ODS_SURVEY_ANSWER).columns if column not in (KNOWN_ON, FEED)),
)
