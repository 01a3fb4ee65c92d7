"""S12 渠道反馈: a feed per channel, in the form that the channel's own file declares; all fill one table."""

from expectations.channel import Channel
from expectations.channels import CHANNELS
from expectations.computed import Computed, lacking
from expectations.feed import Feed, Field
from expectations.feedback import FeedbackForm
from expectations.forms import DATE, TEXT, TIMESTAMP, Form, code, token
from expectations.tables.ods_feedback import ODS_FEEDBACK


def feed_of(channel: Channel, form: FeedbackForm) -> Feed:
    """Return the feed `<channel>_feedback`. Nothing is due of it: a channel without lists has nothing to report.

    A file names the recipient by number or, if it has no numbers, by contact id.
    """
    forms = {
        "happened_at": TIMESTAMP,
        "list_date": DATE,
        "number": token("number"),
        "stage": code(**dict(form.stages)),
        "reason": code(**dict(form.reasons)),
        "outcome": code(**dict(form.outcomes)),
        "satisfaction": code(**dict(form.replies)),
    }
    # The file does not name its channel; every row has a time.
    own = Form("text", f"'{channel.name}'", "any time")

    names = dict(form.columns)
    recipient, computed = "number", lacking("contact_id")
    if not form.has_numbers:
        recipient, computed = "contact_id", Computed("contact_id", f"{{{names['contact_id']}}}")

    def field(column: str, name: str) -> Field:
        return Field(
            name,
            "recipient" if column == recipient else column,
            forms.get(column, TEXT),
            personal=column == "number",
            is_event_date=column == "happened_at",
            also=(("channel", own),) if column == "happened_at" else (),
        )

    return Feed(
        name=channel.feedback_feed,
        source="S12",
        label=f"{channel.label}反馈",
        owner="channels",
        table=ODS_FEEDBACK,
        cadence="on change",
        content="delta",
        data_class="response",
        may_be_empty=True,
        delimiter=form.delimiter,
        encoding=form.encoding,
        header=form.header,
        gzip=form.gzip,
        fields=tuple(field(column, name) for column, name in form.columns),
        computed=() if form.has_numbers and "contact_id" in names else (computed,),
    )


FEEDBACK_FEEDS = tuple(feed_of(channel, channel.feedback) for channel in CHANNELS.values() if channel.feedback)
