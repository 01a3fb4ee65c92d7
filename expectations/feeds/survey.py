"""S14 市场调研 and 一线反馈: answers to studies and hints from the front line, delivered when there are some."""

from expectations.feed import Feed, Field
from expectations.forms import DATE, TEXT, code, token
from expectations.tables import ods_survey_answer

SURVEY_FEED = Feed(
    name="survey",
    source="S14",
    label="市场调研",
    owner="research",
    table=ods_survey_answer.ODS_SURVEY_ANSWER,
    cadence="on change",
    content="delta",
    data_class="stated demand",
    encoding="gb18030",
    delimiter=",",
    quote='"',
    header=True,
    gzip=False,
    # A customer who answers again has changed their mind.
    newest_by=("answered_on",),
    fields=(
        Field("TOPIC_ID", "topic"),
        Field("QUESTION", "question"),
        Field("MSISDN", "number_token", token("number"), personal=True),
        Field("ANSWER", "answer"),
        # Own words may name anybody.
        Field("WORDS", None, TEXT, personal=True),
        Field("ANSWER_DATE", "answered_on", DATE),
        Field("SOURCE", "asked_by", code(analyst="1", front_line="2")),
    ),
)
