"""Messages with the customer's own figures: a template's {column:form} become Spark SQL."""

import re

from expectations.checks import literal
from scenarios.scenario import ScenarioError

_PLACE = re.compile(r"\{(\w+)(?::(\w+))?\}")
_FORMS = {
    None: "CAST({} AS STRING)",
    "yuan": "regexp_replace(CAST(CAST({} / 100 AS DECIMAL(18,2)) AS STRING), '\\\\.?0+$', '')",
    "mb": "CAST(nullif({} DIV 1048576, 0) AS STRING)",
}

# Plain text is of letters that every short-message alphabet has in one place (3GPP TS 23.038); its brackets, for example, take two places.
_PLAIN = "^[A-Za-z0-9 \\r\\n!\"#$%&'()*+,./:;<=>?@_-]*$"
# Letters in a message of one part, and in each part of a longer one, whose header takes room.
_PLAIN_PART, _OTHER_PART = (160, 153), (70, 67)


def columns_of(template: str) -> set[str]:
    """The columns a template speaks of."""
    return {match[1] for match in _PLACE.finditer(template)}


def message_sql(template: str) -> str:
    """Spark SQL for the text; null when any figure is null or a volume below 1 MB, so that nobody is sent half a sentence or a
    0. ScenarioError on an unknown form."""
    pieces, at = [], 0
    for match in _PLACE.finditer(template):
        if match[2] not in _FORMS:
            raise ScenarioError(f"Message {template!r}: form {match[2]!r} is not known.\n  To mend it: use one of yuan, mb, or none.")
        pieces += [literal(template[at : match.start()]), _FORMS[match[2]].format(f"`{match[1]}`")]
        at = match.end()
    pieces.append(literal(template[at:]))
    if not columns_of(template) or "{" in "".join(pieces) or "}" in "".join(pieces):
        raise ScenarioError(
            f"Message {template!r}: a figure stands as {{column}} or {{column:form}}; braces are left over, or there is none.\n"
            "  To mend it: write the figures like {saving_fen:yuan}."
        )
    return f"concat({', '.join(pieces)})"


def short_messages_sql(text: str) -> str:
    """Spark SQL for how many short messages the text in column `text` is sent as; null for null.

    Plain text has 160 letters in one message and 153 in each part of several. Any other is sent as UCS-2 with 70 and 67, and a letter
    beyond the basic plane counts twice.
    """
    plain = _parts_sql(f"length(`{text}`)", _PLAIN_PART)
    other = _parts_sql(f"octet_length(encode(`{text}`, 'UTF-16BE')) DIV 2", _OTHER_PART)
    return f"CAST(CASE WHEN `{text}` RLIKE {literal(_PLAIN)} THEN {plain} ELSE {other} END AS INT)"


def _parts_sql(letters: str, part: tuple[int, int]) -> str:
    alone, of_several = part
    return f"CASE WHEN {letters} <= {alone} THEN 1 ELSE ({letters} + {of_several - 1}) DIV {of_several} END"
