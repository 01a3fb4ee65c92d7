"""The tag dictionary: the meaning of every tag, as rows and as a page."""

from typing import NamedTuple

from expectations.contract import Column
from features.family import Family
from features.library import FAMILIES


class Entry(NamedTuple):
    """One tag of the dictionary, all fields text; `null_means` is empty where null is not used."""

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


def _entry(family: Family, column: Column) -> Entry:
    checks = "; ".join(f"{check.rule} (warn)" if check.severity == "warn" else check.rule for check in column.derived.checks)
    return Entry(
        tag=column.name,
        label=column.label,
        family=family.name,
        type=column.type,
        unit=column.unit,
        meaning=column.comment,
        null_means=column.null_means,
        checks=checks,
        source=", ".join(family.sources),
        owner=family.owner,
    )


def dictionary_rows() -> list[Entry]:
    """Return every tag once: families in their order, tags as declared."""
    return [_entry(family, tag.column) for family in FAMILIES for tag in family.tags]


def dictionary_page() -> str:
    """Return the dictionary as a Markdown page, one table per family."""
    heading = f"{len(dictionary_rows())} tags. Generated from `features/`; do not edit."
    lines = ["# Tag dictionary 标签字典", "", f"{heading} Score, state and advice of tags: [the tag wiki](tags-wiki.md)."]
    for family in FAMILIES:
        sources = ", ".join(f"`{name}`" for name in family.sources)
        lines += ["", f"## {family.name} {family.label}", "", f"Table `{family.table.name}`, from {sources}; owner {family.owner}.", ""]
        lines += ["| tag | label | type | unit | meaning | null means | checks |", "|---|---|---|---|---|---|---|"]
        for entry in (_entry(family, tag.column) for tag in family.tags):
            cells = (f"`{entry.tag}`", entry.label, entry.type, entry.unit, entry.meaning, entry.null_means, entry.checks)
            lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"
