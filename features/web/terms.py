"""Content keywords in what people search for and in titles (S7, T5). Only words of the reviewed lists leave receive.

A text about a sensitive topic (domain T5) gives no keyword at all, and a sensitive host is not stored.
"""

import logging
import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from expectations.errors import ContractError, teach
from features.content import CATEGORIES, OTHER, UNKNOWN
from features.web.rules import HostRules, Rule, rows_of

if TYPE_CHECKING:
    import pyarrow
    from jieba import Tokenizer

KEYWORDS = Path(__file__).with_name("terms.csv")
SENSITIVE = Path(__file__).with_name("sensitive.csv")
TOPICS = ("political", "medical", "religious", "sexual", "financial distress")
# What is stored in place of a sensitive host.
WITHHELD = "withheld"
# The names that sites give to the text of a search.
_NAMED = "[?&](?:q|kw|key|keyword|keywords|word|wd|query|search|searchword|title)="
_SEARCH = re.compile(f"{_NAMED}([^&#]+)", re.IGNORECASE)
_HAN = re.compile("[\u4e00-\u9fff]")
# A longer text is a document, not a search.
_MOST_CHARACTERS = 100


def searched(url: str) -> str:
    """Return the text that the request searched for, empty if there is none. Percent codes are UTF-8 or GB18030."""
    return " ".join(map(_decoded, _SEARCH.findall(url)))


def may_search(urls: "pyarrow.Array") -> "pyarrow.Array":
    """Return which URLs may have a text that `searched` finds; null stays null."""
    import pyarrow.compute as pc

    return pc.match_substring_regex(urls, _NAMED, ignore_case=True)


def asked(url: str) -> str:
    """Return the whole query, decoded."""
    return _decoded(url.partition("?")[2].partition("#")[0])


# Many people search for the same.
@lru_cache(maxsize=100_000)
def _decoded(coded: str) -> str:
    """Return the text by the first encoding that makes Chinese of it, else by the first that can read it; empty if none can."""
    raw, texts = unquote_to_bytes(coded.replace("+", " ")), []
    for encoding in ("utf-8", "gb18030"):
        try:
            texts.append(raw.decode(encoding))
        except UnicodeDecodeError:
            continue
    # GB18030 bytes of common words are often valid UTF-8 of other scripts.
    return next(filter(_HAN.search, texts), next(iter(texts), ""))


class Keywords:
    """The reviewed words: content keywords with their category, and the words and hosts of sensitive topics."""

    def __init__(self, category: Mapping[str, str], sensitive: Iterable[str], hosts: HostRules) -> None:
        """Words are as `plain` writes them."""
        self.category = dict(category)
        self._sensitive = re.compile("|".join(map(re.escape, sorted(sensitive))) or r"(?!)")
        self._hosts = hosts
        self._terms = lru_cache(maxsize=100_000)(self._found)

    def is_sensitive(self, text: str) -> bool:
        """Whether the text has a word of a sensitive topic, also with spaces in it."""
        short = plain(text)
        return self._sensitive.search(short) is not None or self._sensitive.search("".join(short.split())) is not None

    def withholds(self, host: str) -> bool:
        """Whether the host is about a sensitive topic."""
        return self._hosts.group_of(host) is not None

    def terms_of(self, text: str) -> list[str] | None:
        """Return the content keywords in the text, each once, sorted; None if there is none or the text is sensitive."""
        return [*self._terms(text)] or None

    def _found(self, text: str) -> tuple[str, ...]:
        short = plain(text)[:_MOST_CHARACTERS]
        if not short.strip() or self.is_sensitive(text):
            return ()
        return tuple(sorted({word for word in _tokenizer().cut(short, HMM=False) if word in self.category}))


def plain(text: str) -> str:
    """Return the text in small letters of usual width."""
    return unicodedata.normalize("NFKC", text).lower()


@lru_cache(maxsize=1)
def keywords() -> Keywords:
    """Return the words of terms.csv and sensitive.csv. ContractError lists their wrong lines."""
    category, faults = {}, []
    known = [name for name in CATEGORIES if name not in (OTHER, UNKNOWN)]
    for number, row in enumerate(rows_of(KEYWORDS, ("term", "category")), start=2):
        if row["category"] not in known:
            faults.append(f"{KEYWORDS.name} line {number}: category {row['category']!r} is not one of {', '.join(known)}")
        category[plain(row["term"])] = row["category"]
    words, hosts = [], []
    for number, row in enumerate(rows_of(SENSITIVE, ("topic", "kind", "value")), start=2):
        if row["topic"] not in TOPICS:
            faults.append(f"{SENSITIVE.name} line {number}: topic {row['topic']!r} is not one of {', '.join(TOPICS)}")
        if row["kind"] == "word":
            words.append(plain(row["value"]))
            continue
        rule = Rule(row["kind"], row["value"], row["topic"])
        if fault := rule.fault():
            faults.append(f"{SENSITIVE.name} line {number}: {fault.replace('expected', 'expected word,')}")
        hosts.append(rule)
    faults += [f"{KEYWORDS.name}: {word} has a sensitive word" for word in category if any(part in word for part in words)]
    if faults:
        raise ContractError(teach("Words of the WAP log", faults, "correct these lines."))
    return Keywords(category, words, HostRules(hosts))


@lru_cache(maxsize=1)
def _tokenizer() -> "Tokenizer":
    import jieba

    jieba.setLogLevel(logging.WARNING)
    cutter = jieba.Tokenizer()
    # jieba keeps a cache in the folder for temporary files, where another user may have placed one.
    with TemporaryDirectory(prefix="chudian-") as own:
        cutter.tmp_dir = own
        cutter.initialize()
    for word in keywords().category:
        cutter.add_word(word)
    return cutter
