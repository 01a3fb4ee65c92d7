"""Variants 话术版本 of a message: texts to compare, each customer gets one by chance, and texts of a channel's own."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scenarios.message import faults_of, faults_of_words, message_sql

if TYPE_CHECKING:
    from pyspark.sql import Column

_MILLION = 1_000_000


@dataclass(frozen=True)
class Variant:
    """One of the texts of a message. A channel has the variants that name it; if none does, those that name no channel.

    Where a channel has several, each customer gets one by chance, always the same in a step.
    """

    name: str
    text: str
    channels: tuple[str, ...] = ()


Message = str | tuple[Variant, ...]


def variants_in(message: Message) -> tuple[Variant, ...]:
    """Return the variants of a message; a message of one text is a variant without a name."""
    return (Variant("", message),) if isinstance(message, str) else message


def of_channel(variants: tuple[Variant, ...], channel: str) -> tuple[Variant, ...]:
    """Return the variants that customers of a channel get, in the order declared."""
    own = tuple(variant for variant in variants if channel in variant.channels)
    return own or tuple(variant for variant in variants if not variant.channels)


def faults_of_variants(variants: tuple[Variant, ...], allowed: Collection[str]) -> Iterator[str]:
    """Yield what is wrong with the variants of a message as a whole, one sentence each. `allowed` are the scenario's channels."""
    names = [variant.name for variant in variants]
    if len(variants) == 1 and names != [""]:
        yield f"message has only the variant {names[0]!r}; write its text as the message, or a second variant"
    elif len(variants) != 1:
        yield from ("message has a variant without a name; name each" for name in names if not name.strip())
    yield from (f"message has variant {name} twice" for name in sorted({name for name in names if names.count(name) > 1}))
    for variant in variants:
        yield from (
            f"variant {variant.name} is for channel {name}, which is not allowed" for name in variant.channels if name not in allowed
        )
    used = {variant for channel in allowed for variant in of_channel(variants, channel)}
    yield from (f"no channel has variant {variant.name}; each has its own text" for variant in variants if variant not in used)
    without = [channel for channel in allowed if not of_channel(variants, channel)]
    yield from (f"message has no text for channel {channel}; write a variant without channels" for channel in without)


def faults_of_text(variant: Variant) -> list[str]:
    """Return what is wrong with the text of a variant, one sentence each."""
    return [*faults_of(variant.text), *faults_of_words(variant.text)]


def by_variants(variants: tuple[Variant, ...], channels: Collection[str]) -> dict[tuple[Variant, ...], list[str]]:
    """Return the channels by the variants that their customers get."""
    found: dict[tuple[Variant, ...], list[str]] = {}
    for channel in channels:
        found.setdefault(of_channel(variants, channel), []).append(channel)
    return found


def written(variants: tuple[Variant, ...], figures: Collection[str], draw: "Column") -> "Column":
    """Return the text of the variant that a customer gets by `draw`, a number from 0 to 999,999.

    It is null if a figure of any variant is null: texts are compared among customers who could have got each of them.
    """
    from pyspark.sql import functions as F

    texts = [F.expr(message_sql(variant.text, figures)) for variant in variants]
    return texts[0] if len(texts) == 1 else F.when(F.concat(*texts).isNotNull(), _drawn(texts, draw))


def name_of(variants: tuple[Variant, ...], draw: "Column") -> "Column":
    """Return the name of the variant that a customer gets by `draw`; null for the text of a message that has no other."""
    from pyspark.sql import functions as F

    return _drawn([F.lit(variant.name or None).cast("string") for variant in variants], draw)


def _drawn(columns: "list[Column]", draw: "Column") -> "Column":
    from pyspark.sql import functions as F

    place = (draw * len(columns) / _MILLION).cast("int")
    return columns[0] if len(columns) == 1 else F.element_at(F.array(*columns), place + 1)
