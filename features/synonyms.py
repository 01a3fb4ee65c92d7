"""The words that analysts use for figures, and the tags that they mean."""

from features.windows import stem_of

# A word of the trade, and the beginnings of the tags' names, before the window.
SYNONYMS: dict[str, tuple[str, ...]] = {
    "ARPU": ("mean_bill_fen", "bill_fen"),
    "MOU": ("mean_voice_s", "voice_s"),
    "DOU": ("mean_data_bytes", "data_bytes"),
}


def words_for(tag: str) -> list[str]:
    """Return the words that analysts use for a tag; none for most tags."""
    return [word for word, stems in SYNONYMS.items() if stem_of(tag) in stems]
