"""Errors of contracts, feeds and settings. Each message says where, what was expected, what was found and what to do."""

from collections.abc import Iterable
from difflib import get_close_matches

# So many names are a list that people read to its end: scenarios, feeds and jobs, but not tags.
_FEW = 150


class ChudianError(Exception):
    """An error that the user can act on; the command line prints it without a traceback."""


class ContractError(ChudianError):
    """A frame or a declaration breaks a table's contract."""


class SlippedError(ChudianError):
    """A delivery has passed its deadline, and its feed says that the jobs that need it wait for a later night. Not a failure."""


class FeedError(ChudianError):
    """A feed is declared wrongly, or a delivery cannot be accepted as a whole."""


def teach(where: str, faults: Iterable[str], cure: str) -> str:
    """Return one message with all faults found: where, the faults line by line, what to do."""
    lines = "\n".join(f"  - {fault}" for fault in faults)
    return f"{where}:\n{lines}\n  To mend it: {cure}"


def unknown(thing: str, asked: str, names: Iterable[str]) -> str:
    """Return a message about an unknown name, with the nearest names, or with all names if none is near and they are few."""
    known = sorted(names)
    begun = [name for name in known if asked and name.startswith(asked)]
    near = begun[:3] or get_close_matches(asked, known, n=3, cutoff=0.6)
    if near:
        told = f"Did you mean {' or '.join(near)}?"
    else:
        told = f"There are: {', '.join(known)}." if len(known) <= _FEW else f"There are {len(known)}, and no name is near."
    return f"No {thing} is called {asked}. {told}"
