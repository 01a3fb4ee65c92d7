"""Writes the site below the home. The new site takes the place of the old one when it is complete."""

import shutil
from pathlib import Path

from jobs.runtime.settings import Settings
from jobs.site.home import home_of
from jobs.site.pages import site


def write_site(chosen: Settings) -> Path:
    """Write every page; return the first one. A page of something that is no longer declared is gone with the old site."""
    folder, new = chosen.home / "site", chosen.home / "site.new"
    # An earlier run may have been killed while it wrote.
    shutil.rmtree(new, ignore_errors=True)
    for path, text in site(home_of(chosen)):
        file = new / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    new.replace(folder)
    return folder / "index.html"
