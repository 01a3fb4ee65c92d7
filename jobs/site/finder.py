"""The search: what can be found, and by which words. The page reads it from a script file, because a page from disk may load no data."""

import json
from typing import NamedTuple

from expectations.channels import CHANNELS
from expectations.feeds import FEEDS
from features.dictionary import dictionary_rows, record_rows
from features.recognition import LABELS
from features.segment import SEGMENTS
from features.synonyms import words_for
from jobs.site.lineage import tables
from models.library import MODELS
from scenarios.library import SCENARIOS


class Entry(NamedTuple):
    """A thing that can be found: name, Chinese label, kind, path of its page below the site, and further words."""

    name: str
    label: str
    kind: str
    page: str
    words: str


def entries() -> list[Entry]:
    """Return everything that can be found."""
    tags = [
        Entry(row.tag, row.label, "tag 标签", f"tags/{row.tag}.html", " ".join([*words_for(row.tag), row.family, row.meaning]))
        for row in dictionary_rows()
    ]
    return [
        *tags,
        *(Entry(row.tag, row.label, "column 字段", f"tables/{row.source}.html", f"{row.family} {row.meaning}") for row in record_rows()),
        *(Entry(one.code, one.label, "segment 分群", f"segments.html#{one.code}", one.words) for one in SEGMENTS),
        *(Entry(key, one.label, "label 识别标签", f"labels.html#{key}", one.advice) for key, one in LABELS.items()),
        *(Entry(one.name, one.label, "model 模型", f"models/{one.name}.html", one.meaning) for one in MODELS),
        *(Entry(one.name, one.label, "scenario 场景", f"scenarios/{one.name}.html", one.customers.meaning) for one in SCENARIOS),
        *(Entry(name, one.label, "channel 渠道", f"channels/{name}.html", one.form.file_name) for name, one in CHANNELS.items()),
        *(
            Entry(name, one.label, "feed 接口", f"feeds/{name}.html", f"{one.source} {' '.join(field.name for field in one.fields)}")
            for name, one in FEEDS.items()
        ),
        *(Entry(name, "", "table 表", f"tables/{name}.html", one.comment) for name, one in tables().items()),
    ]


def index_script() -> str:
    """Return the script file with the entries."""
    return f"window.CHUDIAN_ENTRIES = {json.dumps(entries(), ensure_ascii=False)};\n"
