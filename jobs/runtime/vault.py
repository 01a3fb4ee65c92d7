"""The vault's key and the tokens made with it. Only this module has a raw identifier and the key at the same time."""

import hashlib
import hmac
import os
import secrets
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from expectations.errors import ChudianError
from jobs.runtime.settings import Settings
from jobs.runtime.whole_file import write_whole

if TYPE_CHECKING:
    import pyarrow
    from pyspark.sql import Column

KEY_FILE = "token.key"
KEY_MARK = "token.key.mark"
# There once the key was rotated.
KEY_ROTATED = "token.key.rotated"
KEY_BYTES = 32
# SHA-256 works through its input in pieces of this many bytes.
_HASHED_BYTES = 64
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
    _refuse_another(path, vault / KEY_MARK)
    return path


def _refuse_another(path: Path, mark: Path) -> None:
    # While the key is being rotated, the mark has a line for each of the two keys.
    if mark.exists() and _mark_of(path) not in mark.read_text("ascii").split():
        raise VaultError(
            "The token key is not the one that tokens were made with: every subscriber would get a new id.\n"
            f"  To mend it: put the former key back. If no table has tokens yet, remove {mark}."
        )


def key_in_use(vault: Path) -> Path:
    """Return the path of the token key for a job that makes tokens. The first use writes a mark; from then on no other key is accepted.

    VaultError as for key_path.
    """
    path, mark = key_path(vault), vault / KEY_MARK
    if not mark.exists():
        write_whole(mark, _mark_of(path).encode())
    return path


def key_mark(vault: Path) -> str:
    """Return the mark of the key in use, of two lines while it is rotated; empty before the first use."""
    mark = vault / KEY_MARK
    return mark.read_text("ascii") if mark.exists() else ""


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
        write_secret(path, DEMO + hashlib.sha256(f"{seed}".encode()).digest())
    return path


@contextmanager
def key_for_tokens(settings: Settings, folder: Path) -> Iterator[Path]:
    """Yield the path of the token key for a job that makes tokens. VaultError as for key_path.

    A key of Airflow's variable is in a file of `folder`, which workers read, only until the block ends.
    """
    if not settings.key_variable:
        yield key_in_use(settings.vault)
        return
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path, mark = folder / f"{KEY_FILE}.{os.getpid()}", settings.vault / KEY_MARK
    path.unlink(missing_ok=True)
    try:
        write_secret(path, key_of_variable(settings.key_variable))
        _refuse_another(path, mark)
        if not mark.exists():
            write_whole(mark, _mark_of(path).encode())
        yield path
    finally:
        path.unlink(missing_ok=True)


def key_of_variable(name: str) -> bytes:
    """Return the key in Airflow's variable, through its secrets backends. VaultError when it has none or is not hex."""
    from airflow.sdk import Variable

    text = Variable.get(name, default="")
    cure = f"store {2 * KEY_BYTES} or more hex digits in it, for example of `openssl rand -hex {KEY_BYTES}`."
    try:
        key = bytes.fromhex(text)
    except ValueError:
        raise VaultError(f"Airflow's variable {name} is no key: expected hex digits.\n  To mend it: {cure}") from None
    if len(key) < KEY_BYTES:
        raise VaultError(f"Airflow's variable {name} has {len(key)} bytes, expected at least {KEY_BYTES}.\n  To mend it: {cure}")
    return key


def is_rotated(vault: Path) -> bool:
    """Whether the home's tokens may be of several keys, so that a known identifier's token has to be looked up in vault.identity."""
    return (vault / KEY_ROTATED).exists()


def take_new_variable(settings: Settings) -> None:
    """Take the key that Airflow's variable has now as the new one. VaultError when it is still the one in use."""
    mark = settings.vault / KEY_MARK
    new = hmac.digest(key_of_variable(settings.key_variable), KEY_MARK.encode(), "sha256").hex()
    if mark.exists() and new in mark.read_text("ascii").split():
        name = settings.key_variable
        raise VaultError(f"Airflow's variable {name} has the key in use.\n  To mend it: put a new key into it, then rotate.")
    (settings.vault / KEY_ROTATED).touch(mode=0o600)
    write_whole(mark, new.encode())


