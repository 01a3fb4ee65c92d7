"""Makes the pages of the site from the declarations. Every value is escaped, and every link is relative, so the site works from disk."""

import inspect
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from expectations.channel import LIST_COLUMNS, MEDIA, MODES, MOMENTS, Channel
from expectations.channels import CHANNELS
from expectations.contract import Table
from expectations.feed import Feed
from expectations.feeds import FEEDS
from expectations.web_log import WEB_COLUMNS
from features.family import Family
from features.library import FAMILIES
from features.recognition import LABELS
from features.segment import SEGMENTS, VERSION
from features.synonyms import words_for
from features.tag import EACH, NotArrived
from features.wiki.wiki import Page, Wiki
from jobs import wiki
from jobs.made_of import AnyTag, MadeOf, Named, made_of
from jobs.plan import form_of
from jobs.report.page import FEW_POSITIVES, METRICS
from jobs.site.distribution import distribution, newest_of, of_night
from jobs.site.draw import drawing
from jobs.site.elements import LEVELS, STATES, channel_lines, elements, reading_of, samples, trigger_words
from jobs.site.finder import index_script
from jobs.site.home import Home
from jobs.site.lineage import TAG_TABLES, TAGS, Lineage, Node, fields_of, lineage, parts_of, tables
from jobs.site.next_lists import next_lists, ranges
from jobs.site.template import file, page
from jobs.site.timeline import timeline
from models.library import MODELS
from models.model import Model
from scenarios.library import SCENARIOS
from scenarios.needs import models_named
from scenarios.scenario import Scenario

Pages = Iterator[tuple[str, str]]


def site(home: Home) -> Pages:
    """Yield every file of the site: its path below the site, and its text."""
    yield "style.css", file("style.css")
    yield "search.js", file("search.js")
    yield "entries.js", index_script()
    yield "index.html", index_html(home)
    yield "nights.html", page("nights.html", "", home=home)
    yield from _lists(home)
    every, opinions = lineage(), wiki.pages()
    yield "wiki.html", wiki_html(wiki.wiki(), opinions)
    for family in FAMILIES:
        yield f"families/{family.name}.html", family_html(family)
        for tag in family.tags:
            name = tag.column.name
            yield f"tags/{name}.html", tag_html(family, tag, made_of()[name], every, home, opinions[name])
    for model in MODELS:
        yield f"models/{model.name}.html", model_html(model, every, home)
    for scenario in SCENARIOS:
        yield f"scenarios/{scenario.name}.html", scenario_html(scenario, every, home)
    for channel in CHANNELS.values():
        yield f"channels/{channel.name}.html", channel_html(channel, every)
    for feed in FEEDS.values():
        yield f"feeds/{feed.name}.html", feed_html(feed, every, home)
    for table in tables().values():
        yield f"tables/{table.name}.html", table_html(table, every)


def index_html(home: Home) -> str:
    """Return the first page: what there is, the newest nights, and the search."""
    counts = [
        ("tags.html", "tags 标签", len(TAGS)),
        ("wiki.html", "tags rated or advised 维基", sum(is_told(one) for one in wiki.pages().values())),
        ("segments.html", "segments 分群", len(SEGMENTS)),
        ("labels.html", "labels 识别标签", len(LABELS)),
        ("models.html", "models 模型", len(MODELS)),
        ("scenarios.html", "scenarios 场景", len(SCENARIOS)),
        ("channels.html", "channels 渠道", len(CHANNELS)),
        ("feeds.html", "feeds 接口", len(FEEDS)),
        ("tables.html", "tables 表", len(tables())),
    ]
    return page("index.html", "", counts=counts, home=home)


