"""Writes the site below the home. The new site takes the place of the old one when it is complete."""

from datetime import date
from pathlib import Path

from jobs.runtime.settings import Settings
from jobs.runtime.whole_file import write_whole_folder
from jobs.site.home import home_of
from jobs.site.pages import site


def write_pages(chosen: Settings, tonight: date | None = None) -> Path:
    """Write every page; return the first one. A page of something that is no longer declared is gone with the old site.

    `tonight` is a night whose report may not be written yet.
    """
    folder = chosen.home / "site"
    write_whole_folder(folder, site(home_of(chosen, tonight)))
    return folder / "index.html"
