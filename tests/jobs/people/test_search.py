"""Identifiers are found in any kind of file, as far as it can be read."""

import gzip
import random
from pathlib import Path

from jobs.people.search import search

NUMBER = "12900000017"


def test_a_damaged_file_is_searched_as_far_as_it_can_be_read_and_named(tmp_path: Path) -> None:
    folder = tmp_path / "mlflow"
    folder.mkdir()
    whole = gzip.compress(NUMBER.encode() + b"\n" + random.Random(1).randbytes(200_000))
    (folder / "cut.gz").write_bytes(whole[:100_000])
    (folder / "wrong.gz").write_bytes(whole[:100] + b"\xff" * 100 + whole[200:])
    (folder / "wrong.parquet").write_bytes(b"PAR1 and no more")
    (folder / "good.txt").write_text(f"tel86{NUMBER}x")
    found = search(tmp_path, [], {NUMBER})
    assert found.hits == {"mlflow": 3}
    assert [path.name for path in found.unreadable] == ["cut.gz", "wrong.gz", "wrong.parquet"]


def test_everything_in_the_home_is_searched(tmp_path: Path) -> None:
    for name in ("review/2026-03-04", "truth", "landing"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "review" / "2026-03-04" / "calls.csv").write_text(NUMBER)
    (tmp_path / "truth" / "holders.txt").write_text(NUMBER)
    (tmp_path / "notes.txt").write_text(NUMBER)
    assert search(tmp_path, [], {NUMBER}).hits == {"review": 1, "truth": 1, "notes.txt": 1, "landing": 0}
