"""The page says what happened, alone in its file, in numbers a person reads."""

import re
from dataclasses import replace

import pytest

from expectations.contract import Column
from jobs.report.gather import Figures, ModelFigures
from jobs.report.night_lists import NightList
from jobs.report.page import dictionary_html, figure, night_html, seconds, share
from jobs.report.steps import Step
from jobs.report.verdict import unfinished, verdict
from jobs.train.card import model_card
from models.evaluation import Comparison
from models.library import MODELS
from scenarios.library import SCENARIOS
from tests.jobs.report.nights import ON, arrival, feed_night, good_night
from tests.jobs.report.pages import Page, elsewhere

BAD_NIGHT = good_night(
    steps=[
        Step("receive_boss_usage", "receive", "failed", None, 1.0, "Feed boss_usage:\n  - md5 <differs>\n  To mend it: send it again."),
        Step("compute_usage_tags", "tag", "kept back", told="waits for receive_boss_usage"),
        Step("write_dictionary", "report", "did not run", told="no run of this night is on record"),
    ],
    feeds=[feed_night(arrival("refused", 70, quarantined=70, reason="landing/x: 60 of 70 rows cannot be loaded"))],
    families=[],
    models=[],
    funnels=[],
    lists=[],
)


@pytest.mark.parametrize("html", [night_html(good_night()), night_html(BAD_NIGHT), dictionary_html(ON)], ids=["good", "bad", "dictionary"])
def test_a_page_is_whole_and_needs_nothing_from_elsewhere(html: str) -> None:
    page = Page(html)
    assert not page.faults
    assert not page.open
    allowed = re.compile(r"#[\w-]+|data:image/png;base64,[\w+/=]+|(\.\./data_docs/index|coverage|dictionary|night)\.html")
    assert not [link for link in page.links if not allowed.fullmatch(link)]
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)
    assert elsewhere(html) == []
    assert 'name="viewport"' in html
    assert "prefers-color-scheme: dark" in html


def test_a_good_night_shows_green_its_dates_and_its_lists() -> None:
    page = Page(night_html(good_night()))
    assert verdict(good_night()).level == "good"
    assert [said for said in ("Everything ran 全部正常", "2026-03-04", "2026-03-05", "Thursday") if said not in page.text] == []
    assert "6,234 = 4,800 + 20 + 100 + 0 + 80 + 1,234" in page.text
    assert "云溪市" in page.text
    assert "2 counties 区县" in page.text
    assert "东湖区" in page.text
    assert "Customer 用户匹配" in page.text
    assert "it is not yet campaign response" in page.text


def test_every_model_is_shown_and_carded_with_its_own_caveat() -> None:
    shown = good_night(models=[ModelFigures(model, "1", {}, "data:image/png;base64,AAAA") for model in MODELS])
    text = Page(night_html(shown)).text
    compared = Comparison("log_loss", 0.3, 0.25)
    for model in MODELS:
        assert text.count(model.caveat) == 1
        card = model_card(model, {"auc": 0.7}, {"rows": "100"}, compared)
        assert f"**{model.caveat}**" in card
        assert f'what "out of time" means here: by halves and cut-offs. Each {model.unit.name} belongs to one of two halves' in card
        assert "not promoted, because it is no better than the champion: log_loss 0.30000, the champion's is 0.25000" in card


def test_each_list_says_whom_its_scenario_means_and_who_answers_for_it() -> None:
    text = Page(night_html(good_night())).text
    assert "a data fee on last month's bill. Owner 负责 data-business, approver 审批 marketing-board." in " ".join(text.split())


def test_a_bad_night_shows_red_and_the_text_that_teaches() -> None:
    html = night_html(BAD_NIGHT)
    page = Page(html)
    told = verdict(BAD_NIGHT)
    assert told.level == "bad"
    assert told.findings[0].line.startswith("receive_boss_usage failed")
    assert "md5 <differs>" in page.text
    assert "<differs>" not in html
    said = ("To mend it: send it again.", "waits for receive_boss_usage", "did not run 未运行", "60 of 70 rows cannot be loaded")
    assert [words for words in said if words not in page.text] == []
    assert unfinished(BAD_NIGHT) == ["receive_boss_usage failed", "compute_usage_tags kept back", "write_dictionary did not run"]


