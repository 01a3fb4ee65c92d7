"""The meaning of every tag on a night, for readers of the lake."""

from expectations.checks import NOT_NULL, between, one_of
from expectations.contract import Column, Table

# The codes of features/wiki, which this layer may not import.
TAG_STATES = ("draft", "rated", "trial", "proven", "retired")
NEED_STAGES = ("explicit", "emerging", "predicted")
_NO_ADVICE = "the wiki has no advice for it"

TAG_DICTIONARY = Table(
    name="tag.dictionary",
    owner="customer-value",
    comment="One row per tag that the night computes.",
    key=("tag",),
    at_least_rows=1,
    columns=(
        Column("tag", "string", "The tag's name, a column of its family's table.", (NOT_NULL,), label="标签"),
        Column("label", "string", "Chinese label.", (NOT_NULL,), label="中文名"),
        Column("family", "string", "Family; the tag is a column of tag.<family>.", (NOT_NULL,), label="标签族"),
        Column("type", "string", "Spark type.", (NOT_NULL,), label="类型"),
        Column("unit", "string", "Unit of the value.", label="单位", null_means="the tag is a code, a flag or a date"),
        Column("meaning", "string", "Meaning, with its window and unit.", (NOT_NULL,), label="含义"),
        Column("null_means", "string", "What null says.", label="空值含义", null_means="the tag is never null"),
        Column("checks", "string", "Checks before it is published.", label="检查", null_means="nothing"),
        Column("source", "string", "Tables it is made from.", (NOT_NULL,), label="来源"),
        Column("owner", "string", "Team that is responsible for it.", (NOT_NULL,), label="负责"),
        Column("state", "string", "How far the wiki says it has come.", (NOT_NULL, one_of(*TAG_STATES)), label="状态"),
        Column(
            "score",
            "int",
            "Combined score of the wiki, 0 to 1000.",
            (between(0, 1000),),
            label="综合得分",
            null_means="not judged",
        ),
        Column("need_stage", "string", "Stage of the need.", (one_of(*NEED_STAGES),), label="需求阶段", null_means=_NO_ADVICE),
        Column("advice", "string", "Words for a customer who has it.", label="营销建议", null_means=_NO_ADVICE),
        Column("advice_time", "string", "The best time for them.", label="建议时机", null_means=_NO_ADVICE),
        Column("advice_channel", "string", "The channel for them.", label="建议渠道", null_means=_NO_ADVICE),
    ),
)
