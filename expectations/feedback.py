"""`FeedbackForm` and `Count`: the form of a channel's feedback (S12), and the channel's own funnel counts."""

from collections import Counter
from dataclasses import dataclass
from typing import Literal

from expectations.errors import ContractError, teach
from expectations.typed import type_faults

# What can happen to a row of a list, in the order of the funnel. A channel's own counts are further stages.
STAGES = {
    "accepted": "the channel took the row from its list 号码量",
    "rejected": "the channel could not use the row, with a reason 退回",
    "delivered": "the contact was made: message received, window shown, mail in the box, call answered 送达",
    "reached": "the customer took notice 接触",
    "outcome": "what the customer decided 接触情况",
    "satisfaction": "the customer's reply to the question whether they are satisfied 满意度",
}
OUTCOMES = {
    "agreed_paid": "同意付费办理",
    "agreed_trial": "同意免费试用",
    "considering": "考虑中",
    "do_not_disturb": "免打扰",
    "refused": "拒绝",
    "unreached": "未接触到",
    "other": "其他",
}
REASONS = ("not_in_service", "opted_out", "no_capacity", "unusable")
REPLIES = ("satisfied", "dissatisfied")
# The columns that feedback files have, under the channel's own names. One of number and contact id is enough.
COLUMNS = ("happened_at", "scenario", "step", "list_date", "number", "contact_id", "stage", "reason", "outcome", "satisfaction")
_EITHER = ("number", "contact_id")
# The counts that all channels share; a channel says which of its own stages is which.
Common = Literal["customers", "pushed", "reached", "taken_up"]

Texts = tuple[tuple[str, str], ...]


def given(**texts: str) -> Texts:
    """Return names with the channel's own text for each: `given(accepted="01", rejected="02")`."""
    return tuple(texts.items())


USUAL_COLUMNS = given(
    happened_at="EVENT_TIME",
    scenario="SCENARIO",
    step="STEP",
    list_date="LIST_DATE",
    number="MSISDN",
    contact_id="CONTACT_ID",
    stage="EVENT",
    reason="REASON",
    outcome="OUTCOME",
    satisfaction="SATISFACTION",
)
USUAL_OUTCOMES = given(**{name: f"{place}" for place, name in enumerate(OUTCOMES, start=1)})
USUAL_REASONS = given(**{name: f"E{place}" for place, name in enumerate(REASONS, start=1)})
USUAL_REPLIES = given(satisfied="Y", dissatisfied="N")


@dataclass(frozen=True, kw_only=True)
class Count:
    """One of a channel's own funnel counts: the stage whose contacts it counts, and which common count it is, if any."""

    stage: str
    label: str
    common: Common | None = None


def counts_of_pages(shown: Count) -> tuple[Count, ...]:
    """Return the counts of a channel on whose pages customers click (domain section 7); `shown` counts those who saw the offer."""
    return (
        Count(stage="accepted", label="号码量", common="customers"),
        shown,
        Count(stage="buy_clicked", label="立即办理点击"),
        Count(stage="ordered", label="办理成功", common="taken_up"),
        Count(stage="query_clicked", label="查询点击", common="reached"),
        Count(stage="ordered_after_query", label="查询后返回办理"),
    )


# A window pops up, or the offer is a part of the page.
POP_UP_COUNTS = counts_of_pages(Count(stage="popped_up", label="弹出量", common="pushed"))
PAGE_COUNTS = counts_of_pages(Count(stage="shown", label="展示量", common="pushed"))


@dataclass(frozen=True, kw_only=True)
class FeedbackForm:
    """How a channel's feedback files are written: one row for each thing that happened to a row of a list.

    `columns` has the names of COLUMNS in file order. It may omit `number` or `contact_id`: without numbers each row names its contact.
    `stages` the channel's code for each stage that it reports, its own counts included. By `within_days` after the import of a list the
    channel has reported something of it; otherwise an alarm is raised.
    """

    stages: Texts
    columns: Texts = USUAL_COLUMNS
    outcomes: Texts = USUAL_OUTCOMES
    reasons: Texts = USUAL_REASONS
    replies: Texts = USUAL_REPLIES
    delimiter: str = "|"
    encoding: Literal["utf-8", "gb18030"] = "utf-8"
    header: bool = False
    gzip: bool = True
    within_days: int = 1

    def __post_init__(self) -> None:
        """ContractError with every fault of the declaration."""
        if not (faults := type_faults(self)):
            names = [name for name, _ in self.columns]
            faults = [f"column {name} is missing" for name in COLUMNS if name not in (*names, *_EITHER)]
            faults += [] if self.within_days >= 0 else [f"within_days is {self.within_days}; expected 0 or more"]
            faults += [] if {*names} & {*_EITHER} else ["columns number and contact_id are missing; one of them must be there"]
            faults += [f"column {name} is unknown, expected {', '.join(COLUMNS)}" for name in names if name not in COLUMNS]
            for what, texts, known in (
                ("outcome", self.outcomes, OUTCOMES),
                ("reason", self.reasons, REASONS),
                ("reply", self.replies, REPLIES),
            ):
                faults += [f"{what} {name} is unknown, expected {', '.join(known)}" for name, _ in texts if name not in known]
            for what, texts in (("columns", self.columns), ("stages", self.stages)):
                faults += [f"{what}: {text!r} is there twice" for text, times in Counter(text for _, text in texts).items() if times > 1]
        if faults:
            raise ContractError(teach("FeedbackForm", faults, "correct the channel's file in expectations/channels/."))

    @property
    def has_numbers(self) -> bool:
        """Whether its rows name subscribers by number."""
        return "number" in dict(self.columns)

    def faults(self, counts: tuple[Count, ...]) -> list[str]:
        """Return what is wrong with the stages, given the channel's own counts."""
        reported, counted = {name for name, _ in self.stages}, [count.stage for count in counts]
        faults = [f"count {stage} is of a stage that the feedback does not report" for stage in counted if stage not in reported]
        faults += [
            f"stage {stage} is neither a count of the channel nor one of {', '.join(STAGES)}"
            for stage in sorted(reported - {*STAGES, *counted})
        ]
        faults += [f"the label of count {count.stage} is empty" for count in counts if not count.label.strip()]
        common = [count.common for count in counts if count.common]
        return faults + [f"two counts are {name}" for name, times in Counter(common).items() if times > 1]
