"""The content category and the site of a host (S7, T5)."""

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from features.content import CATEGORIES, UNKNOWN
from features.web.rules import HostRules, normal_host, rules_of

if TYPE_CHECKING:
    from tldextract import TLDExtract

DICTIONARY = Path(__file__).with_name("hosts.csv")


@lru_cache(maxsize=1)
def dictionary() -> HostRules:
    """Return the rules of hosts.csv. ContractError lists its wrong lines."""
    return HostRules(rules_of(DICTIONARY, "category", (name for name in CATEGORIES if name != UNKNOWN)))


def category_of(hosts: list[str], known: HostRules | None = None) -> list[str]:
    """Return the category of each host, `unknown` if no rule fits."""
    rules = dictionary() if known is None else known
    return [rules.group_of(normal_host(host)) or UNKNOWN for host in hosts]


def domain_of(hosts: list[str]) -> list[str]:
    """Return the domain that somebody registered: `example.com.cn` for `m.video.example.com.cn`.

    An address, and a host without such a domain, is returned as it is. The public-suffix list is the one that the library has bundled.
    """
    return [_extract()(name).top_domain_under_public_suffix or name for name in map(normal_host, hosts)]


@lru_cache(maxsize=1)
def _extract() -> "TLDExtract":
    import tldextract

    # Only the bundled snapshot: a night must not use the network, nor differ from the night before.
    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
