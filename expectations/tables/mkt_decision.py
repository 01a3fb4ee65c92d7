"""What was decided for whom: one row for everyone a scenario's wave was meant for, listed or not, and why."""

from expectations.checks import NOT_NULL, at_least, between, one_of
from expectations.columns import CITY, COUNTY, SUBSCRIBER_ID
from expectations.contract import Column, Table

STAGES = ("excluded", "held_out", "below_capacity", "listed")

MKT_DECISION = Table(
    name="mkt.decision",
    owner="marketing",
    comment="One row per subscriber, scenario and wave of the audience; audience = excluded + held out + below capacity + listed.",
    key=("scenario", "wave", "subscriber_id"),
    may_be_empty=True,  # most nights publish no wave
    columns=(
        Column("scenario", "string", "The scenario's name.", (NOT_NULL,)),
        Column("wave", "int", "The wave, counted from 1.", (NOT_NULL, at_least(1))),
        SUBSCRIBER_ID,
        CITY,
        COUNTY,
        Column("stage", "string", "Where the row ended.", (NOT_NULL, one_of(*STAGES))),
        Column("reasons", "array<string>", "Every reason for an exclusion, as codes; empty for the other stages.", (NOT_NULL,)),
        Column("product", "string", "Best-fit product.", null_means="no tier is better than pay-as-you-go"),
        Column("resource", "string", "Resource given with it."),
        Column("channel", "string", "Channel chosen.", null_means="no channel is left in this cycle"),
        Column("mode", "string", "Active or passive contact.", (one_of("active", "passive"),)),
        Column("current_bill_fen", "bigint", "Expected monthly bill for data as it is, fen.", unit="fen"),
        Column("offer_bill_fen", "bigint", "Expected monthly bill for data under the offer.", unit="fen"),
        Column("bill_change_fen", "bigint", "Offer less current: what the customer's bill is expected to change by.", unit="fen"),
        Column("score_ppm", "int", "Propensity used.", (between(0, 1_000_000),), unit="ppm"),
        Column("model_version", "string", "Name and version of the model that scored."),
        Column("value_fen", "bigint", "p x (fee x months x margin - resource) - contact cost.", unit="fen"),
        Column("rank", "int", "Place among the eligible of the scenario's wave, held out or not.", (at_least(1),), null_means="excluded"),
        Column("would_list", "boolean", "Whether it stands above the capacity cut, held out or not.", (NOT_NULL,)),
        Column("control", "string", "Which control group holds it out.", (one_of("universal", "scenario"),), null_means="none"),
        Column(
            "contact_propensity_ppm",
            "int",
            "Probability that no control group holds the row out.",
            (NOT_NULL, between(0, 1_000_000)),
            unit="ppm",
        ),
        Column("message", "string", "The words with the customer's own figures.", null_means="excluded"),
    ),
)
