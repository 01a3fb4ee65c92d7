"""The decisions: one row for every subscriber who was due for a step of a scenario, listed or not, with the reasons."""

from expectations.checks import NOT_NULL, at_least, between, one_of
from expectations.columns import CITY, COUNTY, SUBSCRIBER_ID
from expectations.contract import Column, Table
from expectations.tables.mkt_candidate import MKT_CANDIDATE

STAGES = ("excluded", "held_out", "not_allocated", "listed")

MKT_DECISION = Table(
    name="mkt.decision",
    owner="marketing",
    comment="One row per subscriber, scenario and step: audience = excluded + held out + not allocated + listed.",
    key=("scenario", "step", "subscriber_id"),
    may_be_empty=True,  # on some nights no step is due
    columns=(
        MKT_CANDIDATE.column("scenario"),
        MKT_CANDIDATE.column("step"),
        SUBSCRIBER_ID,
        CITY,
        COUNTY,
        Column("stage", "string", "Stage in which the row ended.", (NOT_NULL, one_of(*STAGES))),
        Column("reasons", "array<string>", "Every reason for an exclusion, as codes; empty for the other stages.", (NOT_NULL,)),
        *(
            MKT_CANDIDATE.column(name)
            for name in (
                "offer",
                "resource",
                "channel",
                "mode",
                "effect_ppm",
                "effect_version",
                "value_fen",
                "figures",
                "variant",
                "message",
            )
        ),
        Column("rank", "int", "Rank among the eligible subscribers of the step, held out or not.", (at_least(1),), null_means="excluded"),
        Column("would_list", "boolean", "Whether the allocation chose the contact, held out or not.", (NOT_NULL,)),
        Column(
            "reduced_fen",
            "bigint",
            "Value less what the contact uses of tonight's limits, at their prices.",
            unit="fen",
            null_means="excluded",
        ),
        Column(
            "cut_by",
            "string",
            "What stopped the contact: a limit of mkt.limit, a cap of the policy, another contact, or that it has no value.",
            null_means="it would be listed, or is excluded",
        ),
        Column("is_explored", "boolean", "Whether chance chose the option, so that its effect can be learned (P8).", (NOT_NULL,)),
        Column(
            "chosen_ppm",
            "int",
            "Probability with which this option was chosen, chance and allocation together.",
            (between(0, 1_000_000),),
            unit="ppm",
            null_means="excluded",
        ),
        Column(
            "control", "string", "The control group that holds the row out.", (one_of("universal", "scenario", "step"),), null_means="none"
        ),
        Column(
            "propensity_ppm",
            "int",
            "Probability that no control group holds the row out.",
            (NOT_NULL, between(0, 1_000_000)),
            unit="ppm",
        ),
    ),
)
