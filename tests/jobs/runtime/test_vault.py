"""A demo makes its own key and never takes an operator's home for its own."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pytest
from airflow.sdk.execution_time.cache import SecretCache

import jobs.runtime.vault
from jobs.runtime.forgotten import forgotten_key
from jobs.runtime.settings import settings
from jobs.runtime.vault import (
    DEMO,
    VaultError,
    is_rotated,
    key_for_tokens,
    key_in_use,
    key_path,
    make_demo_key,
    rotate_key,
    take_new_variable,
    token,
    token_array,
)


def contents(home: Path) -> dict[str, bytes | None]:
    return {str(path.relative_to(home)): path.read_bytes() if path.is_file() else None for path in sorted(home.rglob("*"))}


def test_a_demos_key_comes_of_its_seed_and_is_taken_again(tmp_path: Path) -> None:
    key = make_demo_key(tmp_path / "vault", 7)
    assert key.read_bytes().startswith(DEMO)
    before = contents(tmp_path)
    (tmp_path / "landing" / "2026-03-04").mkdir(parents=True)
    make_demo_key(tmp_path / "vault", 7)
    assert {name: content for name, content in contents(tmp_path).items() if "landing" not in name} == before
    assert key_path(tmp_path / "vault") == key


@pytest.mark.parametrize("held", ["vault/token.key", "landing/2026-03-04/boss_usage/part.txt"])
def test_a_home_with_an_operators_key_or_extracts_is_refused_and_left_as_it_is(tmp_path: Path, held: str) -> None:
    (tmp_path / held).parent.mkdir(parents=True, mode=0o700)
    (tmp_path / held).write_bytes(b"\x07" * 32)
    before = contents(tmp_path)
    with pytest.raises(VaultError, match="holds an operator's key or extracts"):
        make_demo_key(tmp_path / "vault", 7)
    assert contents(tmp_path) == before


def test_a_key_that_is_not_the_one_tokens_were_made_with_is_refused_and_the_former_one_taken_again(tmp_path: Path) -> None:
    key, mark = make_demo_key(tmp_path / "vault", 7), tmp_path / "vault" / "token.key.mark"
    former = key.read_bytes()
    assert key_path(tmp_path / "vault") == key
    assert not mark.exists(), "looking is not using"
    assert key_in_use(tmp_path / "vault") == key_in_use(tmp_path / "vault") == key
    assert former.hex() not in mark.read_text()
    key.write_bytes(former + b"\n")
    for taken in (key_path, key_in_use):
        with pytest.raises(VaultError, match="put the former key back"):
            taken(tmp_path / "vault")
    key.write_bytes(former)
    assert key_in_use(tmp_path / "vault") == key


def test_receives_that_take_a_new_key_side_by_side_leave_one_mark(tmp_path: Path) -> None:
    for home in (tmp_path / f"{n}" for n in range(50)):
        vault = home / "vault"
        key = make_demo_key(vault, 7)
        with ThreadPoolExecutor(8) as pool:
            assert set(pool.map(key_in_use, [vault] * 8)) == {key}
        assert {path.name for path in vault.iterdir()} == {"token.key", "token.key.mark"}


def test_a_rotated_key_is_new_and_in_use_and_the_former_one_is_refused(tmp_path: Path) -> None:
    vault = tmp_path / "vault"
    former = make_demo_key(vault, 7).read_bytes()
    key_in_use(vault)
    assert not is_rotated(vault)
    rotate_key(vault)
    assert is_rotated(vault)
    assert key_in_use(vault).read_bytes() != former
    assert {path.name for path in vault.iterdir()} == {"token.key", "token.key.mark", "token.key.rotated"}
    assert (vault / "token.key").stat().st_mode & 0o077 == 0
    (vault / "token.key").write_bytes(former)
    with pytest.raises(VaultError, match="put the former key back"):
        key_in_use(vault)


def test_a_key_of_forgotten_people_is_made_whole_and_a_cut_one_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as killed:
        killed.setattr(os, "fsync", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            forgotten_key(tmp_path)
    assert not (tmp_path / "forgotten.key").exists()
    key = forgotten_key(tmp_path)
    assert forgotten_key(tmp_path) == key
    assert (len(key.read_bytes()), key.stat().st_mode & 0o077) == (32, 0)
    key.write_bytes(b"")
    with pytest.raises(VaultError, match="has 0 bytes, expected at least 32"):
        forgotten_key(tmp_path)


@pytest.mark.parametrize("at", range(4))
def test_a_rotation_killed_at_any_step_leaves_a_key_that_is_accepted_and_can_be_run_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    vault = tmp_path / "vault"
    make_demo_key(vault, 7)
    key_in_use(vault)
    steps = [(jobs.runtime.vault, "write_secret"), (jobs.runtime.vault, "write_whole"), (Path, "replace"), (os, "fsync")]
    with monkeypatch.context() as killed:
        killed.setattr(*steps[at], lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            rotate_key(vault)
    before = key_in_use(vault).read_bytes()
    rotate_key(vault)
    assert key_in_use(vault).read_bytes() != before
    assert (vault / "token.key.mark").read_text().count("\n") == 0


def test_a_key_of_airflows_variable_is_in_a_file_only_while_tokens_are_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = settings({"CHUDIAN_HOME": str(tmp_path), "CHUDIAN_KEY_FROM": "airflow:chudian_key"})
    monkeypatch.setenv("AIRFLOW_VAR_CHUDIAN_KEY", "07" * 32)
    chosen.vault.mkdir(mode=0o700)
    with key_for_tokens(chosen, chosen.vault / "stage") as key:
        assert (key.read_bytes(), key.stat().st_mode & 0o077) == (b"\x07" * 32, 0)
    assert [path.name for path in chosen.vault.rglob("*") if path.is_file()] == ["token.key.mark"]
    with pytest.raises(VaultError, match="has the key in use"):
        take_new_variable(chosen)
    for text, fault in (("08" * 32, "put the former key back"), ("08", "has 1 bytes"), ("no hex", "expected hex digits")):
        SecretCache.invalidate_variable("chudian_key")
        monkeypatch.setenv("AIRFLOW_VAR_CHUDIAN_KEY", text)
        with pytest.raises(VaultError, match=fault) as refusal, key_for_tokens(chosen, chosen.vault / "stage"):
            pass
        assert text not in str(refusal.value)
    monkeypatch.setenv("AIRFLOW_VAR_CHUDIAN_KEY", "08" * 32)
    take_new_variable(chosen)
    with key_for_tokens(chosen, chosen.vault / "stage") as key:
        assert key.read_bytes() == b"\x08" * 32


@pytest.mark.parametrize("key", [b"k" * 32, b"a key that is longer than a block of the hash" * 2], ids=["usual", "long"])
def test_tokens_of_many_are_those_of_each(key: bytes) -> None:
    texts = ["80000000017", "", "号码"]
    assert token_array(key, "user", pa.array(texts)).to_pylist() == [token(key, "user", text) for text in texts]
    again = token_array(key, "user", pa.array(["8", None, "8"])).to_pylist()
    assert again == [token(key, "user", "8"), None, token(key, "user", "8")]
