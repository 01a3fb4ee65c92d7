"""What the contacts of a night must and may make together, in files of this folder: `QUOTAS` has every quota."""

from expectations.found import declared_in
from scenarios.library import SCENARIOS
from scenarios.quota import Quota, checked

QUOTAS = checked(declared_in(__name__, __path__, Quota), SCENARIOS)
