"""Which channels are open to a member for an option: P3 puts them in order, P1 and P4 close some, and a few go on to the allocation."""

from typing import TYPE_CHECKING

from expectations.channels import CHANNELS
from scenarios.calendar import import_day, is_staffed
from scenarios.matching import VALUES, matching
from scenarios.offers import HANDSET_CANNOT, Content, looked_up, when_blocked
from scenarios.other_offers import Services
from scenarios.override import channels_in_place
from scenarios.policy import (
    BY_MANAGER,
    HIGH_CLASS,
    LOW_CLASS,
    MANAGER,
    MANAGER_CHANNEL,
    MOST_OPEN,
    MOST_ROWS,
    NO_CHANNEL_FITS,
    NO_CHANNEL_LEFT,
    STAFF_OFF,
    VALUE_CLASS,
)
from scenarios.terminal import columns_of_terminal, unusable_channels
from scenarios.timing import After
from scenarios.working_days import is_day_off

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

    from scenarios.catalogues import Catalogues
    from scenarios.offers import Offer
    from scenarios.scenario import Scenario
    from scenarios.timing import Step
    from scenarios.tonight import Tonight

# Columns with the channels that a customer refuses, and with those that have to wait.
_REFUSED = ("sensitive_channels", "do_not_disturb_channels", "no_call_scopes", "disturbed_channels")
_WAIT = ("resting_channels",)


def with_channels(scenario: "Scenario", step: "Step", offered: "DataFrame", tonight: "Tonight") -> "DataFrame":
    """Return each option once for each channel that is open to it, or once without a channel.

    `offered` has `offer`, `offer_kind`, `used_modes`, the columns of `of_value`, and `is_excluded` for options with a reason that no
    channel can change: they get one row. New columns: `channel`, `mode`, `lacks_channel` (the code of the reason if there is no channel,
    else null), `most_contacts_30d` (null where a rule chooses the channel) and `manager_id`. If the handset can use none of the channels
    that are left, `blocked` says so instead.
    """
    from pyspark.sql import functions as F

    by_rule, catalogues = scenario.channels.chosen_by == "rule", tonight.catalogues
    # Few columns one after the other: Spark Connect refuses a plan that is too deep.
    left = F.filter(F.array_except(_in_order(scenario, step), _refused_with(scenario)), lambda channel: _is_free(channel, catalogues))
    usable = F.array_except("left_channels", unusable_channels(scenario))
    suited = _suited(scenario, step, catalogues, usable)
    is_open = F.array_except(suited, _closed(scenario, tonight))
    most = 1 if by_rule else _most_open(scenario.offer_of(step))
    few = F.slice(is_open if by_rule else _accepted_first(is_open), 1, F.when(F.col("is_excluded"), 1).otherwise(most))
    found = offered.withColumn("left_channels", left).withColumn("channel", F.explode_outer(few))
    has_none = F.col("channel").isNull()
    cannot = has_none & (F.size("left_channels") > 0) & (F.size(usable) == 0)
    lacks = F.when(F.size("left_channels") == 0, NO_CHANNEL_LEFT.code).when(F.size(suited) == 0, NO_CHANNEL_FITS.code)
    told = {
        "blocked": F.array_union("blocked", when_blocked(cannot, HANDSET_CANNOT)),
        "mode": looked_up(catalogues.modes, F.col("channel")),
        "lacks_channel": F.when(has_none & ~cannot, lacks.otherwise(STAFF_OFF.code)),
        "most_contacts_30d": F.lit(None).cast("int") if by_rule else looked_up(matching().most_contacts_30d, F.col("customer")),
        "manager_id": F.when(F.col("channel") == MANAGER_CHANNEL, F.col(MANAGER))
        if _has_managers(scenario)
        else F.lit(None).cast("string"),
    }
    return found.withColumns(told)


def of_value(scenario: "Scenario", step: "Step", catalogues: "Catalogues") -> "dict[str, Column]":
    """Return `customer`, the value of the customer in the tables of P4, and `is_beyond_value`: whether the offer is too dear for it."""
    from pyspark.sql import functions as F

    by_rule = scenario.channels.chosen_by == "rule"
    customer = _customer(scenario)
    return {"customer": customer, "is_beyond_value": F.lit(False) if by_rule else _is_beyond_value(customer, scenario, step, catalogues)}


def columns_of_channels(scenario: "Scenario") -> list[str]:
    """Return the columns of the CAR that P3, P4 and terminal matching ask. A null is unknown, an answer: no scenario waits for them."""
    preferred = [scenario.channels.preferred] if scenario.channels.preferred else []
    of_terminal = columns_of_terminal(scenario)
    return [*preferred, *of_terminal, VALUE_CLASS, *(("customer_tier", "company_group", MANAGER) if _has_managers(scenario) else ())]


def _customer(scenario: "Scenario") -> "Column":
    from pyspark.sql import functions as F

    is_high = F.expr(f"coalesce({scenario.strategy.high_value}, false) OR {VALUE_CLASS} = '{HIGH_CLASS}'")
    high, middle, low = VALUES
    return F.when(is_high, high).when(F.col(VALUE_CLASS) == LOW_CLASS, low).otherwise(middle)


def _has_managers(scenario: "Scenario") -> bool:
    return MANAGER_CHANNEL in scenario.channels.allowed


