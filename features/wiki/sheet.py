"""`Sheet`: a reviewed CSV file of the wiki, with its lines and the faults found in it."""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from io import StringIO
from pathlib import Path


@dataclass(frozen=True)
class Line:
    """A line of a file: its number, the first line being 1, and its cells by column, without spaces around them."""

    number: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        """Return a cell, empty when nothing is in it."""
        return self.cells[column]


class Sheet:
    """A CSV file. `lines` are those with the right number of cells; whoever reads on adds to `faults`."""

    def __init__(self, file: Path, columns: tuple[str, ...], called: str = "") -> None:
        """Read the file. A file that cannot be read has no lines and one fault."""
        self.called = called or file.name
        self.faults: list[str] = []
        self.lines: list[Line] = []
        if not file.is_file():
            self.faults.append(f"{self.called} is missing; a file without entries has the line {','.join(columns)}")
            return
        try:
            text = file.read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError:
            self.faults.append(f"{self.called} is no text in UTF-8; save it as CSV UTF-8")
            return
        self.lines = list(self._lines(text, columns))

    def _lines(self, text: str, columns: tuple[str, ...]) -> Iterator[Line]:
        reader = csv.reader(StringIO(text, newline=""))
        heading = next(reader, [])
        if tuple(heading) != columns:
            self.fault(1, f"the columns are {', '.join(heading) or 'missing'}, expected {', '.join(columns)}")
            return
        begins = reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                if len(cells) == len(columns):
                    yield Line(begins, dict(zip(columns, (cell.strip() for cell in cells), strict=True)))
                else:
                    self.fault(begins, f"{len(cells)} cells, expected {len(columns)}; a text with a comma needs double quotes around it")
            begins = reader.line_num + 1

    def fault(self, number: int, text: str) -> None:
        """Add a fault of a line."""
        self.faults.append(f"{self.called} line {number}: {text}")

    def known(self, line: Line, column: str, names: Iterable[str], thing: str = "") -> bool:
        """Whether the cell is one of the names; else a fault with the nearest name, or with all if they are few."""
        asked, listed = line[column], list(names)
        if asked in listed:
            return True
        if not asked:
            return self.filled(line, column)
        near = get_close_matches(asked, listed, n=1, cutoff=0.6)
        few = f"there are {', '.join(listed)}" if len(listed) <= 20 else "no name is like it"
        self.fault(line.number, f"unknown {thing or column} {asked!r}; " + (f"did you mean {near[0]}?" if near else few))
        return False

    def filled(self, line: Line, *columns: str) -> bool:
        """Whether these cells have a text; a fault for each that has none."""
        empty = [column for column in columns if not line[column]]
        for column in empty:
            self.fault(line.number, f"{column} is empty")
        return not empty

    def day(self, line: Line, column: str) -> date | None:
        """Return the cell as a date; None and a fault when it is none."""
        try:
            # fromisoformat reads 20260304 and 2026-W10-3 too.
            if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", line[column]):
                return date.fromisoformat(line[column])
        except ValueError:
            pass
        self.fault(line.number, f"{column} is {line[column]!r}, expected a date as 2026-03-04")
        return None

    def whole(self, line: Line, column: str, least: int, most: int) -> int | None:
        """Return the cell as a whole number; None and a fault when it is none, or out of the range."""
        text = line[column]
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
        if number is None or not least <= number <= most:
            self.fault(line.number, f"{column} is {text!r}, expected a whole number from {least} to {most}")
            return None
        return number
