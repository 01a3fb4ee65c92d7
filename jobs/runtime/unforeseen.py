"""An error that is not chudian's own: what may be said of it outside the vault."""

from pyspark.errors import PySparkException

from expectations.errors import ChudianError


class UnforeseenError(ChudianError):
    """A job met an error that is not chudian's own. The message has only its type; the vault has the whole error."""


def kind_of(error: Exception) -> str:
    """Return the type of an error and, for Spark's errors, the name of the condition; never its text."""
    condition = error.getCondition() if isinstance(error, PySparkException) else None
    return type(error).__name__ + (f" {condition}" if condition else "")


def place_of(error: Exception) -> str:
    """Return the file or folder that the error names, if any. Paths have no customer data."""
    if isinstance(error, OSError) and error.filename:
        return f": {error.filename} ({error.strerror})"
    if isinstance(error, PySparkException) and error.getCondition() == "PATH_NOT_FOUND":
        return f": {(error.getMessageParameters() or {}).get('path', '')}"
    return ""
