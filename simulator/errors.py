"""What the simulator refuses; each message says what to change."""

from expectations.errors import ChudianError


class SimulatorError(ChudianError):
    """A province that cannot be simulated, or a list that cannot be read as a channel would."""
