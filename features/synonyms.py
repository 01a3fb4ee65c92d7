"""The words that analysts use for figures, and the tags that they mean."""

import re

# A word of the trade, and the beginnings of the tags' names, before the window.
SYNONYMS: dict[str, tuple[str, ...]] = {
    "ARPU": ("mean_bill_fen", "bill_fen"),
    "MOU": ("mean_voice_s", "voice_s"),
    "DOU": ("mean_data_bytes", "data_bytes"),
}
_WINDOW = re.compile("[0-9]+[dm]|m[0-9]+")


def words_for(tag: str) -> list[str]:
    """Return the words that analysts use for a tag; none for most tags."""
    stem, _, window = tag.rpartition("_")
    return [word for word, stems in SYNONYMS.items() if tag in stems or (stem in stems and _WINDOW.fullmatch(window))]
