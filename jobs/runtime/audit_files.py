"""Great Expectations' files, whole or not at all: half a suite, left by a kill, would end every later night."""

from pathlib import Path
from typing import Any

from great_expectations.data_context.store.tuple_store_backend import TupleFilesystemStoreBackend

from jobs.runtime.whole_file import write_whole


class WholeFiles(TupleFilesystemStoreBackend):
    """Its own file store, whose files take their names once they are written."""

    def _set(self, key: Any, value: str | bytes, **_: Any) -> str:  # type: ignore[override]  # as its own does
        place = self._convert_key_to_filepath(key if isinstance(key, tuple) else key.to_tuple())
        path = Path(self.full_base_directory) / place
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, value.encode("utf-8") if isinstance(value, str) else value)
        return str(path)