def _lists(home: Home) -> Pages:
    """Yield the page of each kind of thing."""
    yield "segments.html", page("segments.html", "", segments=SEGMENTS, version=VERSION, home=home)
    yield "labels.html", page("labels.html", "", labels=LABELS)
    told = {
        "tags": ("Tags 标签", "By family; each family has one owner and one table.", [_row_of(family) for family in FAMILIES]),
        "models": ("Models 模型", "Predictions, declared once.", [_row("models", one.name, one.label, one.meaning) for one in MODELS]),
        "scenarios": (
            "Scenarios 营销场景",
            "Whom the operator contacts, with what, when and how.",
            [_row("scenarios", one.name, one.label, one.customers.meaning) for one in SCENARIOS],
        ),
        "channels": (
            "Channels 渠道",
            "Ways to reach subscribers. Each has its own list files.",
            [_row("channels", name, one.label, "; ".join(MODES[mode] for mode in one.modes)) for name, one in CHANNELS.items()],
        ),
        "feeds": (
            "Feeds 接口",
            "What the operator delivers.",
            [_row("feeds", name, one.label, f"{one.source}, {one.cadence}, {one.data_class}") for name, one in FEEDS.items()],
        ),
        "tables": (
            "Tables 表",
            "What feeds fill, and what is refined from it.",
            [_row("tables", name, "", one.comment) for name, one in tables().items()],
        ),
    }
    for name, (title, intro, rows) in told.items():
        yield f"{name}.html", page("list.html", "", title=title, intro=intro, rows=rows)


def _row(folder: str, name: str, label: str, text: str) -> tuple[str, str, str, str]:
    return f"{folder}/{name}.html", name, label, text


def _row_of(family: Family) -> tuple[str, str, str, str]:
    return _row("families", family.name, family.label, f"{len(family.tags)} tags, made of {', '.join(family.sources)}")


def family_html(family: Family) -> str:
    """Return the page of a tag family."""
    function = next((tag.function for tag in family.tags if not isinstance(tag, NotArrived)), None)
    module = inspect.getmodule(_plain(function))
    told = (module.__doc__ or "").partition("\n\n")[0] if module else ""
    return page("family.html", "../", family=family, told=told)


def is_told(opinions: Page) -> bool:
    """Whether the wiki says anything of a tag besides that it is declared."""
    return bool(opinions.ratings or opinions.expert_scores or opinions.advice or opinions.used_by) or opinions.state == "retired"


def wiki_html(read: Wiki, opinions: Mapping[str, Page]) -> str:
    """Return the page of the tag wiki: tags by score, those without a score last, and the weights of the comparisons."""
    labels = {tag.column.name: tag.column.label for family in FAMILIES for tag in family.tags}
    told = sorted(filter(is_told, opinions.values()), key=lambda one: (one.score.combined is None, -(one.score.combined or 0), one.tag))
    weighed = [("criteria of the experts 专家打分指标", read.criteria)]
    weighed += [(f"family {name} 标签族", found) for name, found in read.families.items()]
    return page("wiki.html", "", told=[(one, labels[one.tag]) for one in told], silent=len(opinions) - len(told), weighed=weighed)


def tag_html(family: Family, tag: AnyTag, made: MadeOf, every: Lineage, home: Home, opinions: Page | None = None) -> str:
    """Return the page of a tag: its meaning, its rule, what it is made of, and who uses it."""
    node = Node("tag", tag.column.name)
    extracts = _extracts(node, made)
    used = [(scenario, [part for part, names in parts_of(scenario).items() if node.name in names]) for scenario in SCENARIOS]
    return page(
        "tag.html",
        "../",
        column=tag.column,
        family=family,
        further=_further(tag),
        checks="; ".join(f"{check.rule} (warn)" if check.severity == "warn" else check.rule for check in tag.column.derived.checks),
        words=words_for(node.name),
        night=home.newest,
        figures=home.tags.get(node.name),
        wiki=opinions,
        spread=distribution(tag.column, home.profiles.get(node.name, ())),
        form=form_of(family, tag),
        made=made,
        of_tags=[one.column for one in made.columns if one.table in TAG_TABLES],
        of_tables=[one for one in made.columns if one.table not in TAG_TABLES],
        extracts=extracts,
        fields={feed.name: names for feed, names in extracts},
        drawn=drawing(every, node),
        users=every.uses(node),
        used_in=[(scenario, parts) for scenario, parts in used if parts],
    )


