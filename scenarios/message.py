"""Messages with the customer's own figures: each {column:form} of a template becomes Spark SQL."""

import csv
import re
from collections.abc import Collection
from functools import lru_cache
from pathlib import Path

from expectations.channel import ListForm
from expectations.checks import literal
from expectations.errors import teach
from scenarios.errors import ScenarioError

_PLACE = re.compile(r"\{(\w+)(?::(\w+))?\}")
# A figure that is no whole number becomes null: an error would stop the night of every scenario.
_FORMS = {
    None: "CAST({} AS STRING)",
    "yuan": "regexp_replace(CAST(CAST(try_cast({} AS BIGINT) / 100 AS DECIMAL(18,2)) AS STRING), '\\\\.?0+$', '')",
    "mb": "CAST(nullif(try_cast({} AS BIGINT) DIV 1048576, 0) AS STRING)",
}

# Plain text has only characters that are in every short-message alphabet and take one place (3GPP TS 23.038); brackets, for example, take
# two.
_PLAIN = "^[A-Za-z0-9 \\r\\n!\"#$%&'()*+,./:;<=>?@_-]*$"
# Characters in a message of one part, and in each part of a longer one, whose header takes room.
_PLAIN_PART, _OTHER_PART = (160, 153), (70, 67)


# Amounts of an offer that are worked out from the closed months of usage; an offer's other figures are terms of the product.
_OF_USE = {"saving_fen", "bill_change_fen", "current_bill_fen", "offer_bill_fen"}
_PERIOD = re.compile(r"_(\d+[dm]|m\d)$")


@lru_cache(maxsize=1)
def forbidden_words() -> dict[str, str]:
    """Return the words that no message may have, each with the reason (forbidden_words.csv)."""
    with (Path(__file__).parent / "forbidden_words.csv").open(encoding="utf-8", newline="") as file:
        return {row["word"]: row["why"] for row in csv.DictReader(file)}


def yuan_sql(amount: str) -> str:
    """Return Spark SQL for an amount in fen as text in yuan without trailing zeros; null for null."""
    return str(_FORMS["yuan"]).format(amount)


def columns_of(template: str) -> set[str]:
    """Return the columns that a template uses."""
    return {match[1] for match in _PLACE.finditer(template)}


def period_of(figure: str) -> str | None:
    """Return the period that a figure is of, `3m` for what an offer works out; None for a term of the product, or what has no period."""
    if figure in _OF_USE:
        return "3m"
    found = _PERIOD.search(figure)
    return found[1] if found else None


def faults_of_words(template: str) -> list[str]:
    """Return what customers should not read, one sentence each: forbidden words, and figures of different periods side by side.

    Amounts of different periods contradict each other: what was paid last month says nothing about a saving of three.
    """
    faults = [f"message has {word}, {why}; write it without" for word, why in forbidden_words().items() if word in template]
    periods = {figure: period for figure in sorted(columns_of(template)) if (period := period_of(figure))}
    if len(set(periods.values())) > 1:
        told = ", ".join(f"{figure} ({period})" for figure, period in periods.items())
        faults.append(f"message has figures of different periods: {told}; state figures of one period")
    return faults


def ending_of(form: ListForm, is_sold: bool) -> str:
    """Return what a channel adds to the words: how to order, if something is sold, and how to be left alone. Empty for most channels."""
    return f"{form.how_to_order if is_sold else ''}{form.opt_out}"


def faults_of(template: str) -> list[str]:
    """Return what is wrong with a template, one sentence each; nothing for a template that `message_sql` accepts."""
    forms = [match[2] for match in _PLACE.finditer(template) if match[2] not in _FORMS]
    faults = [f"message has the form {form!r}; expected yuan, mb or none" for form in forms]
    if re.search("[{}]", _PLACE.sub("", template)):
        faults.append("message has braces left over; write a figure as {saving_fen:yuan}")
    elif not _PLACE.search(template):
        faults.append("message has no {figure}; it needs at least {product_name}")
    return faults


def message_sql(template: str, figures: Collection[str] = ()) -> str:
    """Return Spark SQL for the text. The offer's `figures` are read from the column of that name, all others are columns themselves.

    Null if any figure is null or a volume is below 1 MB, so that no message has a gap or a 0. ScenarioError for a template with faults.
    """
    if faults := faults_of(template):
        raise ScenarioError(teach(f"Message {template!r}", faults, "correct the words in the scenario's file."))
    pieces, at = [], 0
    for match in _PLACE.finditer(template):
        column = f"figures[{literal(match[1])}]" if match[1] in figures else f"`{match[1]}`"
        pieces += [literal(template[at : match.start()]), _FORMS[match[2]].format(column)]
        at = match.end()
    return f"concat({', '.join([*pieces, literal(template[at:])])})"


def short_messages_sql(text: str) -> str:
    """Return Spark SQL for the number of short messages that the text in column `text` takes; null for null.

    Plain text has 160 characters in one message and 153 in each part of several. Any other text is sent as UCS-2 with 70 and 67, and a
    character beyond the basic plane counts twice.
    """
    plain = _parts_sql(f"length(`{text}`)", _PLAIN_PART)
    other = _parts_sql(f"octet_length(encode(`{text}`, 'UTF-16BE')) DIV 2", _OTHER_PART)
    return f"CAST(CASE WHEN `{text}` RLIKE {literal(_PLAIN)} THEN {plain} ELSE {other} END AS INT)"


def _parts_sql(letters: str, part: tuple[int, int]) -> str:
    alone, of_several = part
    return f"CASE WHEN {letters} <= {alone} THEN 1 ELSE ({letters} + {of_several - 1}) DIV {of_several} END"
