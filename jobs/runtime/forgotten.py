"""Who was forgotten: hashes of their identifiers under a key of their own, so that receive drops them from later extracts."""

import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobs.runtime.vault import KEY_BYTES, VaultError, token, write_secret

if TYPE_CHECKING:
    import pyarrow
    from pyspark.sql import Column

KEY_FILE = "forgotten.key"
# Identifiers as a line has them: digits that do not go on on either side.
DIGITS = re.compile("(?<![0-9])[0-9]{6,20}(?![0-9])")


def forgotten_key(vault: Path) -> Path:
    """Return the path of the key, made on first use. It is not the key of the tokens, so a hash leads to no token.

    VaultError when it is too short.
    """
    path = vault / KEY_FILE
    if not path.exists():
        write_secret(path, secrets.token_bytes(KEY_BYTES))
    if (size := path.stat().st_size) < KEY_BYTES:
        raise VaultError(
            f"The key {path} has {size} bytes, expected at least {KEY_BYTES}.\n  To mend it: put it back from a backup. If nobody was "
            "forgotten yet, remove it."
        )
    return path


@dataclass(frozen=True)
class Forgotten:
    """Hashes of user ids, and of numbers with the day from which somebody else holds them (None: nobody does)."""

    key: Path
    users: frozenset[str]
    numbers: Mapping[str, date | None]
    lengths: frozenset[int]

    @classmethod
    def of(cls, vault: Path, listed: Iterable[Mapping[str, Any]]) -> "Forgotten | None":
        """Return what the rows of vault.forgotten say; None when nobody was forgotten."""
        rows = list(listed)
        if not rows:
            return None
        ended: dict[str, date] = {}
        for row in rows:
            if row["ended_on"]:
                ended[row["hash"]] = min(row["ended_on"], ended.get(row["hash"], row["ended_on"]))
        users = frozenset(row["hash"] for row in rows if row["identity"] == "user")
        numbers = {row["hash"]: ended.get(row["hash"]) for row in rows if row["identity"] == "number"}
        return cls(vault / KEY_FILE, users, numbers, frozenset(row["length"] for row in rows))

    def is_in(self, secret: bytes, text: str, day: date) -> bool:
        """Whether a text has the user id of somebody who was forgotten, or the number that they held on that day."""
        for found in DIGITS.findall(text):
            if len(found) in self.lengths:
                ended = self.numbers.get(token(secret, "number", found), date.min)
                if token(secret, "user", found) in self.users or ended is None or day < ended:
                    return True
        return False

    def among(self, text: "Column", day: "Column") -> "Column":
        """Return the same for a column of texts and one of days; false for a null text. The key is read in the worker."""
        import pyarrow as pa
        from pyspark.sql.functions import arrow_udf

        def found(texts: "pyarrow.Array", days: "pyarrow.Array") -> "pyarrow.Array":
            secret = self.key.read_bytes()
            pairs = zip(texts.to_pylist(), days.to_pylist(), strict=True)
            return pa.array([text is not None and self.is_in(secret, text, day) for text, day in pairs], pa.bool_())

        found.__annotations__ = {"texts": pa.Array, "days": pa.Array, "return": pa.Array}
        return arrow_udf(found, returnType="boolean")(text, day)  # type: ignore[call-overload]
