"""The vault's key and the tokens made with it. Only this module has a raw identifier and the key at the same time."""

import hashlib
import hmac
import os
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from expectations.errors import ChudianError
from jobs.runtime.whole_file import write_whole

if TYPE_CHECKING:
    import pyarrow
    from pyspark.sql import Column

KEY_FILE = "token.key"
KEY_MARK = "token.key.mark"
KEY_BYTES = 32
DEMO = b"chudian demo key "
DEMO_MARK = "demo"


class VaultError(ChudianError):
    """The key is missing, too short, readable by others, or not the one that existing tokens were made with."""


def key_path(vault: Path) -> Path:
    """Return the path of the token key. VaultError when the key is missing, readable by others, a demo's, too short, or has changed."""
    path = vault / KEY_FILE
    if not path.is_file():
        raise VaultError(
            f"No token key at {path}.\n  To mend it: place a file of at least {KEY_BYTES} random bytes there, readable by its owner only; "
            "a demo home gets one from `chudian simulate`."
        )
    if vault.stat().st_mode & 0o077:
        raise VaultError(f"The vault {vault} is open to other users.\n  To mend it: chmod 700 {vault}")
    if path.stat().st_mode & 0o077:
        raise VaultError(f"The token key {path} is readable by others.\n  To mend it: chmod 600 {path}")
    if path.read_bytes().startswith(DEMO) and not (vault.parent / DEMO_MARK).exists():
        raise VaultError(
            f"The token key {path} is a demo's: anyone can make it from its seed.\n  To mend it: place {KEY_BYTES} random bytes there; "
            f"without the file {DEMO_MARK} beside the vault, a home is no demo."
        )
    if path.stat().st_size < KEY_BYTES:
        raise VaultError(
            f"The token key {path} has {path.stat().st_size} bytes, expected at least {KEY_BYTES}.\n  To mend it: make a longer one."
        )
    mark = vault / KEY_MARK
    if mark.exists() and mark.read_text("ascii") != _mark_of(path):
        raise VaultError(
            f"The token key {path} is not the one that tokens were made with: every subscriber would get a new id.\n"
            f"  To mend it: put the former key back. If no table has tokens yet, remove {mark}."
        )
    return path


def key_in_use(vault: Path) -> Path:
    """Return the path of the token key for a job that makes tokens. The first use writes a mark; from then on no other key is accepted.

    VaultError as for key_path.
    """
    path, mark = key_path(vault), vault / KEY_MARK
    if not mark.exists():
        write_whole(mark, _mark_of(path).encode())
    return path


def _mark_of(key: Path) -> str:
    return hmac.digest(key.read_bytes(), KEY_MARK.encode(), "sha256").hex()


def make_demo_key(vault: Path, seed: int) -> Path:
    """Make the demo's key from its seed, so that a demo's bytes repeat, and the mark of a demo. An existing demo key is left alone.

    VaultError, without any change, when the home has an operator's key or extracts: a demo writes files of the same names.
    """
    home, path = vault.parent, vault / KEY_FILE
    is_of_operator = path.exists() and not path.read_bytes().startswith(DEMO)
    if is_of_operator or (not (home / DEMO_MARK).exists() and any((home / "landing").glob("*"))):
        raise VaultError(
            f"{home} holds an operator's key or extracts; a demo would write over them.\n  To mend it: set CHUDIAN_HOME elsewhere."
        )
    vault.mkdir(parents=True, exist_ok=True, mode=0o700)
    (home / DEMO_MARK).touch()
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(DEMO + hashlib.sha256(f"{seed}".encode()).digest())
    return path


@lru_cache(maxsize=2)
def _key(path: str) -> bytes:
    return Path(path).read_bytes()


def token(key: bytes, identity: str, raw: str) -> str:
    """Return 32 hex digits of HMAC-SHA-256.

    The kind of identifier is hashed too, so a user id never collides with a number of the same digits.
    """
    return hmac.digest(key, f"{identity}:{raw}".encode(), "sha256").hex()[:32]


def tokenised(raw: "Column", identity: str, key: Path) -> "Column":
    """Return the token of a raw identifier column; null stays null.

    The Arrow function reads the key in the worker, so no plan contains it.
    """
    import pyarrow as pa
    from pyspark.sql.functions import arrow_udf

    key_file = str(key)

    def tokens(values: "pyarrow.Array") -> "pyarrow.Array":
        secret = _key(key_file)
        # An identifier repeats within a batch (for example a number's requests of a day), so each is hashed once.
        encoded = values.dictionary_encode()
        names = [token(secret, identity, value) for value in encoded.dictionary.to_pylist()]
        return pa.DictionaryArray.from_arrays(encoded.indices, pa.array(names, pa.string())).cast(pa.string())

    # arrow_udf reads the element types from the annotations. As strings they would need this module's names at run time.
    tokens.__annotations__ = {"values": pa.Array, "return": pa.Array}
    return arrow_udf(tokens, returnType="string")(raw)  # type: ignore[call-overload]
