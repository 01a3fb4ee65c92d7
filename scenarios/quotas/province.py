"""The province's own quotas. The amount is our assumption: the operator writes its own."""

from scenarios.quota import Quota

BUDGET = Quota(
    name="budget of a night",
    owner="marketing-board",
    measure="cost",
    scenarios=None,
    channels=None,
    city=None,
    county=None,
    least=None,
    most=20_000_000,
)
