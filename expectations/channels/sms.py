"""A short message; as a tail it follows the answer to a query by short message."""

from datetime import time

from expectations.channel import QUERIES, Channel, ListForm

SMS_CHANNEL = Channel(
    name="sms",
    label="短信",
    modes=("active", "tail"),
    medium="text",
    moments=QUERIES,
    publish_by=time(8, 0),
    form=ListForm(
        # The short-message centre reads GB18030 and needs only the text.
        columns=("rank", "number", "product", "message"),
        delimiter="|",
        encoding="gb18030",
        short_messages_at_most=3,
    ),
)