def rotate_key(vault: Path) -> None:
    """Put a new random key in the place of the one in use, which is destroyed. VaultError as for key_path.

    If this is killed, the key that is there is accepted, and the rotation can be run again.
    """
    path, mark, new = key_path(vault), vault / KEY_MARK, vault / f"{KEY_FILE}.new"
    new.unlink(missing_ok=True)
    prefix = DEMO if path.read_bytes().startswith(DEMO) else b""
    write_secret(new, prefix + secrets.token_bytes(KEY_BYTES))
    (vault / KEY_ROTATED).touch(mode=0o600)
    write_whole(mark, f"{_mark_of(path)}\n{_mark_of(new)}".encode())
    with path.open("r+b") as former:
        size = len(former.read())
        new.replace(path)
        # The former key's blocks are overwritten, because an unlinked file can be read from the disk.
        former.seek(0)
        former.write(bytes(size))
        former.flush()
        os.fsync(former.fileno())
    write_whole(mark, _mark_of(path).encode())


def write_secret(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read, whole or not at all. Only one process may write it at a time.

    The temporary name is always the same, so that what a killed run left of it is written over.
    """
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.rename(path)


def secret_of(path: str) -> bytes:
    """Return the key. A worker outlives a rotation when the operator runs the Spark server, so a replaced file is read again."""
    told = os.stat(path)
    return _key_of(path, told.st_ino, told.st_mtime_ns)


@lru_cache(maxsize=2)
def _key_of(path: str, inode: int, changed: int) -> bytes:
    return Path(path).read_bytes()


def token(key: bytes, identity: str, raw: str) -> str:
    """Return 32 hex digits of HMAC-SHA-256.

    The kind of identifier is hashed too, so a user id never collides with a number of the same digits.
    """
    return hmac.digest(key, f"{identity}:{raw}".encode(), "sha256").hex()[:32]


def token_array(key: bytes, identity: str, raws: "pyarrow.Array") -> "pyarrow.Array":
    """Return the token of each text, as `token` makes it; null stays null. The work that all of them share is done once."""
    import pyarrow as pa

    # An identifier repeats within a batch (for example a number's requests of a day), so each is hashed once.
    encoded = raws.dictionary_encode()
    padded = (hashlib.sha256(key).digest() if len(key) > _HASHED_BYTES else key).ljust(_HASHED_BYTES, b"\0")
    # HMAC hashes the text after the key with one pad, and the result after the key with the other.
    begun = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded) + f"{identity}:".encode()).copy
    outside = hashlib.sha256(bytes(byte ^ 0x5C for byte in padded)).copy
    found = bytearray()
    for raw in encoded.dictionary.cast(pa.binary()).to_pylist():
        inner, outer = begun(), outside()
        inner.update(raw)
        outer.update(inner.digest())
        found += outer.digest()[:16]
    count = len(found) // 16
    offsets = pa.py_buffer(array("i", range(0, 32 * count + 1, 32)))
    tokens = pa.StringArray.from_buffers(count, offsets, pa.py_buffer(found.hex().encode()))
    return tokens if count == len(raws) else tokens.take(encoded.indices)


def tokenised(raw: "Column", identity: str, key: Path) -> "Column":
    """Return the token of a raw identifier column; null stays null.

    The Arrow function reads the key in the worker, so no plan contains it.
    """
    import pyarrow as pa
    from pyspark.sql.functions import arrow_udf

    key_file = str(key)

    def of_batch(values: "pyarrow.Array") -> "pyarrow.Array":
        return token_array(secret_of(key_file), identity, values)

    # arrow_udf reads the element types from the annotations. As strings they would need this module's names at run time.
    of_batch.__annotations__ = {"values": pa.Array, "return": pa.Array}
    return arrow_udf(of_batch, returnType="string")(raw)  # type: ignore[call-overload]
