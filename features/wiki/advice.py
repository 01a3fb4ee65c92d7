"""What a marketer does with a tag: its need stage 需求阶段 and its advice 营销建议; and the tags that are retired."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from features.wiki.sheet import Sheet
from features.windows import stem_of

NEED_STAGES = {"explicit": "现实需求", "emerging": "萌芽需求", "predicted": "未来需求"}
TIMES = {
    "at_once": "即时",
    "morning": "上午",
    "noon": "中午",
    "afternoon": "下午",
    "evening": "晚上",
    "weekend": "周末",
    "month_start": "月初",
    "month_end": "月末",
}
ADVICE_COLUMNS = ("tag", "need_stage", "words", "time", "channel")
RETIRED_COLUMNS = ("tag", "last_date", "reason")
# One message of Chinese text.
LONGEST_WORDS = 70


@dataclass(frozen=True)
class Advice:
    """How to speak to a customer who has the tag: the words, the best time (a key of TIMES) and the channel."""

    tag: str
    need_stage: str
    words: str
    time: str
    channel: str


@dataclass(frozen=True)
class Retired:
    """A tag that nobody should use any more, why, and the last date for which it is made."""

    tag: str
    last_date: date
    reason: str


def read_advice(sheet: Sheet, tags: Collection[str], channels: Collection[str]) -> dict[str, Advice]:
    """Return the advice by tag. A line whose tag lacks a window is of all its windows that have no line of their own."""
    found: dict[str, Advice] = {}
    first: dict[str, int] = {}
    windows: dict[str, list[str]] = {}
    for tag in tags:
        windows.setdefault(stem_of(tag), []).append(tag)
    for line in sorted(sheet.lines, key=lambda one: one["tag"] not in tags):
        sheet.known(line, "tag", [*tags, *windows])
        sheet.known(line, "need_stage", NEED_STAGES)
        sheet.known(line, "time", TIMES)
        sheet.known(line, "channel", channels)
        sheet.filled(line, "words")
        if len(line["words"]) > LONGEST_WORDS:
            sheet.fault(line.number, f"the words have {len(line['words'])} characters, at most {LONGEST_WORDS} fit into a message")
        if _is_first(sheet, line.number, line["tag"], first):
            of = [line["tag"]] if line["tag"] in tags else windows.get(line["tag"], [])
            found |= {tag: Advice(tag, *(line[column] for column in ADVICE_COLUMNS[1:])) for tag in of if tag not in found}
    return found


def read_retired(sheet: Sheet, tags: Collection[str]) -> dict[str, Retired]:
    """Return the retired tags."""
    found: dict[str, Retired] = {}
    first: dict[str, int] = {}
    for line in sheet.lines:
        sheet.known(line, "tag", tags)
        sheet.filled(line, "reason")
        last = sheet.day(line, "last_date")
        if _is_first(sheet, line.number, line["tag"], first) and last is not None:
            found[line["tag"]] = Retired(line["tag"], last, line["reason"])
    return found


def _is_first(sheet: Sheet, number: int, tag: str, first: dict[str, int]) -> bool:
    if tag and tag in first:
        sheet.fault(number, f"{tag} is on line {first[tag]} already")
        return False
    first[tag] = number
    return True
