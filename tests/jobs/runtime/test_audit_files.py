"""What Great Expectations keeps survives a process that is killed while it writes."""

from pathlib import Path

import pytest

from jobs.runtime.audit_files import WholeFiles


def test_a_file_that_was_not_written_whole_leaves_the_one_before_and_is_listed_by_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = WholeFiles(base_directory=str(tmp_path), filepath_suffix=".json", suppress_store_backend_id=True)
    store.set(("suite",), '{"name": "first"}')

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", killed)
    for name in ("suite", "other"):
        with pytest.raises(KeyboardInterrupt):
            store.set((name,), '{"name": "seco')
    assert store.get(("suite",)) == '{"name": "first"}'
    assert store.list_keys() == [("suite",)]
