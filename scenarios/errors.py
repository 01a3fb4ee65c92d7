"""The error of a wrong scenario."""

from expectations.errors import ChudianError


class ScenarioError(ChudianError):
    """A scenario lacks an element, contradicts itself, or names something that does not exist."""
