"""S14 as delivered: answers of market research, and hints from the front line."""

from expectations.checks import NOT_NULL, one_of
from expectations.columns import CODE_TEXT, EXTRACT_DAY, LOAD_ID, NUMBER_TOKEN
from expectations.contract import Column, Table

ODS_SURVEY_ANSWER = Table(
    name="ods.survey_answer",
    owner="research",
    comment="One row per research topic, question and number (S14). Answers are codes; customers' own words are not stored.",
    key=("topic", "question", "number_token", "load_id"),
    event_date="day",
    columns=(
        EXTRACT_DAY,
        Column("topic", "string", "Id of the research topic.", (NOT_NULL, CODE_TEXT), label="研究课题"),
        Column("question", "string", "Code of the question.", (NOT_NULL, CODE_TEXT), label="题目"),
        NUMBER_TOKEN,
        Column("answer", "string", "Code of the answer.", (NOT_NULL, CODE_TEXT), label="答案"),
        Column("answered_on", "date", "Day of the answer.", (NOT_NULL,)),
        Column("asked_by", "string", "Who brought the answer.", (NOT_NULL, one_of("analyst", "front_line")), label="来源"),
        LOAD_ID,
    ),
)
