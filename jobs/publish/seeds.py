"""The operator's own test numbers, which get every active list: vault/seed_numbers.txt, one per line, # for remarks."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

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


def without_test_numbers(listed: "DataFrame", numbers: "DataFrame", seeds: Sequence[str]) -> "tuple[DataFrame, list[str]]":
    """Return the decisions of subscribers who have none of these numbers, and a warning that has the count of the others."""
    from pyspark.sql import functions as F

    if not seeds:
        return listed, []
    theirs = F.broadcast(numbers.where(F.col("number").isin(*seeds)).select("subscriber_id").distinct())
    count = listed.join(theirs, "subscriber_id", "left_semi").count()
    warning = f"{count} listed row(s) are of subscribers with a number of {SEEDS}; they are in no list, because these are no customers"
    return listed.join(theirs, "subscriber_id", "left_anti"), [warning] if count else []
