"""File forms of the channels: what each channel's list looks like, so that it can import it as it is."""

from dataclasses import dataclass

SCHEMA_VERSION = 1


@dataclass(frozen=True)
class ListForm:
    """A channel's file: its columns (names of the decision, `number` and the catalogue's names), delimiter, encoding, compression.

    A channel that sends the words as short messages says how many a contact may take; each costs one contact.
    """

    columns: tuple[str, ...]
    delimiter: str = ","
    encoding: str = "utf-8"
    compression: str | None = None
    short_messages_at_most: int | None = None

    @property
    def suffix(self) -> str:
        """csv, or gz for a compressed list."""
        return self.compression or "csv"


_OFFER = ("rank", "number", "scenario", "product", "product_name", "resource", "resource_name")

# A channel that is not listed here takes the form of a passive list.
PASSIVE = ListForm(columns=(*_OFFER, "message"))
FORMS = {
    # The short-message centre reads GB18030 and wants the text alone.
    "sms": ListForm(columns=("rank", "number", "product", "message"), delimiter="|", encoding="gb18030", short_messages_at_most=3),
    "web_hall": ListForm(columns=(*_OFFER, "message"), compression="gz"),
    # A clerk at the counter sees why the customer was chosen.
    "crm": ListForm(columns=(*_OFFER, "saving_fen", "bill_change_fen", "message")),
}


def form_of(channel: str) -> ListForm:
    """The channel's own form, else that of a passive list."""
    return FORMS.get(channel, PASSIVE)
