"""What a home adds to the site: its nights, and the figures of the newest one. It reads small files and starts no Spark."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from expectations.dates import iso_day
from jobs.report.gather import families_of
from jobs.report.shifts import TagFigures
from jobs.runtime.lake import Lake
from jobs.runtime.settings import Settings

# As many as the index of the data docs.
NIGHTS = 14


@dataclass(frozen=True)
class Night:
    """A night that has a report, and whether it has a page of coverage."""

    on: date
    has_coverage: bool


@dataclass(frozen=True)
class Home:
    """The newest nights, the newest first; whether there are data docs; each tag's figures of the newest night, if there are any."""

    nights: tuple[Night, ...] = ()
    has_data_docs: bool = False
    figures: dict[str, TagFigures] = field(default_factory=dict)


def home_of(chosen: Settings) -> Home:
    """Return what the home has. A home without nights has nothing."""
    nights = tuple(sorted(_nights(chosen.reports), key=lambda night: night.on, reverse=True)[:NIGHTS])
    families = families_of(Lake(chosen), nights[0].on) if nights else []
    figures = {tag.column.name: tag for family in families for tag in family.tags}
    return Home(nights, (chosen.reports / "data_docs" / "index.html").exists(), figures)


def _nights(reports: Path) -> list[Night]:
    found = [(iso_day(page.parent.name), page.with_name("coverage.html").exists()) for page in reports.glob("*/night.html")]
    return [Night(on, has_coverage) for on, has_coverage in found if on]