def _in_order(scenario: "Scenario", step: "Step") -> "Column":
    """Return the channels in the order of P3, each once, as the overrides leave them.

    A step that follows another has its own channel first. Where the allocation chooses, all others that are allowed follow.
    """
    from pyspark.sql import functions as F

    channels, own = scenario.channels, [F.lit(step.channel)]
    if step.fixes_channel:
        return channels_in_place(scenario.overrides, F.array(*own), may_replace=False)
    order = [*([] if isinstance(step.trigger, After) else _rules(scenario)), *own, F.lit(step.instead).cast("string")]
    order += [] if channels.chosen_by == "rule" else [F.lit(name) for name in channels.allowed]
    # A rule that does not apply is null.
    named = F.array_distinct(F.array_compact(F.array(*order)))
    return channels_in_place(scenario.overrides, named, may_replace=True)


def _is_free(channel: "Column", catalogues: "Catalogues") -> "Column":
    """Return whether the channel's mode was not used in the cascade (P1)."""
    from pyspark.sql import functions as F

    return ~F.array_contains("used_modes", looked_up(catalogues.modes, channel))


def _closed(scenario: "Scenario", tonight: "Tonight") -> "Column":
    """Return the channels of the scenario whose staff are off on the day of import. Their lists would wait and pile up."""
    from pyspark.sql import functions as F

    is_off = is_day_off(import_day(tonight.on))
    return F.array(*(F.lit(name) for name in scenario.channels.allowed if is_off and is_staffed(name))).cast("array<string>")


def _rules(scenario: "Scenario") -> "list[Column]":
    """Return what each rule of P3 before the step's own channel gives; null where it does not apply or gives a channel not allowed."""
    from pyspark.sql import functions as F

    channels, rules = scenario.channels, []
    if channels.high_value:
        rules.append(F.when(F.expr(scenario.strategy.high_value), F.lit(channels.high_value)))
    if channels.preferred:
        preferred = F.col(channels.preferred)
        rules.append(F.when(preferred.isin(*channels.allowed), preferred))
    if _has_managers(scenario):
        has_none = F.col(channels.preferred).isNull() if channels.preferred else F.lit(True)
        rules.append(F.when(F.expr(BY_MANAGER) & has_none, F.lit(MANAGER_CHANNEL)))
    return rules


def _suited(scenario: "Scenario", step: "Step", catalogues: "Catalogues", served: "Column") -> "Column":
    """Return those of the channels that suit the customer: a work order needs somebody to go to.

    Where the allocation chooses, they also suit the value of the customer and the kind of product (P4).
    """
    from pyspark.sql import functions as F

    if _has_managers(scenario):
        served = F.filter(served, lambda channel: F.col(MANAGER).isNotNull() | (channel != MANAGER_CHANNEL))
    if scenario.channels.chosen_by == "rule":
        return served
    kinds = {"", *(catalogues.kinds.get(product, "") for product in scenario.offer_of(step).products)}
    by_key = {}
    for value in VALUES:
        for kind in sorted(kinds):
            suited = matching().channels(value, kind)
            by_key[_key(value, kind)] = F.array(*(F.lit(name) for name in scenario.channels.allowed if name in suited)).cast(
                "array<string>"
            )
    cells = F.create_map(*(item for key, names in by_key.items() for item in (F.lit(key), names)))
    return F.array_intersect(served, cells[F.concat_ws(" ", "customer", "offer_kind")])


def _most_open(offer: "Offer") -> int:
    """Return how many channels an option may have: fewer where each product is an option of its own."""
    options = len(offer.products) if isinstance(offer, Content | Services) else 1
    return max(1, min(MOST_OPEN, MOST_ROWS // options))


def _all_of(columns: tuple[str, ...]) -> "Column":
    """Return the channels that any of these columns names."""
    from pyspark.sql import functions as F

    none = F.expr("CAST(array() AS ARRAY<STRING>)")
    return F.flatten(F.array(*(F.coalesce(name, none) for name in columns)))


def _refused_with(scenario: "Scenario") -> "Column":
    """Return the channels that are part of one that the customer refuses: who wants no short message wants none behind an answer."""
    from pyspark.sql import functions as F

    parts = {name: channel.part_of for name in scenario.channels.allowed if (channel := CHANNELS[name]).part_of}
    refused = [F.when(F.array_contains(_all_of(_REFUSED), of), F.lit(name)) for name, of in parts.items()]
    return F.array_compact(F.array(*refused)) if refused else F.expr("CAST(array() AS ARRAY<STRING>)")


def _accepted_first(channels: "Column") -> "Column":
    """Return the channels, those last that are refused or wait: they are chosen only if there is no other, and say why not."""
    from pyspark.sql import functions as F

    last = _all_of((*_REFUSED, *_WAIT))
    return F.concat(F.array_except(channels, last), F.array_intersect(channels, last))


def _is_beyond_value(customer: "Column", scenario: "Scenario", step: "Step", catalogues: "Catalogues") -> "Column":
    from pyspark.sql import functions as F

    kinds = {catalogues.kinds.get(product, "") for product in scenario.offer_of(step).products}
    most = {_key(value, kind): fen for (value, kind), fen in matching().most_fee_fen.items() if kind in kinds}
    fee, limit = looked_up(catalogues.fees, F.col("offer")), looked_up(most, F.concat_ws(" ", customer, F.col("offer_kind")))
    return F.coalesce(fee > limit, F.lit(False))


def _key(value: str, kind: str) -> str:
    return f"{value} {kind}".strip()
