"""A first version of a feed and its table, as the text of two files, from a sample."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

from jobs.layout.guess import Guess, guess
from jobs.layout.sample import Sample

_KNOWN_FORMS = ("DATE", "FLAG", "INTEGER", "MONTH_TEXT", "TEXT", "TIMESTAMP", "YUAN")
_WEB_FORMS = ("AGENT", "HOST")


@dataclass(frozen=True)
class FeedDraft:
    """The text of the two files, by their path in the checkout, and remarks for the engineer."""

    files: dict[Path, str]
    remarks: tuple[str, ...]


def draft(sample: Sample, name: str, label: str = "") -> FeedDraft:
    """Draft the feed `name` and its table ods.<name>. No value of the sample is in it, except short codes."""
    guesses = _once([guess(column, sample.column(place)) for place, column in enumerate(_names(sample))])
    key = _key(sample, guesses)
    day = next((one for one in guesses if one.is_day), None)
    files = {
        Path(f"expectations/tables/ods_{name}.py"): _table(name, guesses, key),
        Path(f"expectations/feeds/{name}.py"): _feed(sample, name, label or name, guesses, day),
    }
    return FeedDraft(files, tuple(_remarks(sample, guesses, key, day)))


def _names(sample: Sample) -> Sequence[str]:
    return sample.names or [f"COLUMN_{place}" for place in range(1, sample.width + 1)]


def _once(guesses: list[Guess]) -> list[Guess]:
    """Return the guesses with each table column once; later ones of the same name get the name of their own field."""
    seen: set[str] = {"day", "load_id", "known_on", "feed"}
    found = []
    for place, one in enumerate(guesses, start=1):
        if one.to in seen:
            one = replace(one, to=f"{one.to}_{place}")
        if one.to:
            seen.add(one.to)
        found.append(one)
    return found


def _key(sample: Sample, guesses: list[Guess]) -> tuple[str, ...]:
    """Return the first columns, at most two, that no two rows share; empty if there are none."""
    full = [(place, one) for place, one in enumerate(guesses) if one.to and one.is_required and one.type in ("string", "bigint", "date")]
    for size in (1, 2):
        for chosen in combinations(full, size):
            seen = {tuple(row[place].strip() for place, _ in chosen) for row in sample.rows}
            if len(seen) == len(sample.rows):
                return tuple(str(one.to) for _, one in chosen)
    return ()


def _table(name: str, guesses: list[Guess], key: tuple[str, ...]) -> str:
    kept = [one for one in guesses if one.to]
    checks = ["NOT_NULL"] + (["IS_TOKEN"] if any(_is_token(one) and not _shared(one) for one in kept) else [])
    shared = [column for column in ("SUBSCRIBER_ID", "NUMBER_TOKEN") if any(_shared(one) == column for one in kept)]
    lines = [
        f'"""{name} as delivered. Say in one line what a row is."""',
        "",
        f"from expectations.checks import {', '.join(sorted(checks))}",
        f"from expectations.columns import {', '.join(sorted([*shared, 'DAY', 'LOAD_ID']))}",
        "from expectations.contract import Column, Table",
        "",
        f"ODS_{name.upper()} = Table(",
        f'    name="ods.{name}",',
        '    owner="say who answers for it",',
        '    comment="One row per ...",',
        f"    key=({''.join(f'{column!r}, ' for column in (*key, 'load_id')) if key else ''}),".replace("'", '"').replace(", )", ")"),
        '    event_date="day",',
        "    columns=(",
        "        DAY,",
        *(f"        {_column(one, one.to in key)}," for one in kept),
        "        LOAD_ID,",
        "    ),",
        ")",
    ]
    return "\n".join(lines) + "\n"


def _is_token(one: Guess) -> bool:
    return one.form.startswith("token(")


def _shared(one: Guess) -> str | None:
    """The name of the column that all tables share, or None."""
    return {"subscriber_id": "SUBSCRIBER_ID", "number_token": "NUMBER_TOKEN"}.get(one.to or "") if one.is_required else None


def _column(one: Guess, is_key: bool) -> str:
    if shared := _shared(one):
        return shared
    checks = (["NOT_NULL"] if is_key or (one.is_required and not one.sentinels) else []) + (["IS_TOKEN"] if _is_token(one) else [])
    parts = [f'"{one.to}"', f'"{one.type}"', '"Say what it is."']
    parts += [f"({', '.join(checks)}{',' if len(checks) == 1 else ''})"] if checks else []
    parts += [f'unit="{one.unit}"'] if one.unit else []
    parts += ['null_means="say what null means"'] if "NOT_NULL" not in checks else []
    return f"Column({', '.join(parts)})"


def _feed(sample: Sample, name: str, label: str, guesses: list[Guess], day: Guess | None) -> str:
    code = "\n".join(_field(one, one is day) for one in guesses)
    forms = [form for form in _KNOWN_FORMS if re.search(rf", {form}[,)]", code)]
    forms += ["Form"] if "Form(" in code else []
    forms += [maker for maker in ("code", "token") if f"{maker}(" in code]
    web = [form for form in _WEB_FORMS if any(one.form == form for one in guesses)]
    stated = {"encoding": sample.encoding, "delimiter": sample.delimiter, "quote": sample.quote, "header": sample.names is not None}
    usual = {"encoding": "utf-8", "delimiter": "|", "quote": None, "header": False}
    options = [f"    {option}={_literal(value)}," for option, value in stated.items() if value != usual[option]]
    options += [] if sample.is_gzip else ["    gzip=False,"]
    nulls = sorted({text for one in guesses for text in one.nulls})
    options += [f"    nulls=({''.join(f'{_literal(text)}, ' for text in nulls).rstrip()}),"] if nulls else []
    forms = sorted(forms, key=lambda form: (form.islower(), not form.isupper(), form))
    lines = [
        f'"""{label}. Say in one line what it is, with its id in docs/domain.md."""',
        "",
        "from expectations.feed import Feed, Field",
        *([f"from expectations.forms import {', '.join(forms)}"] if forms else []),
        f"from expectations.tables import ods_{name}",
        *([f"from expectations.web_forms import {', '.join(web)}"] if web else []),
        "",
        f"{name.upper()}_FEED = Feed(",
        f'    name="{name}",',
        '    source="S?",',
        f"    label={_literal(label)},",
        '    owner="say who delivers it",',
        f"    table=ods_{name}.ODS_{name.upper()},",
        '    cadence="daily",',
        '    content="delta",',
        '    data_class="orders and usage",',
        "    lateness_days=1,",
        *options,
        "    fields=(",
        code,
        "    ),",
        ")",
    ]
    return "\n".join(lines) + "\n"


def _field(one: Guess, is_day: bool) -> str:
    parts = [_literal(one.field), _literal(one.to)]
    parts += [one.form] if one.form != "TEXT" or one.is_personal else []
    parts += ["personal=True"] if one.is_personal else []
    parts += ["is_event_date=True"] if is_day else []
    parts += [f"sentinels=({''.join(f'{_literal(text)}, ' for text in one.sentinels).rstrip()})"] if one.sentinels else []
    note = f"        # {one.note[0].upper()}{one.note[1:]}.\n" if one.note else ""
    return f"{note}        Field({', '.join(parts)}),"


def _literal(value: object) -> str:
    if not isinstance(value, str):
        return repr(value)
    return json.dumps(value, ensure_ascii=not value.isprintable())


def _remarks(sample: Sample, guesses: list[Guess], key: tuple[str, ...], day: Guess | None) -> list[str]:
    rows = f"{len(sample.rows):,} row(s), {'all of the file' if sample.is_whole else 'its beginning'}"
    packed = "gzip" if sample.is_gzip else "plain"
    found = [f"read {rows}: {sample.encoding}, {packed}, delimiter {sample.delimiter!r}, {sample.width} columns"]
    if not sample.is_sure:
        taken, otherwise = ("", "--no-header") if sample.names else ("not ", "--header")
        found.append(f"all columns are texts: the first line is {taken}taken for their names; if that is wrong, use {otherwise}")
    found += [f"{sample.uneven} row(s) have another number of columns; they would go to quarantine"] if sample.uneven else []
    found += [f"{one.field}: {one.note}" for one in guesses if one.note]
    found += [] if key else ["no one or two columns are a key: several equal rows would all be loaded"]
    found += [] if day else ["no column has the data date: the day of a row would be that of the file's name"]
    found.append("complete the comments, owner, source, cadence, content and data class before the first delivery")
    return found
