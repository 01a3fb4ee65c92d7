import sys
from pathlib import Path

import pytest

from expectations.errors import ContractError
from expectations.found import declared_in


def test_a_file_that_declares_nothing_is_named_and_what_is_imported_counts_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = tmp_path / "room"
    room.mkdir()
    (room / "__init__.py").touch()
    (room / "first.py").write_text("ONE = 1.5\nTWO = 2.5\n")
    (room / "second.py").write_text("from room.first import ONE\nTHREE = 3.5\nIN_A_TUPLE = (4.5, ONE)\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert sorted(declared_in("room", [str(room)], float)) == [1.5, 2.5, 3.5, 4.5]
    (room / "empty.py").write_text("ONE = 'text'\n")
    with pytest.raises(ContractError, match=r"room:\n  - empty\.py declares no float"):
        declared_in("room", [str(room)], float)
    for name in [name for name in sys.modules if name.split(".")[0] == "room"]:
        del sys.modules[name]
