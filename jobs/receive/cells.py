"""From cells to values: Spark SQL that reads a field's text, computes columns, and says why a row cannot be loaded."""

from expectations.checks import NOT_NULL, literal
from expectations.computed import Computed
from expectations.feed import ZONE, Feed, Field
from expectations.forms import Form

# A carriage return or a null character inside a cell would get into file names and list lines. A byte order mark changes a text invisibly.
_CONTROL = r"[\p{Cc}\u2028\u2029\ufeff\ufdd2]"
# These replace an escaped delimiter or escape character, and a null character, while a line is split. No text has them: Unicode leaves them
# to programs. (GB18030 has characters for the private use area.)
_DELIMITER, _ESCAPE, _NULL = "\ufdd0", "\ufdd1", "\ufdd2"
_BYTE_ORDER_MARK = "\ufeff"
_ILLEGAL = "\ufffd"
# (condition, sentence)
Rule = tuple[str, str]


def line_sql(feed: Feed) -> str:
    """Return the line to split, without a byte order mark at its start: it begins a file, also one of several that were joined.

    In an unquoted file an escape character hides the next delimiter or escape character.
    """
    # To Spark's reader a null character is a quote in an unquoted file, and an escape character in a quoted one.
    text = f"replace(ltrim('{_BYTE_ORDER_MARK}', text), '\\0', '{_NULL}')"
    if not hides(feed):
        return text
    escape, delimiter = literal(feed.escape), literal(feed.delimiter)
    twice = f"replace({text}, {escape} || {escape}, '{_ESCAPE}')"
    return f"replace({twice}, {escape} || {delimiter}, '{_DELIMITER}')"


def hides(feed: Feed) -> bool:
    """Whether escaped characters are hidden while a line is split. Within quotes Spark's reader handles them."""
    return feed.escape is not None and feed.quote is None


def field_sql(feed: Feed, field: Field, to: str) -> str:
    """Return the value of a table column that a field fills. An identifier is not tokenised yet."""
    return _in_zone(feed, to, _value(feed, field, dict(field.fills)[to]))


def computed_sql(feed: Feed, computed: Computed) -> str:
    """Return the value of a computed column. It may use columns that fields have filled."""
    fields = {field.name: field for field in feed.fields}
    values = {name: _input(feed, fields[name]) for name in computed.fields}
    sql, kind = computed.sql.format(**values), feed.table.column(computed.to).type
    # A text that is no value of the column's type is a fault of its row, not of the job.
    return _in_zone(feed, computed.to, sql if kind.startswith("array") else f"try_cast({sql} AS {kind})")


def event_date_sql(feed: Feed) -> str:
    """Return the day of a row: the data date, or the row's own day if a delivery may have rows of several days."""
    dated = _dated(feed)
    if feed.days == 1 or dated is None:
        return "data_date"
    return f"CASE WHEN {_is_of_delivery(feed, dated)} THEN {_day(feed, dated)} ELSE data_date END"


def reasons_sql(feed: Feed) -> str:
    """Return every reason why a row cannot be loaded, as an array of sentences without values; null for a blank line.

    A line with the wrong number of columns, or with a quote that it does not close, has only that reason. Control characters and illegal
    bytes are faults only in columns that are kept.
    """
    is_open = _open_quote(feed)
    wrong_count = f"(NOT {is_open} AND (raw IS NULL OR raw._corrupt IS NOT NULL))"
    wrong_shape = f"({is_open} OR {wrong_count})"
    rules = [
        (is_open, "'a quote is not closed on its line'"),
        (wrong_count, f"concat('expected ', width, ' columns, got ', {_columns_sql(feed)})"),
        (f"({wrong_shape} AND contains(text, '{_ILLEGAL}'))", f"'bytes that are not {feed.encoding}'"),
    ]
    by_field = {field.name: _field_rules(feed, field) for field in feed.fields}
    looked_into = [rule for of_field in by_field.values() for rule in of_field]
    looked_into += [rule for computed in feed.computed for rule in _computed_rules(feed, computed, by_field)]
    rules += [(f"(NOT {wrong_shape} AND {condition})", literal(sentence)) for condition, sentence in looked_into]
    # Few rows are broken, and building the array for a good row would cost more than splitting and typing it. Single cells are searched for
    # control characters only if their line has one besides the delimiter.
    beside = rf"[{_CONTROL}&&[^\x{ord(feed.delimiter):02x}]]"
    has_control = f"text RLIKE {literal(beside)}"
    is_broken = " OR ".join([has_control, f"contains(text, '{_ILLEGAL}')", *(condition for condition, _ in rules)])
    for name in (field.name for field in feed.fields if field.fills or field.name in _computed_from(feed)):
        marks = {f"raw.`{name}` RLIKE {literal(_CONTROL)}": "a control character or a byte order mark in the text"}
        marks[f"contains(raw.`{name}`, '{_ILLEGAL}')"] = f"bytes that are not {feed.encoding}"
        rules += [(f"(NOT {wrong_shape} AND {condition})", f"'{name}: {sentence}'") for condition, sentence in marks.items()]
    each = ", ".join(f"CASE WHEN {condition} THEN {sentence} END" for condition, sentence in rules)
    none = "CAST(array() AS ARRAY<STRING>)"
    is_blank = "trim(BOTH ' \\r\\u001a' FROM text) = ''"
    found = f"filter(array({each}), reason -> reason IS NOT NULL)"
    return f"CASE WHEN {is_blank} THEN NULL WHEN {is_broken} THEN {found} ELSE {none} END"


