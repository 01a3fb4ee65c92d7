"""The operator's own test numbers, which get every active list: vault/seed_numbers.txt, one per line, # for remarks."""

import re
from pathlib import Path

SEEDS = "seed_numbers.txt"
_NUMBER = re.compile("1[0-9]{10}")


def seed_numbers(vault: Path) -> tuple[tuple[str, ...], list[str]]:
    """Return the numbers of the file, none without one, and a warning for each line that is no number."""
    path = vault / SEEDS
    if not path.is_file():
        return (), []
    lines = [line.partition("#")[0].strip() for line in path.read_text("utf-8").splitlines()]
    wrong = [f"{path} line {place}: no number of 11 digits; it is left out" for place, line in enumerate(lines, 1) if not _fits(line)]
    return tuple(dict.fromkeys(line for line in lines if _NUMBER.fullmatch(line))), wrong


def _fits(line: str) -> bool:
    return not line or bool(_NUMBER.fullmatch(line))
