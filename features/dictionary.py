"""The dictionary: the meaning of every tag and of the other columns of the customer record, as rows and as a page."""

from collections.abc import Iterable
from typing import NamedTuple

from expectations.contract import BUSINESS_DATE, Column
from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from features.library import CAR, FAMILIES
from features.synonyms import words_for

# In the place of a family's name for columns that no family makes.
RECORD = "record"
_HEAD = ("| tag | label | type | unit | meaning | null means | checks |", "|---|---|---|---|---|---|---|")


class Entry(NamedTuple):
    """One tag or column, all fields text; `null_means` is empty where null is not used."""

    tag: str
    label: str
    family: str
    type: str
    unit: str
    meaning: str
    null_means: str
    checks: str
    source: str
    owner: str

    @property
    def called(self) -> str:
        """The Chinese label, with the words that analysts use."""
        return " ".join((self.label, *words_for(self.tag)))


def _entry(column: Column, family: str, source: str, owner: str) -> Entry:
    checks = "; ".join(f"{check.rule} (warn)" if check.severity == "warn" else check.rule for check in column.derived.checks)
    return Entry(
        tag=column.name,
        label=column.label,
        family=family,
        type=column.type,
        unit=column.unit,
        meaning=column.comment,
        null_means=column.null_means,
        checks=checks,
        source=source,
        owner=owner,
    )


def dictionary_rows() -> list[Entry]:
    """Return every tag once: families in their order, tags as declared."""
    return [_entry(tag.column, family.name, ", ".join(family.sources), family.owner) for family in FAMILIES for tag in family.tags]


def record_rows() -> list[Entry]:
    """Return the columns of the customer record that are no tags, as the table of the night's subscribers declares them."""
    tags = {tag.column.name for family in FAMILIES for tag in family.tags}
    names = [column.name for column in CAR.columns if column.name not in tags | {BUSINESS_DATE.name}]
    return [_entry(DWD_SUBSCRIBER.column(name), RECORD, DWD_SUBSCRIBER.name, DWD_SUBSCRIBER.owner) for name in names]


def dictionary_page() -> str:
    """Return the dictionary as a Markdown page, one table per family, and one for the other columns."""
    tags, others = dictionary_rows(), record_rows()
    heading = f"{len(tags)} tags, and {len(others)} other columns of the customer record."
    about = "Generated from `features/` and `expectations/`; do not edit. Score, state and advice of tags: [the tag wiki](tags-wiki.md)."
    lines = ["# Tag dictionary 标签字典", "", f"{heading} {about}"]
    for family in FAMILIES:
        sources = ", ".join(f"`{name}`" for name in family.sources)
        lines += ["", f"## {family.name} {family.label}", "", f"Table `{family.table.name}`, from {sources}; owner {family.owner}.", ""]
        lines += _table(entry for entry in tags if entry.family == family.name)
    told = f"Columns of `{CAR.name}` that no family makes, from `{DWD_SUBSCRIBER.name}`; owner {DWD_SUBSCRIBER.owner}."
    return "\n".join([*lines, "", f"## {RECORD} 客户资料", "", told, "", *_table(others)]) + "\n"


def _table(entries: Iterable[Entry]) -> Iterable[str]:
    yield from _HEAD
    for entry in entries:
        cells = (f"`{entry.tag}`", entry.called, entry.type, entry.unit, entry.meaning, entry.null_means, entry.checks)
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
