"""What the simulator refuses; each message says what to change."""


class SimulatorError(Exception):
    """A province that cannot be simulated, or a list that cannot be read as a channel would."""
