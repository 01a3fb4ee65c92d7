"""`Channel`: a way to reach subscribers, and the form of its list files. Each is declared once, in a file of expectations/channels/."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from string import Formatter
from typing import Any, Literal

from expectations.errors import ChudianError, teach
from expectations.feedback import Count, FeedbackForm
from expectations.typed import type_faults

Mode = Literal["active", "passive"]
Medium = Literal["text", "picture_and_text", "script"]
Compression = Literal["gz"]

MODES: dict[Mode, str] = {
    "active": "we start 主动",
    "passive": "the channel looks the subscriber up when they come 被动; a tail 追尾 is one, behind the answer to a query",
}
MEDIA: dict[Medium, str] = {"text": "text 文字", "picture_and_text": "picture and text 图文", "script": "words that someone says 话术"}
# The moments in a channel at which a row of its list can be used (S15).
MOMENTS = {
    "login": "login 登录",
    "fee_query": "query of fees 话费查询",
    "bill_query": "query of the bill 账单查询",
    "data_query": "query of data left 流量查询",
    "offer_query": "query of offers 优惠活动查询",
    "payment": "payment 缴费",
    "service_change": "change of a service 业务变更",
    "first_browse": "first use of the browser in the month 当月首次浏览",
}
QUERIES = ("fee_query", "bill_query", "data_query", "offer_query")
# Every column that a list may have. Amounts that differ by scenario are taken from the decision's figures of the same name.
LIST_COLUMNS = {
    "rank": "place within the scenario's step, over all channels and control groups; a file has gaps",
    "number": "telephone number; only for a channel that may have numbers",
    "contact_id": "id of the contact in mkt.contact, which feedback returns; empty for a number of the operator's own",
    "place": "place of the offer among all that the channel has for the subscriber tonight; 1 is to be made first",
    "city": "code of the home city",
    "county": "code of the home county",
    "scenario": "the scenario's name",
    "step": "the scenario's step",
    "mode": "active or passive",
    "product": "code of the product offered",
    "product_name": "its name",
    "resource": "code of the gift that comes with it; empty for none",
    "resource_name": "its name",
    "saving_fen": "what the bill is expected to fall by, in fen",
    "bill_change_fen": "what the bill is expected to change by, in fen: the saving with its sign turned",
    "saving_yuan": "what the bill is expected to fall by, in yuan",
    "reason": "why the subscriber was chosen, in words: the scenario, and what they save or pay more",
    "manager_name": "name of the subscriber's account manager; empty for none",
    "manager_phone": "telephone number of the account manager; empty for none",
    "message": "the text with the subscriber's own figures",
}
# Names of columns for people, in the first line of files that they open in a spreadsheet: of lists, then of recalls.
LABELS = {
    **{"rank": "序号", "number": "手机号码", "contact_id": "接触编号", "place": "推荐顺序", "city": "地市", "county": "县区"},
    **{"scenario": "场景", "step": "步骤", "mode": "接触方式", "product": "产品代码", "product_name": "产品", "resource": "赠送代码"},
    **{"resource_name": "赠送", "saving_yuan": "预计月省(元)", "reason": "推荐理由"},
    **{"manager_name": "客户经理", "manager_phone": "客户经理电话", "message": "话术"},
    **{"list_date": "名单日期", "valid_to": "有效期至", "reasons": "撤回原因"},
}
# A spreadsheet takes UTF-8 without this mark for another encoding.
WITH_MARK = "utf-8-sig"
# Columns with personal data. They are read from the vault, and each list with one is logged in vault.read.
PERSONAL_COLUMNS = ("number", "manager_name", "manager_phone")
# Places that a file name may have. A name with {city} makes one file per city, any other name one file for the province.
NAMED_BY = ("city", "scenario", "step", "date")
# The file that describes a list to its channel.
MANIFEST = "manifest.json"
# The file with the offer to customers who are in no list.
UNKNOWN_ENTRANTS = "unknown_entrants.csv"
TAKEN = (MANIFEST, UNKNOWN_ENTRANTS)
_CODE = "[a-z][a-z0-9_]{0,63}"


class ChannelError(ChudianError):
    """A channel is declared wrongly, or no channel has the name asked for."""


@dataclass(frozen=True, kw_only=True)
class ListForm:
    """How a channel's list files are written. `compression` gz packs each file, whatever the ending of its name.

    A channel that sends the message as short messages declares how many a contact may use; each costs one contact. To each message it adds
    the words `how_to_order`, if something is sold, and `opt_out`: how to be left alone. They count as part of the message.

    In a file the best contact comes first; rows with equal columns `together` stand together, in the order of these columns.

    A file `for_people` is opened in a spreadsheet: its first line has Chinese names, its amounts are in yuan, and it begins with a mark.
    """

    columns: tuple[str, ...]
    file_name: str = "{city}.csv"
    header: bool = True
    delimiter: str = ","
    encoding: str = "utf-8"
    compression: Compression | None = None
    short_messages_at_most: int | None = None
    how_to_order: str = ""
    opt_out: str = ""
    for_people: bool = False
    together: tuple[str, ...] = ()

    @property
    def described(self) -> dict[str, Any]:
        """What a manifest says of the form."""
        names = ("header", "delimiter", "encoding", "compression", "for_people")
        return {"columns": list(self.columns), **{name: getattr(self, name) for name in names}}

    @property
    def first_line(self) -> tuple[str, ...]:
        """The names in the first line of a file with a header."""
        return tuple(LABELS[name] for name in self.columns) if self.for_people else self.columns

    @property
    def by_city(self) -> bool:
        """Whether each city has its own file."""
        return "{city}" in self.file_name

    def named(self, *, city: str | None, scenario: str, step: str, on: date) -> str:
        """Return the name of the file with these rows; `city` is None for a channel with one file for the province."""
        return self.file_name.format(city=city, scenario=scenario, step=step, date=f"{on:%Y%m%d}")

    def __post_init__(self) -> None:
        """ChannelError when a value is of a wrong kind; `faults` has all others."""
        if wrong := type_faults(self):
            raise ChannelError(teach("ListForm", wrong, "correct the channel's file in expectations/channels/."))

    def faults(self, known: Mapping[str, str] = LIST_COLUMNS, where: str = "LIST_COLUMNS of expectations/channel.py") -> list[str]:
        """Return what is wrong with the declaration. `known` are the columns that a file may have, declared in `where`."""
        faults = [f"column {name} is unknown; {where} lists all columns" for name in self.columns if name not in known]
        faults += [f"column {name} holds rows together and is not in the file" for name in self.together if name not in self.columns]
        faults += [f"column {name} is declared twice" for name in sorted({c for c in self.columns if self.columns.count(c) > 1})]
        if len(self.delimiter) != 1 or self.delimiter in '"\r\n' or self.delimiter.isalnum():
            faults.append(f"delimiter {self.delimiter!r}; expected one character, no quote, letter, digit or line break")
        elif not _can_write(self.encoding, self.delimiter):
            faults.append(f"encoding {self.encoding!r}; expected a Python encoding of text that has digits and the delimiter")
        if self.short_messages_at_most is not None and self.short_messages_at_most < 1:
            faults.append(f"short_messages_at_most is {self.short_messages_at_most}; expected at least 1, or None")
        return faults + (self._faults_for_people() if self.for_people else []) + self._faults_of_name()

    def _faults_for_people(self) -> list[str]:
        expected = {"header": True, "delimiter": ",", "encoding": WITH_MARK, "compression": None}
        faults = [
            f"{name} {value!r} of a file for people; expected {expected[name]!r}"
            for name, value in self.described.items()
            if name in expected and value != expected[name]
        ]
        faults += [f"column {name} of a file for people; expected an amount in yuan" for name in self.columns if name.endswith("_fen")]
        known = [name for name in self.columns if not name.endswith("_fen")]
        return faults + [f"column {name} has no Chinese name in LABELS of expectations/channel.py" for name in known if name not in LABELS]

    def _faults_of_name(self) -> list[str]:
        try:
            found = [(field, form, turned) for _, field, form, turned in Formatter().parse(self.file_name) if field is not None]
        except ValueError as error:
            return [f"file name {self.file_name!r}: {error}"]
        known, places = ", ".join(NAMED_BY), {field for field, _, _ in found}
        faults = [f"file name {self.file_name!r} has {{{place}}}; known are {known}" for place in sorted(places - {*NAMED_BY})]
        faults += [f"file name {self.file_name!r}: write {{{place}}} alone" for place, form, turned in found if form or turned]
        if self.file_name.lower() in TAKEN:
            faults.append(f"file name {self.file_name!r} is reserved for a file that each list has")
        if not faults and len(self.named(city="9" * 8, scenario="s" * 64, step="s" * 64, on=date.min).encode()) > 255:
            faults.append("file name is longer than the 255 bytes that a disk takes")
        if not re.fullmatch(r"[\w{}-][\w{}.-]*", self.file_name):
            faults.append(f"file name {self.file_name!r}; expected letters, digits and ._- , and no dot at the beginning")
        return faults


def _can_write(encoding: str, delimiter: str) -> bool:
    """Whether Python knows it as an encoding of text, and it has what every list needs."""
    try:
        return f"19{delimiter}".encode(encoding).decode(encoding) == f"19{delimiter}"
    except (LookupError, UnicodeError):
        return False


# The columns about the offer, for all lists except those of short messages.
OFFER_COLUMNS = ("rank", "number", "contact_id", "scenario", "product", "product_name", "resource", "resource_name")
# The usual form: one plain file per city.
USUAL_LIST = ListForm(columns=(*OFFER_COLUMNS, "message"))
# For someone who says the words: in which order, and why this customer was chosen. The machine's amounts are in fen.
ADVICE_COLUMNS = ("place", "reason")


# Outside these hours nobody is disturbed, unless a channel states others: our reading.
SEND_FROM, SEND_UNTIL = time(9, 0), time(20, 0)


@dataclass(frozen=True, kw_only=True)
class Channel:
    """A channel 渠道. `modes` are the kinds of contact it can make. `moments` are when it can make passive contacts.

    `may_have_numbers` is the permission to write telephone numbers into its lists. `publish_by` is the hour of day D+1, Shanghai time, by
    which it needs the lists of D. The channel catalogue (S11) has the cost of a contact and the capacity per day. If it `is_staffed`,
    people make its active contacts, so that it makes none on days off.

    A channel that is `part_of` another is met by those who come to the other one: a tail stands behind the answer to a query by short
    message. Whoever refuses the other channel refuses this one too.

    It makes active contacts from `send_from` to `send_until`, Shanghai time; outside are quiet hours. Of the offers for a subscriber in a
    night it gets the best, at most `most_per_subscriber` (None: all), as many as somebody at a counter looks at.

    `feedback` is the form of its feedback (S12), which arrives as feed `feedback_feed`; None if it sends none yet. `counts` are its own
    funnel counts.
    """

    name: str
    label: str
    modes: tuple[Mode, ...]
    medium: Medium
    publish_by: time
    is_staffed: bool = False
    send_from: time = SEND_FROM
    send_until: time = SEND_UNTIL
    most_per_subscriber: int | None = None
    moments: tuple[str, ...] = ()
    part_of: str | None = None
    form: ListForm = USUAL_LIST
    may_have_numbers: bool = True
    feedback: FeedbackForm | None = None
    counts: tuple[Count, ...] = ()

    @property
    def feedback_feed(self) -> str:
        """Name of the feed that brings its feedback."""
        return f"{self.name}_feedback"

    @property
    def hours(self) -> dict[str, str | None]:
        """What a manifest says of the hours of active contacts; null for a channel that makes none."""
        hours = {"send_from": self.send_from, "send_until": self.send_until}
        return {name: f"{hour:%H:%M}" if "active" in self.modes else None for name, hour in hours.items()}

    def __post_init__(self) -> None:
        """Raise ChannelError with all faults at once."""
        if wrong := type_faults(self):
            raise ChannelError(teach(f"Channel {self.name}", wrong, "correct its file in expectations/channels/."))
        faults = self.form.faults()
        if self.may_have_numbers and "number" not in self.form.columns:
            faults.append("column number is missing: nobody could be contacted")
        if not self.may_have_numbers and ("number" in self.form.columns or "contact_id" not in self.form.columns):
            faults.append("it may not have numbers; expected column contact_id and no column number")
        if not re.fullmatch(_CODE, self.name):
            faults.append(f"name {self.name!r}: expected small letters, digits and _, because it names a folder of the outbox")
        faults += [] if self.label.strip() else ["the label is empty"]
        faults += [f"mode {mode} is declared twice" for mode in sorted({mode for mode in self.modes if self.modes.count(mode) > 1})]
        faults += [] if self.modes else ["no mode; name at least one"]
        faults += [f"moment {moment!r}; expected {', '.join(MOMENTS)}" for moment in self.moments if moment not in MOMENTS]
        if not self.publish_by <= self.send_from < self.send_until:
            hours = f"{self.publish_by:%H:%M}, {self.send_from:%H:%M}, {self.send_until:%H:%M}"
            faults.append(f"publish_by, send_from, send_until are {hours}; expected one after the other")
        if self.most_per_subscriber is not None and self.most_per_subscriber < 1:
            faults.append(f"most_per_subscriber is {self.most_per_subscriber}; expected at least 1, or None")
        if self.is_staffed and self.modes != ("active",):
            faults.append("it is staffed; expected the mode active alone, because a passive list is used whenever the customer comes")
        waits = "passive" in self.modes
        faults += ["no moment; state when a passive contact can be made"] if waits and not self.moments else []
        faults += ["a channel that is only active has no moments; leave them out"] if self.moments and not waits else []
        if self.form.short_messages_at_most is not None and self.medium != "text":
            faults.append(f"short messages of medium {self.medium}; expected text")
        if self.form.short_messages_at_most is not None and "active" in self.modes:
            missing = [name for name in ("how_to_order", "opt_out") if not getattr(self.form, name)]
            faults += [f"active short messages without {name}; state the words, as in 退订回TD" for name in missing]
        faults += self.feedback.faults(self.counts) if self.feedback else []
        faults += self._faults_of_recipients(self.feedback) if self.feedback else []
        faults += ["counts without feedback: nothing would report them"] if self.counts and not self.feedback else []
        if faults:
            raise ChannelError(teach(f"Channel {self.name}", faults, "correct its file in expectations/channels/."))

    def _faults_of_recipients(self, feedback: FeedbackForm) -> list[str]:
        """Return what is wrong with the way feedback names the recipients, given what the lists have."""
        if feedback.has_numbers:
            return [] if self.may_have_numbers else ["it may not have numbers; leave column number out of its feedback"]
        has_ids = "contact_id" in self.form.columns
        return [] if has_ids else ["its feedback names contacts alone; expected column contact_id in its lists"]
