"""What can be told of a scenario's Spark SQL without Spark; `waiting.unresolved` asks Spark."""

import re
from collections.abc import Iterator

# With or without brackets.
_WORDS = "current_(?:date|timestamp|time|timezone)|localtimestamp"
_CALLS = "now|curdate|unix_timestamp|rand|randn|random|uuid|shuffle|monotonically_increasing_id"
_QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'")
_VARYING = re.compile(rf"(?i)(?<![\w.`])(?:(?:{_CALLS})\s*\(|(?:{_WORDS})(?!\w))")

# One customer's odd value would end the job that finds the candidates of all scenarios.
_RAISING = re.compile(r"(?i)[/%]|(?<![\w.`])(?:div|mod)(?!\w)|(?<![\w.`])(?:cast|to_date|to_timestamp|to_number|element_at)\s*\(")


def faults_of_predicate(what: str, sql: str) -> Iterator[str]:
    """What is wrong with it: it is empty, reads the clock or chance, or may raise an error at one customer's value."""
    if not sql.strip():
        yield f"{what} is empty"
    plain = _QUOTED.sub("''", sql)
    calls = sorted({match[0].strip(" (") for match in _VARYING.finditer(plain)})
    yield from (f"{what} has {call}, which differs from run to run; a night run again must give the same lists" for call in calls)
    signs = sorted({match[0].strip(" (") for match in _RAISING.finditer(plain)})
    yield from (f"{what} has {sign}, which fails at one odd value; write try_divide, try_cast, try_mod, try_element_at" for sign in signs)
