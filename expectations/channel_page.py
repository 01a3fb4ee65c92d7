"""Makes the generated part of docs/channels.md from the declared channels."""

from collections.abc import Iterable

from expectations.channel import LIST_COLUMNS, MEDIA, MODES, MOMENTS, Channel, ListForm
from expectations.channels import CHANNELS
from expectations.feedback import COLUMNS, STAGES, FeedbackForm

# The part above this line is written by hand.
MARK = "<!-- What follows is made by `chudian channels --page docs/channels.md`. -->"
_CHARACTERS = {"\t": "tab", "|": "\\|", "\x01": "0x01"}


def with_tables(page: str) -> str:
    """Return the page with its generated part made again."""
    return page.partition(MARK)[0].rstrip() + "\n\n" + MARK + "\n\n" + _tables()


def _tables() -> str:
    # Channels with the same form share one row.
    alike: dict[ListForm, list[str]] = {}
    for name, channel in CHANNELS.items():
        alike.setdefault(channel.form, []).append(f"`{name}`")
    modes = "; ".join(f"{mode}: {meaning}" for mode, meaning in MODES.items())
    parts = [
        "## Channels",
        f"Contacts are {modes}. Hours are Shanghai time on the day after the business date.",
        _table(
            ("channel", "", "contacts", "medium", "when it can make them", "needs its lists by", "contacts of a subscriber"),
            map(_contacts, CHANNELS.values()),
        ),
        "## Forms",
        _table(
            ("channels", "columns", "file", "delimiter", "encoding", "packed", "first line", "short messages"),
            [(", ".join(names), *_form(form)) for form, names in sorted(alike.items(), key=lambda found: found[1])],
        ),
        "## Columns",
        _table(("column", "what it is"), [(f"`{name}`", meaning) for name, meaning in LIST_COLUMNS.items()]),
        "## Feedback",
        "Feed `<channel>_feedback` (S12): a row for each thing that happened to a row of a list. Channels that are not here send none yet. "
        "A channel that reports nothing of a list within so many days of its import raises an alarm.",
        _table(
            ("channel", *COLUMNS, "delimiter", "encoding", "packed", "first line", "reports within"),
            [
                (f"`{name}`", *_feedback(channel.feedback), _within(channel.feedback))
                for name, channel in CHANNELS.items()
                if channel.feedback
            ],
        ),
        "A stage is one of these, or the stage of one of the channel's own counts. In brackets: the count that all channels share.",
        _table(("stage", "what it is"), [(f"`{name}`", meaning) for name, meaning in STAGES.items()]),
        _table(
            ("channel", "codes of the stages", "own counts"),
            [(f"`{name}`", *_stages(channel.feedback, channel)) for name, channel in CHANNELS.items() if channel.feedback],
        ),
    ]
    return "\n\n".join(parts) + "\n"


def _contacts(channel: Channel) -> tuple[str, ...]:
    hours = [f"{channel.send_from:%H:%M} to {channel.send_until:%H:%M}"] if "active" in channel.modes else []
    moments = [", ".join(MOMENTS[moment] for moment in channel.moments)] if channel.moments else []
    modes = ", ".join(channel.modes) + (" on working days" if channel.is_staffed else "")
    most = f"at most {channel.most_per_subscriber} a night" if channel.most_per_subscriber else ""
    return (
        f"`{channel.name}`",
        channel.label,
        modes,
        MEDIA[channel.medium],
        "; ".join([*hours, *moments]),
        f"{channel.publish_by:%H:%M}",
        most,
    )


def _form(form: ListForm) -> tuple[str, ...]:
    delimiter = f"`{_CHARACTERS.get(form.delimiter, form.delimiter)}`"
    file = f"`{form.file_name.replace('{', '<').replace('}', '>')}`"
    most = f"at most {form.short_messages_at_most}" if form.short_messages_at_most else ""
    first, packed = "names" if form.header else "data", "gzip" if form.compression else ""
    return ", ".join(form.columns), file, delimiter, form.encoding.upper().replace("-SIG", " with BOM"), packed, first, most


def _within(form: FeedbackForm) -> str:
    return f"{form.within_days} day" + ("" if form.within_days == 1 else "s")


def _feedback(form: FeedbackForm) -> tuple[str, ...]:
    names = dict(form.columns)
    delimiter = f"`{_CHARACTERS.get(form.delimiter, form.delimiter)}`"
    first, packed = "names" if form.header else "data", "gzip" if form.gzip else ""
    return *(names.get(column, "") for column in COLUMNS), delimiter, form.encoding.upper(), packed, first


def _stages(form: FeedbackForm, channel: Channel) -> tuple[str, str]:
    codes = ", ".join(f"`{code}` {stage}" for stage, code in form.stages)
    counts = ", ".join(f"{count.label} {count.stage}" + (f" ({count.common})" if count.common else "") for count in channel.counts)
    return codes, counts


def _table(headings: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [headings, ("---",) * len(headings), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
