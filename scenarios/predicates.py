"""What can be told of a scenario's Spark SQL without Spark; `waiting.unresolved` asks Spark."""

import re
from collections.abc import Iterator
from itertools import accumulate

# With or without brackets.
_WORDS = "current_(?:date|timestamp|time|timezone)|localtimestamp"
_CALLS = "now|curdate|unix_timestamp|rand|randn|random|uuid|shuffle|monotonically_increasing_id"
_QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'")
_VARYING = re.compile(rf"(?i)(?<![\w.`])(?:(?:{_CALLS})\s*\(|(?:{_WORDS})(?!\w))")

# One customer's odd value would end the job that finds the candidates of all scenarios. A minus sign between two values may overflow; the
# sign of a number, as in `BETWEEN -1 AND 3`, cannot.
_BEFORE_A_SIGN = "".join(rf"(?<!\b{word})" for word in ("AND", "OR", "NOT", "BETWEEN", "WHEN", "THEN", "ELSE"))
_MINUS = rf"(?<=[\w)`']){_BEFORE_A_SIGN}\s*-"
_CALLED = r"(?<![\w.`])(?:cast|to_date|to_timestamp|to_number|element_at)\s*\("
_RAISING = re.compile(rf"(?i)[/%+*]|{_MINUS}|(?<![\w.`])(?:div|mod)(?!\w)|{_CALLED}")
_CURES = "try_add, try_subtract, try_multiply, try_divide, try_mod, try_cast, try_element_at"


def faults_of_predicate(what: str, sql: str) -> Iterator[str]:
    """What is wrong with it: it is empty, its brackets do not match, it reads the clock or chance, or may raise an error at one value."""
    if not sql.strip():
        yield f"{what} is empty"
    plain = _QUOTED.sub("''", sql)
    depths = list(accumulate((letter == "(") - (letter == ")") for letter in plain))
    # A predicate is put in brackets, so that nothing of it can widen what stands around it.
    if depths and (min(depths) < 0 or depths[-1]):
        yield f"{what} has a bracket too many or too few; each ( needs its )"
    calls = sorted({match[0].strip(" (") for match in _VARYING.finditer(plain)})
    yield from (f"{what} has {call}, which differs from run to run; a night run again must give the same lists" for call in calls)
    signs = sorted({match[0].strip(" (") for match in _RAISING.finditer(plain)})
    yield from (f"{what} has {sign}, which fails at one odd value; write {_CURES}" for sign in signs)
