"""Great Expectations' files, whole or not at all: half a suite, left by a kill, would end every later night."""

import os
from pathlib import Path
from typing import Any

from great_expectations.data_context.store.tuple_store_backend import TupleFilesystemStoreBackend


class WholeFiles(TupleFilesystemStoreBackend):
    """Its own file store, whose files take their names once they are written."""

    def _set(self, key: Any, value: str | bytes, **_: Any) -> str:  # type: ignore[override]  # as its own does
        place = self._convert_key_to_filepath(key if isinstance(key, tuple) else key.to_tuple())
        path = Path(self.full_base_directory) / place
        path.parent.mkdir(parents=True, exist_ok=True)
        # Of another suffix than the store's own, so that it lists none that a kill left.
        half = path.with_name(f"{path.name}.{os.getpid()}.half")
        half.write_bytes(value.encode("utf-8") if isinstance(value, str) else value)
        half.replace(path)
        return str(path)