def model_html(model: Model, every: Lineage, home: Home) -> str:
    """Return the page of a model: how good it was when it was trained, and how its features drifted since."""
    node = Node("model", model.name)
    drifted = [(name, of_night(newest_of(rows))) for name in model.features if (rows := home.profiles.get(name))]
    return page(
        "model.html",
        "../",
        model=model,
        users=every.uses(node),
        drawn=drawing(every, node),
        night=home.newest,
        scored=home.models.get(model.name),
        metrics=METRICS,
        few_positives=FEW_POSITIVES,
        drifted=sorted(drifted, key=lambda one: (-(one[1].psi or 0.0), one[0])),
    )


def scenario_html(scenario: Scenario, every: Lineage, home: Home) -> str:
    """Return the page of a scenario: its elements, channels, steps and messages, and the tags that each part uses."""
    return page(
        "scenario.html",
        "../",
        scenario=scenario,
        scenario_states=STATES,
        levels=LEVELS,
        models=sorted(models_named(scenario)),
        elements=elements(scenario, home.audiences.get(scenario.name)),
        members=home.audiences.get(scenario.name),
        night=home.newest,
        funnels=[one for one in home.funnels if one.scenario == scenario.name],
        channels=channel_lines(scenario, home.listed.get(scenario.name, {}) if home.newest else None),
        told=reading_of(scenario),
        next_lists=next_lists(scenario, home.newest, home.decided.get(scenario.name, ())) if home.newest else [],
        ranges=ranges,
        drawn_steps=timeline(scenario),
        trigger_words=trigger_words,
        samples=samples(scenario, home.products),
        parts_used=parts_of(scenario),
        drawn=drawing(every, Node("scenario", scenario.name)),
    )


def channel_html(channel: Channel, every: Lineage) -> str:
    """Return the page of a channel."""
    scenarios = every.sources(Node("channel", channel.name))
    words = {"modes": MODES, "media": MEDIA, "moments": MOMENTS, "columns": LIST_COLUMNS}
    return page("channel.html", "../", channel=channel, scenarios=scenarios, **words)


def feed_html(feed: Feed, every: Lineage, home: Home) -> str:
    """Return the page of a feed: each field of the extract, and the columns that it fills."""
    fields = []
    for field in feed.fields:
        filled = [to for to, _ in field.fills] + [computed.to for computed in feed.computed if field.name in computed.fields]
        filled += WEB_COLUMNS if feed.web and field.name in feed.web.fields else ()
        fields.append((field.name, [feed.table.column(name) for name in dict.fromkeys(filled)], field.personal))
    drawn = drawing(every, Node("feed", feed.name))
    return page("feed.html", "../", feed=feed, fields=fields, newest=home.loaded.get(feed.name), drawn=drawn)


def table_html(table: Table, every: Lineage) -> str:
    """Return the page of a table."""
    node = Node("table", table.name)
    return page("table.html", "../", table=table, users=every.uses(node), drawn=drawing(every, node))


def _plain(function: Any) -> Any:
    return function.func if isinstance(function, partial) else function


def _further(tag: AnyTag) -> str:
    """Return what the docstring says beyond its first line, which the tag's meaning begins with."""
    if isinstance(tag, NotArrived):
        return ""
    told = (inspect.getdoc(_plain(tag.function)) or "").partition("\n")[2].strip()
    return told.replace(EACH, str(tag.function.args[0])) if isinstance(tag.function, partial) else told


def _extracts(node: Node, made: MadeOf) -> list[tuple[Feed, list[str]]]:
    """Return the feeds that a tag is made of, near and far, each with the fields of its extract."""
    found: dict[str, list[str]] = {}
    every = made_of()
    tags = [made, *(every[one.name] for one in lineage().above(node) if one.kind == "tag")]
    for named in sorted({column for one in tags for column in one.columns if column.table not in TAG_TABLES}):
        for feed, fields in fields_of(Named(*named)):
            found.setdefault(feed.name, []).extend(fields)
    return [(FEEDS[name], sorted(set(fields))) for name, fields in sorted(found.items())]