def _open_quote(feed: Feed) -> str:
    """Return whether the line has an odd number of quotes: one is not closed, or a cell with a line break began on an earlier line."""
    if feed.quote is None:
        return "false"
    quote = literal(feed.quote)
    return f"(length({_unescaped(feed)}) - length(replace({_unescaped(feed)}, {quote}, ''))) % 2 = 1"


def _columns_sql(feed: Feed) -> str:
    """Return the number of columns of a line as the reader counts them: a delimiter inside quotes divides nothing."""
    line = line_sql(feed)
    if feed.quote is not None:
        quote = _as_pattern(feed.quote)
        line = f"regexp_replace({_unescaped(feed)}, '{quote}[^{quote}]*{quote}', '')"
    return f"size(split({line}, '{_as_pattern(feed.delimiter)}', -1))"


def _unescaped(feed: Feed) -> str:
    """Return the line without escaped characters, for counting quotes. A quote that escapes itself counts twice, which changes nothing."""
    if feed.escape is None or feed.escape == feed.quote:
        return "text"
    return f"regexp_replace(text, '{_as_pattern(feed.escape)}.', '')"


def raw_text(feed: Feed, field: str) -> str:
    """Return the field's text as sent, with hidden characters put back."""
    if not hides(feed):
        return f"raw.`{field}`"
    return f"translate(raw.`{field}`, '{_DELIMITER}{_ESCAPE}', {literal(feed.delimiter + str(feed.escape))})"


def _cell(feed: Feed, field: Field) -> str:
    """Return the field's text without spaces around it, because fixed-width exports pad with spaces. Null if blank or a text for null."""
    text = f"trim({raw_text(feed, field.name)})"
    nulls = feed.nulls if field.nulls is None else field.nulls
    if not nulls:
        return f"nullif({text}, '')"
    # An escaped text for null is plain text.
    return f"CASE WHEN trim(raw.`{field.name}`) NOT IN ({', '.join(map(literal, ('', *nulls)))}) THEN {text} END"


def _value(feed: Feed, field: Field, form: Form) -> str:
    """Return the field's value under a form; null for a sentinel and if the text does not fit."""
    # A space around an identifier is a fault of the file, and is reported.
    fitting = form.sql.format(raw_text(feed, field.name) if form.identity else _cell(feed, field))
    if form.identity:
        # A pattern of the operator's own may fit a blank or a text for null too, and all of these would be one person.
        fitting = f"CASE WHEN {_cell(feed, field)} IS NOT NULL THEN {fitting} END"
    return f"CASE WHEN {_is_sentinel(feed, field)} THEN NULL ELSE {fitting} END" if field.sentinels else fitting


def _input(feed: Feed, field: Field) -> str:
    """Return the field's value for a computed column. The column that it fills already has it, unless its zone was changed."""
    if field.to is None or feed.table.column(field.to).type == "timestamp":
        return f"({_value(feed, field, field.form)})"
    return f"`{field.to}`"


