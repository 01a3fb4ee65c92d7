"""What cities and counties narrow of the operator's scenarios, in files of this folder: `OVERRIDES` has every one."""

from expectations.found import declared_in
from scenarios.override import Override

OVERRIDES = declared_in(__name__, __path__, Override)
