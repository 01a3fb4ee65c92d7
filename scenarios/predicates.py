"""What can be told of a scenario's Spark SQL without Spark; `waiting.unresolved` asks Spark."""

import re
from collections.abc import Iterator

# With or without brackets.
_WORDS = "current_(?:date|timestamp|time|timezone)|localtimestamp"
_CALLS = "now|curdate|unix_timestamp|rand|randn|random|uuid|shuffle|monotonically_increasing_id"
_QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'")
_VARYING = re.compile(rf"(?i)(?<![\w.`])(?:(?:{_CALLS})\s*\(|(?:{_WORDS})(?!\w))")


def faults_of_predicate(what: str, sql: str) -> Iterator[str]:
    """What is wrong with it: it is empty, or reads the clock or chance, so that a night run again would have other lists."""
    if not sql.strip():
        yield f"{what} is empty"
    calls = sorted({match[0].strip(" (") for match in _VARYING.finditer(_QUOTED.sub("''", sql))})
    yield from (f"{what} has {call}, which differs from run to run; a night run again must give the same lists" for call in calls)