def _in_zone(feed: Feed, to: str, sql: str) -> str:
    """Return a timestamp converted from the feed's zone to ours; any other value unchanged."""
    if feed.zone == ZONE or feed.table.column(to).type != "timestamp":
        return sql
    theirs = f"CAST({sql} AS TIMESTAMP_NTZ)"
    ours = f"convert_timezone('{feed.zone}', '{ZONE}', {theirs})"
    # A time that the zone's clocks leave out in spring would come back as another one.
    return f"CASE WHEN convert_timezone('{ZONE}', '{feed.zone}', {ours}) = {theirs} THEN CAST({ours} AS TIMESTAMP) END"


def _is_sentinel(feed: Feed, field: Field) -> str:
    if not field.sentinels:
        return "false"
    return f"coalesce({_cell(feed, field)} IN ({', '.join(map(literal, field.sentinels))}), false)"


def _dated(feed: Feed) -> Field | None:
    return next((field for field in feed.fields if field.is_event_date), None)


def _day(feed: Feed, dated: Field) -> str:
    return f"CAST({dated.form.sql.format(_cell(feed, dated))} AS DATE)"


def _is_of_delivery(feed: Feed, dated: Field) -> str:
    """Whether the delivery may have rows of the row's day; false if the day cannot be read."""
    return f"coalesce({_day(feed, dated)} BETWEEN date_sub(data_date, {feed.days - 1}) AND data_date, false)"


def _computed_from(feed: Feed) -> set[str]:
    return {name for computed in feed.computed for name in computed.fields}


def _field_rules(feed: Feed, field: Field) -> list[Rule]:
    """Return (condition, sentence) for each way a field can be wrong: its form, its event date, the checks of its column."""
    cell, is_sentinel = _cell(feed, field), _is_sentinel(feed, field)
    rules = []
    if field.is_event_date:
        days = "the data date" if feed.days == 1 else f"one of the {feed.days} days up to the data date"
        rules.append((f"NOT {_is_of_delivery(feed, field)}", f"{field.name}: expected {days} of the delivery"))
    elif not field.fills and field.name in _computed_from(feed):
        unfit = f"({_value(feed, field, field.form)}) IS NULL AND {cell} IS NOT NULL AND NOT {is_sentinel}"
        rules.append((unfit, f"{field.name}: expected {_plain(field.form.says)}"))
    for to, form in field.fills:
        absent, or_sentinel = f"`{to}` IS NULL AND {cell} IS NULL", "".join(f", or {text}" for text in field.sentinels)
        unfit = f"`{to}` IS NULL AND {cell} IS NOT NULL AND NOT {is_sentinel}"
        rules.append((unfit, f"{field.name}: expected {_plain(form.says + or_sentinel)}"))
        if field.sentinels:
            rules.append((absent, f"{field.name}: expected a value{or_sentinel}"))
        for check in feed.table.column(to).checks:
            if check == NOT_NULL:
                rules.append((absent, f"{field.name}: expected a value"))
            elif check.severity == "fail":
                # A text that does not fit its form has that reason already.
                broken = f"{check.broken(to)} AND {cell} IS NULL" if check.is_of_nulls else check.broken(to)
                rules.append((broken, f"{field.name}: expected {_plain(check.rule)}"))
    return rules


def _computed_rules(feed: Feed, computed: Computed, by_field: dict[str, list[Rule]]) -> list[Rule]:
    """Return the same for a computed column. It has no reason if one of its fields already has one."""
    of = " and ".join(computed.fields)
    faulty = " OR ".join(f"({condition})" for name in computed.fields for condition, _ in by_field[name]) or "false"
    rules = []
    for check in feed.table.column(computed.to).checks:
        if check == NOT_NULL:
            rules.append((check.broken(computed.to), f"{computed.to}: cannot be computed from {of}"))
        elif check.severity == "fail":
            rules.append((check.broken(computed.to), f"{computed.to}, computed from {of}: expected {_plain(check.rule)}"))
    return [(f"({condition}) AND NOT ({faulty})", sentence) for condition, sentence in rules]


def _plain(words: str) -> str:
    return words.replace("\\", "").replace("'", "")


def _as_pattern(delimiter: str) -> str:
    """Return the delimiter as a pattern inside a SQL literal."""
    return f"\\\\x{ord(delimiter):02x}"
