"""Arguments that several commands take: business dates."""

import re
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from expectations.dates import iso_day, why_no_day

FIRST_YEAR, LAST_YEAR = 2000, 2100


def day(text: str | date) -> date:
    """Return the date. BadParameter for a text that is no date as yyyy-mm-dd."""
    if isinstance(text, date):
        return text
    found = iso_day(text)
    if found is None and re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        raise typer.BadParameter(f"{text} does not exist: {why_no_day(text)}")
    if found is None or not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise typer.BadParameter(f"expected a date as yyyy-mm-dd, {FIRST_YEAR} to {LAST_YEAR}, got {text!r}")
    return found


def day_option(name: str, says: str) -> Any:
    """Return an option with a date."""
    return typer.Option(name, parser=day, metavar="YYYY-MM-DD", help=says)


PageFile = Annotated[Path | None, typer.Option("--page", help="Write it to this Markdown file.")]
BusinessDate = Annotated[date, typer.Argument(parser=day, metavar="YYYY-MM-DD", help="Business date D. Channels import its lists on D+1.")]