@pytest.mark.parametrize(
    "spoiled",
    [
        good_night(feeds=[feed_night(arrival("refused", 70, quarantined=70, reason="why"))]),
        good_night(feeds=[feed_night(arrival(loaded=990, quarantined=10), kept={("why",): 10})]),
        good_night(steps=[Step("compute_usage_tags", "tag", "done", 5, 1.0, warnings=("tag.usage.data_bytes_7d: expected at least 0",))]),
        good_night(steps=[Step("decide_contacts", "decide", "out of date", 5, 1.0, "score_subscribers ran again after it")]),
    ],
    ids=["refused", "quarantined", "warned", "out of date"],
)
def test_what_should_be_looked_at_shows_amber(spoiled: Figures) -> None:
    assert verdict(spoiled).level == "look"
    assert not unfinished(spoiled)


@pytest.mark.parametrize(
    "spoiled",
    [good_night(lists=[]), good_night(feeds=[feed_night(arrival(loaded=990))])],
    ids=["lists missing in the outbox", "row lost"],
)
def test_what_must_not_be_used_shows_red(spoiled: Figures) -> None:
    assert verdict(spoiled).level == "bad"


def test_the_lists_that_are_not_complete_are_named() -> None:
    missing = NightList("crm", "c10_data_without_plan", "wave1", "not written", decided=34)
    told = verdict(good_night(lists=[missing]))
    assert "crm/c10_data_without_plan/wave1: not written" in told.findings[0].text
    assert "not written" in Page(night_html(good_night(lists=[missing]))).text


def test_a_list_that_waits_for_an_approval_and_an_alarm_are_something_to_look_at() -> None:
    listed = good_night().listed
    held = NightList("crm", "c10_data_without_plan", "wave1", "held", decided=listed)
    told = verdict(good_night(lists=[held], alarms=("list sms/c10/wave1 is held",)))
    assert told.level == "look"
    assert [finding.line[:12] for finding in told.findings] == ["1 alarm(s) f", "1 list(s) wa"]
    assert f"crm/c10_data_without_plan/wave1: {listed:,} contacts" in told.findings[1].text
    assert "held 待审批" in Page(night_html(good_night(lists=[held]))).text
    assert verdict(good_night(lists=[replace(held, decided=listed - 1)])).level == "bad", "a contact is lost"


def test_a_night_without_an_earlier_profile_says_so() -> None:
    assert "There is no earlier night to compare with" in Page(night_html(good_night())).text


def test_a_night_without_a_due_step_says_so_of_every_scenario() -> None:
    assert Page(night_html(good_night(funnels=[], lists=[]))).text.count("no step was due tonight") == len(SCENARIOS)


def test_no_page_holds_what_could_be_a_subscriber() -> None:
    for html in (night_html(good_night()), night_html(BAD_NIGHT), dictionary_html(ON)):
        assert not re.search(r"(?<![\w./+])1\d{10}(?!\d)|\b[0-9a-f]{32}\b|\b\d{15,18}[\dXx]?\b", Page(html).text)


def test_numbers_are_written_as_people_read_them() -> None:
    page = Page(night_html(good_night()))
    assert "1,234,567" in page.text
    # Codes are no numbers.
    text = re.sub(r"[a-z_0-9]+_[a-z_0-9]+|990101", "", page.text)
    assert not re.search(r"\d{5,}|\d\.\d{5,}|e[+-]\d\d", text)
    column = Column("some", "bigint", "Some.")
    assert figure(1234567.891, column) == "1,234,568"
    assert figure(3 * 2.0**30, Column("some", "bigint", "Some.", unit="bytes")) == "3.00 GB"
    assert figure(123456.0, Column("some", "bigint", "Some.", unit="fen")) == "1,234.56 yuan"
    assert figure(0.25, Column("some", "boolean", "Some.")) == "25.0% yes"
    assert figure(None, column) == "–"
    assert (seconds(2.0), seconds(130.4)) == ("2.0 s", "2 min 10 s")
    assert (share(0.0), share(0.0001), share(0.9999), share(1.0), share(None)) == ("0.0%", "<0.1%", ">99.9%", "100.0%", "–")


def test_rows_about_numbers_that_nobody_held_are_counted_on_the_page() -> None:
    words = "of the loaded rows are about a number that nobody held"
    assert f"1,234 {words}" in Page(night_html(good_night(feeds=[feed_night(arrival(loaded=1000), unheld=1234)]))).text
    assert words not in Page(night_html(good_night())).text
