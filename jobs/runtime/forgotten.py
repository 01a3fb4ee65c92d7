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
# Between the identifiers of one line; a text cannot contain it as part of an identifier.
BETWEEN = "\x1f"
_RUNS = re.compile("[0-9A-Za-z]+")
_DIGITS = re.compile("[0-9]+")
# What some systems write before a number: the country, or the zero of long distance.
_PREFIXES = ("0086", "86", "0")
# Shorter ones name nobody.
_FIRST = 6
_NUMBER = re.compile("1[0-9]{10}")


def identifiers(text: str) -> set[str]:
    """Return what may be an identifier in a text: its pieces, their runs of letters and digits, and runs without a number's prefix."""
    pieces = set(text.split(BETWEEN))
    runs = {run for piece in pieces for of in (_RUNS, _DIGITS) for run in of.findall(piece) if len(run) >= _FIRST}
    without = {run.removeprefix(prefix) for run in runs for prefix in _PREFIXES if run.startswith(prefix)}
    return pieces | runs | {one for one in without if _NUMBER.fullmatch(one)}


def bare(number: str) -> str:
    """Return a number without what some systems write before its 11 digits; another text as it is."""
    found = [one for one in identifiers(number) if _NUMBER.fullmatch(one)]
    return found[0] if len(found) == 1 else number


def written(number: str) -> list[str]:
    """Return the texts by which systems write a number."""
    return [number, *(prefix + bare(number) for prefix in ("", "+86", *_PREFIXES))]


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

    def until(self, secret: bytes, text: str) -> date:
        """Return the day before which a text is about somebody who was forgotten: by a user id always, by a number until its new holder."""
        until = date.min
        for found in identifiers(text):
            if len(found) in self.lengths:
                if token(secret, "user", found) in self.users:
                    return date.max
                until = max(until, self.numbers.get(token(secret, "number", found), date.min) or date.max)
        return until

    def among(self, text: "Column", day: "Column") -> "Column":
        """Return whether each text is about somebody who was forgotten on that day; false for a null text.

        Several identifiers of one line have BETWEEN between them. The key is read in the worker.
        """
        import pyarrow as pa
        from pyspark.sql.functions import arrow_udf

        def found(texts: "pyarrow.Array", days: "pyarrow.Array") -> "pyarrow.Array":
            return self.are_among(texts, days)

        found.__annotations__ = {"texts": pa.Array, "days": pa.Array, "return": pa.Array}
        return arrow_udf(found, returnType="boolean")(text, day)  # type: ignore[call-overload]

    def are_among(self, texts: "pyarrow.Array", days: "pyarrow.Array | pyarrow.Scalar") -> "pyarrow.Array":
        """Return the same for Arrow arrays, or for one day."""
        import pyarrow as pa
        import pyarrow.compute as pc

        secret = self.key.read_bytes()
        # An identifier repeats within a batch, so each is hashed once.
        encoded = texts.dictionary_encode()
        until = pa.array([self.until(secret, one) for one in encoded.dictionary.to_pylist()], pa.date32())
        return pc.fill_null(pc.less(days, until.take(encoded.indices)), False)
