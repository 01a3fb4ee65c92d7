"""Somebody who was forgotten is recognised by their hashes, however a file writes their identifiers."""

from datetime import date
from pathlib import Path

import pytest

from jobs.runtime.forgotten import BETWEEN, Forgotten, bare
from jobs.runtime.vault import token

KEY, NUMBER, RECYCLED, USER = b"k" * 32, "12900000017", "12900000018", "U80000017"
ENDED = date(2026, 3, 1)
FORGOTTEN = Forgotten(
    Path("forgotten.key"),
    frozenset({token(KEY, "user", USER)}),
    {token(KEY, "number", NUMBER): None, token(KEY, "number", RECYCLED): ENDED},
    frozenset({len(USER), len(NUMBER)}),
)


@pytest.mark.parametrize(
    ("text", "until"),
    [
        *((written, date.max) for written in (NUMBER, f"+86{NUMBER}", f"86{NUMBER}", f"0086{NUMBER}", f"0{NUMBER}", f"a|tel{NUMBER}|b")),
        (f"80000000025{BETWEEN}{RECYCLED}", ENDED),
        (f"80000000025{BETWEEN}{USER}", date.max),
        (f"broken,{USER},line", date.max),
        (f"1{NUMBER}", date.min),
        (f"{NUMBER}1", date.min),
        ("80000017", date.min),
    ],
)
def test_an_identifier_is_recognised_with_a_prefix_or_letters_and_not_in_a_longer_one(text: str, until: date) -> None:
    assert FORGOTTEN.until(KEY, text) == until


@pytest.mark.parametrize("text", [f"+86{NUMBER}", f"0{NUMBER}", NUMBER])
def test_a_number_is_the_same_whatever_is_before_it(text: str) -> None:
    assert bare(text) == NUMBER
