"""Fills the templates of the site. Every value is escaped."""

from functools import lru_cache
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from expectations.channels import CHANNELS
from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from features.wiki.advice import NEED_STAGES, TIMES
from features.wiki.opinions import CRITERIA
from features.wiki.states import STATES
from jobs.report.page import count, figure, share
from jobs.site.distribution import LABEL
from jobs.site.distribution import WIDTH as BAR_WIDTH
from jobs.site.draw import HEIGHT, WIDTH
from jobs.site.lineage import TAGS, tables
from scenarios.library import SCENARIOS

KINDS = {
    "feed": "feeds 接口",
    "table": "tables 表",
    "tag": "tags 标签",
    "model": "models 模型",
    "scenario": "scenarios 场景",
    "channel": "channels 渠道",
}


def file(name: str) -> str:
    """Return the text of a file of the site."""
    return resources.files("jobs.site").joinpath(name).read_text("utf-8")


def page(template: str, root: str, **values: Any) -> str:
    """Return a page; `root` is the way from it to the first page."""
    return _templates().get_template(template).render(root=root, **values)


@lru_cache(maxsize=1)
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("jobs", "site"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    filters: dict[str, Any] = {"count": count, "share": share, "figure": figure}
    environment.filters |= filters
    environment.globals |= {
        "tables": frozenset(tables()),
        "tags": TAGS,
        "spine": DWD_SUBSCRIBER.name,
        "kinds": KINDS,
        "known_channels": CHANNELS,
        "known_scenarios": frozenset(one.name for one in SCENARIOS),
        "box_width": WIDTH,
        "box_height": HEIGHT,
        "bar_width": BAR_WIDTH,
        "bar_label": LABEL,
        "states": STATES,
        "need_stages": NEED_STAGES,
        "times": TIMES,
        "criteria": CRITERIA,
    }
    return environment
