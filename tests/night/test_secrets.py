"""What identifies a person stays in landing, vault and outbox."""

import gzip
import re
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tests.night.homes import NIGHT

PUBLIC = ("lake", "logs", "reports", "mlflow", "airflow")


def personal_texts(home: Path) -> set[str]:
    """Numbers, user ids, names, addresses and document numbers of the night's extracts, as they came."""
    found: set[str] = set()
    for feed, delimiter, encoding, places in (
        ("boss_subscriber", "|", "gb18030", (0, 1, 12)),
        ("crm_customer", ",", "gb18030", (0, 1, 4, 7, 11)),
    ):
        for part in (home / "landing" / f"{NIGHT}" / feed).glob("*.gz"):
            for line in gzip.decompress(part.read_bytes()).decode(encoding, "replace").splitlines():
                cells = [cell.strip('"') for cell in line.split(delimiter)]
                found |= {cells[place] for place in places if place < len(cells)}
    return {text for text in found if len(text) > 3 or (len(text) > 1 and not text.isascii())}


def words_of(path: Path) -> set[str]:
    """The cells of a Parquet file, the words of any other."""
    if path.suffix == ".parquet":
        table = pq.read_table(path)
        cells = [table[name].combine_chunks() for name in table.column_names]
        flat = [cell.flatten() if pa.types.is_list(cell.type) else cell for cell in cells]
        return {str(value) for cell in flat if pa.types.is_string(cell.type) for value in cell.unique().to_pylist()}
    return set(re.findall(r"\w+", path.read_bytes().decode("utf-8", "ignore")))


def files_of(home: Path, places: tuple[str, ...]) -> list[Path]:
    """Every file below these folders of a home."""
    return [path for place in places for path in (home / place).rglob("*") if path.is_file()]


def leaks(home: Path, places: tuple[str, ...] = PUBLIC) -> list[tuple[str, str]]:
    """(file, personal text) for each that stands where it must not."""
    secret = personal_texts(home)
    return [(str(path.relative_to(home)), text) for path in files_of(home, places) for text in words_of(path) & secret]


def test_no_number_name_or_id_left_the_vault(after_night: Path) -> None:
    assert len(personal_texts(after_night)) > 2000
    assert len(files_of(after_night, PUBLIC)) > 200
    assert leaks(after_night) == []


def test_the_scan_would_find_one(after_night: Path) -> None:
    """Numbers do stand in the list files: the same scan sees them there."""
    seen = set().union(*(words_of(path) for path in (after_night / "outbox").rglob("*.csv")))
    assert seen & personal_texts(after_night)
