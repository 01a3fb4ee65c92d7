"""A night that is run again whole, also after later corrections came in, shows channels the same bytes."""

import shutil
from pathlib import Path

import pytest

from tests.night.corrections import modified, take_in_a_corrected_bill
from tests.night.homes import NIGHT, fingerprint, fork, list_bytes, walk


@pytest.mark.prove
def test_the_list_of_d_rebuilt_after_a_correction_was_loaded_is_the_same(after_night: Path, tmp_path: Path) -> None:
    """`make test` shows it of a night that was killed on the way (test_kills.py)."""
    home = fork(after_night, tmp_path / "home")
    take_in_a_corrected_bill(home)
    written = modified(home / "outbox")
    shutil.rmtree(home / "reports")

    assert [end.job for end in walk(home) if end.state != "done"] == []

    assert list_bytes(home) == list_bytes(after_night)
    assert fingerprint(home, f"known_on <= DATE'{NIGHT}'") == fingerprint(after_night)
    assert modified(home / "outbox") == written, "a channel that is reading notices nothing"
    assert (home / "reports" / f"{NIGHT}" / "night.html").exists()
