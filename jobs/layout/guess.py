"""What a column of a sample may be: its form, its type, its unit, whether it looks personal."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from keyword import iskeyword

NULLS = ("-", "--", "\\N", "NULL", "null", "None", "NaN", "N/A")
SENTINELS = ("-1", "99991231", "9999-12-31", "99991231235959")
# This share of the cells must fit, the others are faults of the file.
MOST = 0.98
_HAN = "\u4e00-\u9fff"
_CODE_OF_NAME = re.compile("[^a-z0-9]+")
# What the letters of a name tell of the unit, with the ending of the column.
_UNITS = (
    (re.compile(r"byte|flow|流量|volume", re.I), "bytes"),
    (re.compile(r"fee|amt|amount|charge|price|费|金额|价", re.I), "fen"),
    (re.compile(r"sec|dur|时长", re.I), "seconds"),
)
_NUMBER = re.compile("1[0-9]{10}")
_DOCUMENT = re.compile("[1-9][0-9]{5}(?:19|20)[0-9]{9}[0-9Xx]")
_WORD = {
    "user": re.compile(r"user_?id|subs_?id|cust(omer)?_?id|serv_?id|用户(编码|id|标识)", re.I),
    "imei": re.compile("imei", re.I),
    "person": re.compile(r"cust_?name|user_?name|^name$|姓名|客户名称|联系人|经办人", re.I),
    "address": re.compile(r"addr|地址|住址", re.I),
    "agent": re.compile(r"agent|ua$", re.I),
}


@dataclass(frozen=True)
class Guess:
    """A column: its name in the file, the table column, its form as code, its type; the rest says why and what to check."""

    field: str
    to: str | None
    form: str
    type: str
    unit: str = ""
    is_personal: bool = False
    is_required: bool = False
    is_day: bool = False
    nulls: tuple[str, ...] = ()
    sentinels: tuple[str, ...] = ()
    note: str = ""


def guess(name: str, cells: Sequence[str]) -> Guess:
    """Return the most likely reading of a column. Its values appear nowhere in it, except short codes."""
    nulls = tuple(text for text in NULLS if text in cells)
    sentinels = tuple(text for text in SENTINELS if text in cells)
    if any(re.fullmatch("-[0-9.]+", cell) and cell != "-1" for cell in cells):
        sentinels = tuple(text for text in sentinels if text != "-1")
    told = [cell for cell in cells if cell and cell not in nulls and cell not in sentinels]
    to = column_name(name)
    is_required = len(told) == len(cells) > 0
    if not told:
        return Guess(name, None, "TEXT", "string", note="no value in the sample")
    found = next(found for reading in _READINGS if (found := reading(name, to, told)))
    keeps_sentinels = sentinels if found.type in ("bigint", "date", "timestamp") else ()
    return Guess(**{**found.__dict__, "field": name, "is_required": is_required, "nulls": nulls, "sentinels": keeps_sentinels})


def column_name(name: str) -> str:
    """Return the name as a table column may have it."""
    plain = _CODE_OF_NAME.sub("_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()).strip("_")
    return plain if plain and not plain[0].isdigit() else f"column_{plain}".strip("_")


_DOTTED = 'Form("integer", "try_cast(try_cast({} AS DECIMAL(20,1)) AS BIGINT)", "a whole number, perhaps with .0")'


def _most(told: Sequence[str], fits: Callable[[str], object]) -> bool:
    return sum(bool(fits(cell)) for cell in told) >= MOST * len(told)


def _personal(name: str, to: str, told: Sequence[str]) -> Guess | None:
    """Read the identifiers of a person: number, document, IMEI, user id, address, name."""
    if _most(told, _NUMBER.fullmatch):
        return Guess(name, "number_token", 'token("number")', "string", is_personal=True, note="looks like telephone numbers")
    if _most(told, _DOCUMENT.fullmatch):
        return Guess(name, None, "TEXT", "string", is_personal=True, note="looks like identity documents")
    if _WORD["imei"].search(name) and _most(told, re.compile("[0-9]{14,16}").fullmatch):
        return Guess(name, "imei_token", 'token("imei")', "string", is_personal=True, note="named like an IMEI")
    if _WORD["user"].search(name) and _most(told, re.compile("[0-9]{6,20}").fullmatch):
        return Guess(name, "subscriber_id", 'token("user")', "string", is_personal=True, note="named like a user id")
    if _most(told, re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}").fullmatch):
        form = r'token("address", "[0-9]{1,3}([.][0-9]{1,3}){3}", "an IP address")'
        return Guess(name, f"{to}_token", form, "string", is_personal=True, note="looks like IP addresses")
    if _most(told, re.compile(r"[^@\s]+@[^@\s]+\.[a-z]+", re.I).fullmatch):
        return Guess(name, None, "TEXT", "string", is_personal=True, note="looks like mail addresses")
    many = len(set(told)) > 0.3 * len(told)
    if _WORD["person"].search(name) or (many and _most(told, re.compile(f"[{_HAN}]{{2,4}}").fullmatch)):
        return Guess(name, None, "TEXT", "string", is_personal=True, note="looks like names of people")
    if _WORD["address"].search(name) or (many and _most(told, re.compile(f".*[{_HAN}].*[路街村镇区县号室].*").fullmatch)):
        return Guess(name, None, "TEXT", "string", is_personal=True, note="looks like addresses")
    return None


def _moments(name: str, to: str, told: Sequence[str]) -> Guess | None:
    """Read dates, months and times."""
    for pattern, form, kind in _MOMENTS:
        moments = [moment for cell in told if (moment := _moment(cell, pattern))]
        if len(moments) >= MOST * len(told):
            days = {moment.date() for moment in moments}
            return Guess(name, to, form, kind, is_day=len(days) == 1)
    return None


def _moment(cell: str, pattern: str) -> datetime | None:
    try:
        moment = datetime.strptime(cell, pattern).replace(tzinfo=UTC)
    except ValueError:
        return None
    # strptime takes 2026031 for a day.
    return moment if len(moment.strftime(pattern)) == len(cell) and 1900 <= moment.year <= 2100 else None


_DASHED = 'Form("date", "CAST(try_to_timestamp({{}}, \'{0}\') AS DATE)", "a date as {0}")'
_TIMED = 'Form("timestamp", "CASE WHEN {{0}} >= \'1970\' THEN try_to_timestamp({{0}}, \'{0}\') END", "a time as {0}")'
_BRACKETED = 'Form("timestamp", "try_to_timestamp(substr({}, 2), \'dd/MMM/yyyy:HH:mm:ss\')", "a time as [dd/MMM/yyyy:HH:mm:ss")'
_MOMENTS = (
    ("%Y%m%d", "DATE", "date"),
    ("%Y-%m-%d", _DASHED.format("yyyy-MM-dd"), "date"),
    ("%Y/%m/%d", _DASHED.format("yyyy/MM/dd"), "date"),
    ("%Y%m%d%H%M%S", "TIMESTAMP", "timestamp"),
    ("%Y-%m-%d %H:%M:%S", _TIMED.format("yyyy-MM-dd HH:mm:ss"), "timestamp"),
    ("%Y/%m/%d %H:%M:%S", _TIMED.format("yyyy/MM/dd HH:mm:ss"), "timestamp"),
    ("[%d/%b/%Y:%H:%M:%S", _BRACKETED, "timestamp"),
    ("%Y%m", "MONTH_TEXT", "date"),
)


def _figures(name: str, to: str, told: Sequence[str]) -> Guess | None:
    """Read flags, whole numbers, amounts and other decimals, with the unit that the name tells."""
    unit = next((unit for pattern, unit in _UNITS if pattern.search(name)), "")
    if {*told} == {"0", "1"}:
        return Guess(name, f"is_{to}".replace("is_is_", "is_"), "FLAG", "boolean")
    if _most(told, re.compile("[-+]?[0-9]{1,18}").fullmatch):
        if 1 < len({*told}) <= min(12, len(told) // 20) and not unit and max(map(len, told)) <= 2:
            return None
        column, note = to, ""
        if unit == "fen":
            note = "whole amounts: fen, or yuan without decimals? With yuan write YUAN"
        if unit:
            column = to if to.endswith(f"_{unit}") else f"{to}_{unit}"
        return Guess(name, column, "INTEGER", "bigint", unit=unit, note=note)
    if _most(told, re.compile(r"[-+]?[0-9]{1,18}\.0").fullmatch):
        return Guess(name, to, _DOTTED, "bigint", unit=unit)
    has_point = any("." in cell for cell in told)
    if has_point and unit in ("", "fen") and _most(told, re.compile(r"[-+]?[0-9]*\.?[0-9]{0,2}").fullmatch):
        note = "" if unit else "an amount in yuan? Otherwise write a Form of your own"
        return Guess(name, f"{to}_fen", "YUAN", "bigint", unit="fen", note=note)
    if _most(told, re.compile(r"[-+]?[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?").fullmatch):
        return Guess(name, to, 'Form("text", "try_cast({} AS DOUBLE)", "a number")', "double", unit=unit if unit != "fen" else "")
    return None


def _texts(name: str, to: str, told: Sequence[str]) -> Guess | None:
    """Read URLs, user agents, codes, other texts."""
    if _most(told, re.compile(r"[a-z]+://.+", re.I).fullmatch):
        return Guess(name, "host", "HOST", "string", is_personal=True, note="URLs: only the host is kept")
    if _most(told, re.compile(r"(?:GET|POST|HEAD|PUT|OPTIONS) \S").match):
        return Guess(name, None, "TEXT", "string", is_personal=True, note="request lines: paths and queries may be personal")
    if _WORD["agent"].search(name) or _most(told, re.compile(r"Mozilla/.*").match):
        return Guess(name, "user_agent", "AGENT", "string")
    distinct = sorted({*told})
    if 1 < len(distinct) <= min(12, max(2, len(told) // 20)) and all(re.fullmatch("[0-9A-Za-z_-]{1,8}", cell) for cell in distinct):
        names = _meanings(distinct)
        meaning = ", ".join(f'{name}="{cell}"' for name, cell in zip(names, distinct, strict=True))
        return Guess(name, to, f"code({meaning})", "string", note="codes: give each its meaning")
    return Guess(name, to, "TEXT", "string")


def _meanings(codes: Sequence[str]) -> list[str]:
    """Return a name for each code that Python takes as the name of an argument; `A` and `a` get different ones."""
    names: list[str] = []
    for code in codes:
        word = _CODE_OF_NAME.sub("_", code.lower()).strip("_")
        name = word if word and word[0].isalpha() and not iskeyword(word) else f"code_{word}"
        names.append(f"{name}_{len(names) + 1}" if name in names else name)
    return names


_READINGS = (_personal, _moments, _figures, _texts)
