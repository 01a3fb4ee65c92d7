"""The sheet of sample messages: some of each list, without whose they are."""

from pathlib import Path
from types import SimpleNamespace

from pyspark.sql import SparkSession

from expectations.tables.mkt_decision import MKT_DECISION
from jobs.report.sample_messages import PER_LIST, sample_messages, samples
from jobs.runtime.settings import settings
from tests.frames import frame, token
from tests.night.homes import NIGHT

HEAD = "business_date | subscriber_id | scenario | step | channel | stage | rank | city | offer | variant | message"
LISTED = [f"2026-03-04 | p{n} | c10 | wave1 | sms | listed | {n} | 9901 | dp010 | news | 您好{n}" for n in range(1, 31)]
OTHERS = [
    "2026-03-04 | p7 | c13 | entry | crm | listed | 1 | 9902 | dp005 |  | <b>欢迎",
    "2026-03-04 | p8 | c13 | entry | crm | held_out | 2 | 9902 | dp005 |  | 对照",
]


def test_at_most_twenty_messages_of_each_list_are_drawn_and_a_rerun_draws_the_same(spark: SparkSession, tmp_path: Path) -> None:
    decisions = frame(spark, MKT_DECISION, "\n".join([HEAD, *LISTED, *OTHERS]))
    found = samples(decisions)
    assert {of: len(rows) for of, rows in found.items()} == {("crm", "c13", "entry"): 1, ("sms", "c10", "wave1"): PER_LIST}
    ranks = [row["rank"] for row in found["sms", "c10", "wave1"]]
    assert ranks == sorted(ranks)
    assert ranks != list(range(1, 21)), "drawn by chance, not the best"
    assert samples(decisions.orderBy("message")) == found
    chosen = settings({"CHUDIAN_HOME": f"{tmp_path}"})
    sample_messages.call(SimpleNamespace(on=NIGHT, settings=chosen, read={"decisions": decisions}.__getitem__, told=""))
    page = (chosen.reports / f"{NIGHT}" / "samples.html").read_text("utf-8")
    assert "&lt;b&gt;欢迎" in page
    assert "<td>news</td>" in page
    assert "对照" not in page
    assert token("p7") not in page
