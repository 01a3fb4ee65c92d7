"""Writes the files of Great Expectations whole or not at all. Half a suite, left by a kill, would make every later night fail."""

from pathlib import Path
from typing import Any

from great_expectations.data_context.store.tuple_store_backend import TupleFilesystemStoreBackend

from jobs.runtime.whole_file import write_whole


class WholeFiles(TupleFilesystemStoreBackend):
    """The file store of Great Expectations, but each file gets its name only when it is complete."""

    def _set(self, key: Any, value: str | bytes, **_: Any) -> str:  # type: ignore[override]  # as in the parent class
        place = self._convert_key_to_filepath(key if isinstance(key, tuple) else key.to_tuple())
        path = Path(self.full_base_directory) / place
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, value.encode("utf-8") if isinstance(value, str) else value)
        return str(path)
