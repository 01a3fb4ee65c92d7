"""The content category of a host: a small dictionary of hosts and domains, looked up with the public-suffix list."""

import csv
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from expectations.errors import ContractError, teach
from features.content import CATEGORIES, UNKNOWN

DICTIONARY = Path(__file__).with_name("content_hosts.csv")


@lru_cache(maxsize=1)
def dictionary() -> Mapping[str, str]:
    """Return host or registrable domain -> category, from content_hosts.csv. ContractError lists wrong categories and doubles."""
    known: dict[str, str] = {}
    faults = []
    with DICTIONARY.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            host, category = row["host_or_domain"].strip().lower(), row["category"].strip()
            if category not in CATEGORIES or category == UNKNOWN:
                faults.append(f"{host}: category {category!r} is not one of {', '.join(name for name in CATEGORIES if name != UNKNOWN)}")
            if host in known:
                faults.append(f"{host} is listed twice")
            known[host] = category
    if faults:
        raise ContractError(teach(f"Content dictionary {DICTIONARY.name}", faults, "correct these lines of the file."))
    return known


def category_of(hosts: list[str], known: Mapping[str, str] | None = None) -> list[str]:
    """Return the category of each host: that of the host if listed, else that of its registrable domain, else `unknown`.

    The registrable domain of `m.video.example.com.cn` is `example.com.cn`. A numeric address or a bare public suffix is unknown unless it
    is listed itself.
    """
    import tldextract

    listed = dictionary() if known is None else known
    # Only the bundled snapshot: a night must not use the network, nor differ from the night before.
    extract = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)

    def one(host: str) -> str:
        name = host.rstrip(".").lower()
        return listed.get(name) or listed.get(extract(name).top_domain_under_public_suffix, UNKNOWN)

    return [one(host) for host in hosts]
