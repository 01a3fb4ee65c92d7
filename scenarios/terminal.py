"""Terminal matching 终端匹配: what a channel or an own app needs of the handset (scenarios/matching/terminal.csv).

Only a handset that is known not to be able closes a channel or blocks an offer. One whose type is not in the catalogue (S9) may be able.
"""

from typing import TYPE_CHECKING

from scenarios.matching import matching
from scenarios.offers import HANDSET_CANNOT, when_blocked

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pyspark.sql import Column

    from scenarios.scenario import Scenario
    from scenarios.timing import Step


def columns_of_terminal(scenario: "Scenario") -> list[str]:
    """Return the columns of the CAR that say what the handset can do, of those that the channels and products of the scenario need."""
    products = {product for step in scenario.timing.steps for product in scenario.offer_of(step).products}
    needs = matching().terminal
    return sorted({*_of(needs["channel"], scenario.channels.allowed).values(), *_of(needs["product"], products).values()})


def unusable_channels(scenario: "Scenario") -> "Column":
    """Return the channels of the scenario that the handset cannot use."""
    from pyspark.sql import functions as F

    needs = _of(matching().terminal["channel"], scenario.channels.allowed)
    closed = [F.when(~F.col(column), F.lit(channel)) for channel, column in needs.items()]
    return F.array_compact(F.array(*closed)) if closed else F.expr("CAST(array() AS ARRAY<STRING>)")


def blocked_by_handset(scenario: "Scenario", step: "Step") -> "Column":
    """Return the reason against an option whose product the handset cannot use, as an array; empty if it can, or if that is not known."""
    from pyspark.sql import functions as F

    cannot = F.lit(False)
    for product, column in _of(matching().terminal["product"], scenario.offer_of(step).products).items():
        cannot = cannot | (F.col("offer") == product) & ~F.col(column)
    return when_blocked(cannot, HANDSET_CANNOT)


def _of(needs: "Mapping[str, str]", codes: "Iterable[str]") -> dict[str, str]:
    return {code: needs[code] for code in codes if code in needs}
