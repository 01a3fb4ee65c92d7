"""The kinds of refusal that a contract, feed or setting can give; each says where, what was expected, what came, what to do."""

from collections.abc import Iterable
from difflib import get_close_matches


class ChudianError(Exception):
    """A refusal a user can act on; the command line prints it without a traceback."""


class ContractError(ChudianError):
    """A frame or declaration does not keep a table's contract."""


class FeedError(ChudianError):
    """A feed's declaration cannot work, or a delivery cannot be accepted as a whole."""


def teach(where: str, faults: Iterable[str], cure: str) -> str:
    """One message out of all faults found at once: where, the faults line by line, what to do."""
    lines = "\n".join(f"  - {fault}" for fault in faults)
    return f"{where}:\n{lines}\n  To mend it: {cure}"


def unknown(thing: str, asked: str, names: Iterable[str]) -> str:
    """A message about a name that nobody has: the nearest names, or all there are when none is near."""
    known = sorted(names)
    near = get_close_matches(asked, known, n=3, cutoff=0.6)
    return f"No {thing} is called {asked}. " + (f"Did you mean {' or '.join(near)}?" if near else f"There are: {', '.join(known)}.")
