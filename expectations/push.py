"""`Push`: a system that gets the recognition labels 识别标签 of all customers every night, and the form of its files."""

import re
from dataclasses import dataclass
from datetime import time
from typing import Literal

from expectations.channel import ChannelError, ListForm
from expectations.errors import teach
from expectations.typed import type_faults

# What a row of a file is about.
Grain = Literal["label", "customer"]
_OF_CUSTOMER = {
    "number": "telephone number; only for a system that may have numbers",
    "subscriber_id": "token of the subscriber",
    "city": "code of the home city",
    "tier": "customer's tier: diamond, gold, silver, honoured, ordinary",
    "tier_name": "its Chinese name",
    "services": "what the tier is entitled to, with ; between",
}
# Every column that a file may have, by grain.
PUSH_COLUMNS: dict[Grain, dict[str, str]] = {
    "label": {
        **_OF_CUSTOMER,
        "label_number": "number of the label, 1 to 9; empty for a customer of a higher tier without a label",
        "label_name": "its Chinese name",
        "grade": "tier by which the label is graded; empty if it is not",
        "since_date": "first night of the unbroken run of nights with the label",
        "evidence": "tags that the label rests on, with their values",
        "advice": "what the front line should do",
    },
    "customer": {
        **_OF_CUSTOMER,
        "labels": "numbers of the labels, in order, with ; between; 1=gold is label 1 with grade gold",
        "since_dates": "since when the customer has each of them, in the same order",
        "evidence": "tags that each label rests on, with their values, in the same order, with ; between",
        "advice": "what the front line should do about each label, in the same order, with ; between",
    },
}


@dataclass(frozen=True, kw_only=True)
class Push:
    """A system that gets all labels every night, by the hour `publish_by` of D+1.

    A file has all live customers with a label or a tier above ordinary: one row per label, or one per customer. It replaces the file of the
    night before. `may_have_numbers` is the permission to write telephone numbers into it.
    """

    name: str
    label: str
    publish_by: time
    grain: Grain
    form: ListForm
    may_have_numbers: bool = True

    def __post_init__(self) -> None:
        """Raise ChannelError with all faults at once."""
        where, cure = f"Push {self.name}", "correct its file in expectations/pushes/."
        if wrong := type_faults(self):
            raise ChannelError(teach(where, wrong, cure))
        faults = self.form.faults(PUSH_COLUMNS[self.grain], "PUSH_COLUMNS of expectations/push.py")
        if self.may_have_numbers and "number" not in self.form.columns:
            faults.append("column number is missing: nobody could be recognised")
        if not self.may_have_numbers and ("number" in self.form.columns or "subscriber_id" not in self.form.columns):
            faults.append("it may not have numbers; expected column subscriber_id and no column number")
        if self.grain == "label" and "label_number" not in self.form.columns:
            faults.append("column label_number is missing: rows of one customer could not be told apart")
        if not re.fullmatch("[a-z][a-z0-9_]{0,63}", self.name):
            faults.append(f"name {self.name!r}: expected small letters, digits and _, because it names a folder of the outbox")
        faults += [] if self.label.strip() else ["the label is empty"]
        if "{scenario}" in self.form.file_name or "{step}" in self.form.file_name:
            faults.append(f"file name {self.form.file_name!r}: labels have no scenario and no step")
        if faults:
            raise ChannelError(teach(where, faults, cure))
