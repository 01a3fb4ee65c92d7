"""The kinds of refusal that a contract, feed or setting can give; each says where, what was expected, what came, what to do."""

from collections.abc import Iterable


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
