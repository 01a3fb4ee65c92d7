"""`Channel`: a way to reach subscribers, and what its list files look like; declared once per file in expectations/channels/."""

import codecs
import re
from dataclasses import dataclass
from datetime import date, time
from string import Formatter
from typing import Literal, get_args

from expectations.errors import ChudianError, teach

Mode = Literal["active", "passive", "tail"]
Medium = Literal["text", "picture_and_text", "script"]
Compression = Literal["gz"]

MODES: dict[Mode, str] = {
    "active": "we start 主动",
    "passive": "the channel looks the subscriber up when they come 被动",
    "tail": "appended to the answer to a query 追尾",
}
MEDIA: dict[Medium, str] = {"text": "text 文字", "picture_and_text": "picture and text 图文", "script": "words that someone says 话术"}
# What a subscriber does in a channel at the moment when a row of its list can be used (S15).
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
# Every column that a list may have. Amounts that differ by scenario come from the decision's figures, under the same name.
LIST_COLUMNS = {
    "rank": "place within the scenario's step, over all channels and control groups; a file has gaps",
    "number": "telephone number",
    "city": "code of the home city",
    "county": "code of the home county",
    "scenario": "the scenario's name",
    "step": "the scenario's step",
    "mode": "active, passive or tail",
    "product": "code of the product offered",
    "product_name": "its name",
    "resource": "code of the gift that comes with it; empty for none",
    "resource_name": "its name",
    "saving_fen": "what the bill is expected to fall by, in fen",
    "bill_change_fen": "what the bill is expected to change by, in fen: the saving with its sign turned",
    "message": "the text with the subscriber's own figures",
}
# What a list file may be named by. A name with {city} makes one file per city, any other one file for the province.
NAMED_BY = ("city", "scenario", "step", "date")
# The file that describes a list to its channel.
MANIFEST = "manifest.json"
_CODE = "[a-z][a-z0-9_]*"


class ChannelError(ChudianError):
    """A channel is declared in a way that cannot work, or a name stands for no channel."""


@dataclass(frozen=True, kw_only=True)
class ListForm:
    """How a channel's list files are written. `compression` gz packs each file, whatever its name ends with.

    A channel that sends the message as short messages says how many a contact may take; each costs one contact.
    """

    columns: tuple[str, ...]
    file_name: str = "{city}.csv"
    header: bool = True
    delimiter: str = ","
    encoding: str = "utf-8"
    compression: Compression | None = None
    short_messages_at_most: int | None = None

    @property
    def by_city(self) -> bool:
        """Whether each city has a file of its own."""
        return "{city}" in self.file_name

    def named(self, *, city: str | None, scenario: str, step: str, on: date) -> str:
        """The name of the file with these rows; `city` is None for a channel with one file for the province."""
        return self.file_name.format(city=city, scenario=scenario, step=step, date=f"{on:%Y%m%d}")

    def faults(self) -> list[str]:
        """What cannot work."""
        faults = [f"column {name} is in no list; LIST_COLUMNS of expectations/channel.py has all" for name in _unknown(self.columns)]
        faults += [f"column {name} is there twice" for name in sorted({c for c in self.columns if self.columns.count(c) > 1})]
        faults += [] if "number" in self.columns else ["column number is missing: nobody could be contacted"]
        if len(self.delimiter) != 1 or self.delimiter in '"\r\n':
            faults.append(f"delimiter {self.delimiter!r}; expected one character, no quote and no line break")
        try:
            codecs.lookup(self.encoding)
        except LookupError:
            faults.append(f"encoding {self.encoding!r} is unknown to Python")
        if self.compression not in (None, *get_args(Compression)):
            faults.append(f"compression {self.compression!r}; expected {' or '.join(get_args(Compression))}, or None")
        if self.short_messages_at_most is not None and self.short_messages_at_most < 1:
            faults.append(f"short_messages_at_most is {self.short_messages_at_most}; expected at least 1, or None")
        return faults + self._faults_of_name()

    def _faults_of_name(self) -> list[str]:
        try:
            places = {field for _, field, _, _ in Formatter().parse(self.file_name) if field is not None}
        except ValueError as error:
            return [f"file name {self.file_name!r}: {error}"]
        known = ", ".join(NAMED_BY)
        faults = [f"file name {self.file_name!r} has {{{place}}}; known are {known}" for place in sorted(places - {*NAMED_BY})]
        if self.file_name == MANIFEST:
            faults.append(f"file name {self.file_name!r} is taken: each list has a file of that name that describes it")
        if not re.fullmatch(r"[\w{}-][\w{}.-]*", self.file_name):
            faults.append(f"file name {self.file_name!r}; expected letters, digits and ._- , and no dot at the beginning")
        return faults


def _unknown(columns: tuple[str, ...]) -> list[str]:
    return [name for name in columns if name not in LIST_COLUMNS]


# What every list but those of short messages says of the offer.
OFFER_COLUMNS = ("rank", "number", "scenario", "product", "product_name", "resource", "resource_name")
# The usual form: one plain file per city.
USUAL_LIST = ListForm(columns=(*OFFER_COLUMNS, "message"))


@dataclass(frozen=True, kw_only=True)
class Channel:
    """A channel 渠道. `modes` are the kinds of contact it can make; for passive ones and tails `moments` says when it can make them.

    `publish_by` is the hour of day D+1, Shanghai time, by which it needs the lists of D. What a contact costs and how many fit into a day
    is in the channel catalogue (S11).
    """

    name: str
    label: str
    modes: tuple[Mode, ...]
    medium: Medium
    publish_by: time
    moments: tuple[str, ...] = ()
    form: ListForm = USUAL_LIST

    def __post_init__(self) -> None:
        """ChannelError with all faults at once."""
        faults = self.form.faults()
        if not re.fullmatch(_CODE, self.name):
            faults.append(f"name {self.name!r} is a folder of the outbox; expected small letters, digits and _")
        faults += [f"mode {mode!r}; expected {', '.join(MODES)}" for mode in self.modes if mode not in MODES]
        faults += [] if self.modes else ["no mode; name at least one"]
        faults += [f"medium {self.medium!r}; expected {', '.join(MEDIA)}"] if self.medium not in MEDIA else []
        faults += [f"moment {moment!r}; expected {', '.join(MOMENTS)}" for moment in self.moments if moment not in MOMENTS]
        waits = bool({"passive", "tail"} & set(self.modes))
        faults += ["no moment; state when a passive contact or a tail can be made"] if waits and not self.moments else []
        faults += ["moments of a channel that is active alone; leave them out"] if self.moments and not waits else []
        if self.form.short_messages_at_most is not None and self.medium != "text":
            faults.append(f"short messages of medium {self.medium}; expected text")
        if faults:
            raise ChannelError(teach(f"Channel {self.name}", faults, "correct its file in expectations/channels/."))
