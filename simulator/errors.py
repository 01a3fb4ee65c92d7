"""Errors of the simulator; each message says what to change."""

from expectations.errors import ChudianError


class SimulatorError(ChudianError):
    """The province cannot be simulated, or a list cannot be read as a channel would read it."""
