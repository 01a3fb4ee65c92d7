"""Sheets for the tests of the wiki, from lines of text."""

from pathlib import Path

from features.wiki.sheet import Sheet


def sheet_of(folder: Path, columns: tuple[str, ...], *lines: str) -> Sheet:
    """A sheet called t.csv with these lines below the columns."""
    (folder / "t.csv").write_text("\n".join((",".join(columns), *lines)) + "\n", "utf-8")
    return Sheet(folder / "t.csv", columns)
