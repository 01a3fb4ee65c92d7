"""Strategic segments of a night, described: portrait, migration, and how well the rules separate."""

from expectations.checks import NOT_NULL, at_least, between
from expectations.contract import Column, Table

_SEGMENT = Column("segment", "string", "Code of the segment.", (NOT_NULL,))
_SUBSCRIBERS = Column("subscribers", "bigint", "Live subscribers.", (NOT_NULL, at_least(1)))

RPT_SEGMENT_PORTRAIT = Table(
    name="rpt.segment_portrait",
    owner="customer-value",
    comment="客户特征刻画: one row per segment and figure, beside the figure of all live subscribers.",
    key=("segment", "figure"),
    may_be_empty=True,
    columns=(
        _SEGMENT,
        Column("figure", "string", "A tag; of a yes-or-no tag the share that says yes, per mille.", (NOT_NULL,)),
        _SUBSCRIBERS,
        Column("known", "bigint", "Subscribers whose figure is known.", (NOT_NULL, at_least(0))),
        Column("mean", "bigint", "Mean of the known figures, in the tag's unit.", null_means="no figure is known"),
        Column("mean_of_all", "bigint", "The same over all segments.", null_means="no figure is known"),
    ),
)

RPT_SEGMENT_MIGRATION = Table(
    name="rpt.segment_migration",
    owner="customer-value",
    comment="Migration matrix of the segments: one row per segment of the month before and segment of this month.",
    key=("previous_segment", "segment"),
    may_be_empty=True,
    columns=(Column("previous_segment", "string", "Code of the segment of the month before.", (NOT_NULL,)), _SEGMENT, _SUBSCRIBERS),
)

_SHARE = "Between -1000 and 1000 thousandths; 1000 is best."
RPT_SEGMENT_CHECK = Table(
    name="rpt.segment_check",
    owner="customer-value",
    comment="How well the rules separate, beside clusters that k-means finds in the same figures. One row a week.",
    key=("rules",),
    may_be_empty=True,
    columns=(
        Column("rules", "int", "Version of the rules.", (NOT_NULL,), unit="version"),
        Column("subscribers", "bigint", "Subscribers of the sample.", (NOT_NULL, at_least(1))),
        Column("agreement", "int", f"Adjusted Rand index of segments and clusters. {_SHARE}", (NOT_NULL, between(-1000, 1000))),
        Column("separation", "int", f"Silhouette of the segments. {_SHARE}", (NOT_NULL, between(-1000, 1000))),
        Column("separation_of_clusters", "int", f"Silhouette of the clusters. {_SHARE}", (NOT_NULL, between(-1000, 1000))),
        Column(
            "stayed",
            "int",
            "Stability: of those with a segment of the month before, the share that is still in it.",
            (between(0, 1000),),
            unit="per mille",
            null_means="nobody has a segment of the month before",
        ),
    ),
)
