"""What a scenario is refused with."""

from expectations.errors import ChudianError


class ScenarioError(ChudianError):
    """A scenario lacks an element, contradicts itself, or names something that does not exist."""
