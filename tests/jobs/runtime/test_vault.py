"""A demo makes its own key and never takes an operator's home for its own."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from jobs.runtime.vault import DEMO, VaultError, key_in_use, key_path, make_demo_key


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
