"""The commands for tags and audiences at the desk: what they say, and what they refuse before anything is counted."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from jobs import cli
from jobs.audiences import Audience, save, saved
from jobs.explore import Explored, Overlap
from jobs.maintain.audit_tags import Difference
from jobs.screen import console
from tests.jobs.test_cli import Desk, refusal

D = date(2026, 3, 4)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home without Spark, with one night and one saved audience."""
    monkeypatch.setenv("CHUDIAN_HOME", f"{tmp_path}")
    monkeypatch.setattr("jobs.store.Store.nights", lambda *_: [D])
    where = "mean_bill_fen_3m >= {bill}"
    save(tmp_path / "audiences", Audience("big_bills", where, "Those with big bills.", "marketing", {"bill": "5000"}), "Ten.", D)
    return tmp_path


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The predicates that were counted."""
    asked: list[str] = []

    def look(_: object, where: str, *__: object) -> Explored:
        asked.append(where)
        return Explored(D, 10, 20, (), {}, [Overlap("c10_data_without_plan", 4, 1)])

    monkeypatch.setattr("jobs.explore.explore", look)
    return asked


def said(*asked: str, status: int = 0) -> str:
    with console.capture() as printed:
        ran = CliRunner().invoke(cli.app, asked)
    assert ran.exit_code == status, ran.exception
    return printed.get()


def test_a_saved_audience_is_shown_with_its_meaning_owner_and_filled_predicate(home: Path, counted: list[str]) -> None:
    told = said("explore", "big_bills", "--set", "bill=1")
    assert counted == ["mean_bill_fen_3m >= 1"]
    assert told.startswith("big_bills: Those with big bills. Owner marketing.\nAudience: mean_bill_fen_3m >= 1\n")
    scenario = next(line.split() for line in told.splitlines() if line.startswith("c10_data_without_plan"))
    assert scenario == ["c10_data_without_plan", "live", "4", "40.0%", "1"]


def test_a_saved_audience_is_saved_under_another_name_with_its_new_values(home: Path, counted: list[str]) -> None:
    said("explore", "big_bills", "--set", "bill=1", "--save", "other")
    other, first = (saved(home / "audiences", name) for name in ("other", "big_bills"))
    assert (other.parameters, other.meaning, other.owner) == ({"bill": "1"}, "Those with big bills.", "marketing")
    assert first.parameters == {"bill": "5000"}


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (("is_live", "--save", "big_bills", "--meaning", "All.", "--owner", "us"), "big_bills.toml exists"),
        (("is_live", "--save", "Big", "--meaning", "All.", "--owner", "us"), "name 'Big': use small letters, digits and _"),
        (("is_live", "--save", "all_of_them", "--owner", "us"), "meaning is empty; give it with --meaning"),
        (("big_bill",), "No saved audience is called big_bill. Did you mean big_bills?"),
        (("points > {least}",), "The audience:\n  - parameter {least} has no value; give it with --set least=VALUE"),
        (("big_bills", "--set", "bil=1"), "No parameter is called bil. Did you mean bill?"),
        (("is_live", "--set", "bill"), "'bill' is not NAME=VALUE"),
    ],
)
def test_what_cannot_be_saved_or_asked_is_refused_before_the_count(
    home: Path, counted: list[str], asked: tuple[str, ...], says: str
) -> None:
    assert says in refusal("explore", *asked)
    assert counted == []


def test_a_single_word_is_a_predicate_if_it_is_a_column(home: Path, counted: list[str]) -> None:
    said("explore", "is_live")
    assert counted == ["is_live"]


def test_explore_without_a_predicate_lists_what_is_saved(home: Path, counted: list[str]) -> None:
    _, line = said("explore").splitlines()
    assert line.split("  ")[0] == "big_bills"
    assert all(part in line for part in ("Those with big bills.", "marketing", "mean_bill_fen_3m >= {bill}", "bill=5000", "Ten."))
    (home / "audiences" / "big_bills.toml").unlink()
    assert said("explore").startswith("No audience is saved yet")
    assert counted == []


def test_a_plan_without_deliveries_says_how_the_tag_is_made(home: Path) -> None:
    told = said("plan", "data_bytes_30d")
    assert "sum over ods.usage, kept in dws.usage_sums" in told
    assert told.endswith("No delivery was received yet, so there are no partitions to show.\n")
    assert refusal("plan", "data_byte_30d").startswith("No tag is called data_byte_30d. Did you mean data_bytes_30d")


def test_a_plan_shows_what_a_family_opens_and_what_those_before_it_open(home: Path) -> None:
    told = said("plan", "is_smart_unused_30d", "--date", f"{D}")
    own, before = told.split("Before it, for the tags of")
    assert "compute_terminal_tags" in own
    assert before.startswith(" product, usage, which the tag may use:")
    assert "compute_usage_tags" in before
    assert "compute_terminal_tags" not in before
    assert "Before it" not in said("plan", "usage_days_not_arrived_30d", "--date", f"{D}")


def test_tags_are_found_by_the_words_of_analysts_and_so_are_columns_that_are_no_tags() -> None:
    def found(words: str) -> list[list[str]]:
        # A long meaning goes on in lines that begin with spaces.
        lines = said("tags", "--find", words).splitlines()[1:]
        return [line.split()[:3] for line in lines if not line.startswith(" ")]

    assert found("dou 6个月") == [["usage", "data_bytes_6m", "近6个月上网流量"], ["usage", "mean_data_bytes_6m", "近6个月月均流量"]]
    assert found("Channel code of") == [["record", "entry_channel", "入网渠道"]]
    assert refusal("tags", "--find", "arpuu").startswith("No tag has the words arpuu.")


def audited(monkeypatch: pytest.MonkeyPatch, home: Path, found: list[Difference]) -> Callable[[], list[str]]:
    """Put the differences in the place of Spark's, and return the jobs that a repair runs."""
    ran: list[str] = []
    desk = Desk(home)
    desk.lake = None  # type: ignore[attr-defined]
    monkeypatch.setattr("jobs.runtime.job_run.Runner", lambda *_, **__: desk)
    monkeypatch.setattr("jobs.maintain.audit_tags.differences", lambda *_: found)
    monkeypatch.setattr("jobs.runtime.sequence.run_sequence", lambda _, jobs, *__, **___: ran.extend(job.name for job in jobs))
    return lambda: ran


def test_an_audit_fails_when_tags_differ_and_says_how_to_make_them_again(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = audited(monkeypatch, home, [Difference("tag.terminal", D, "is_smart_unused_30d", 1)])
    told = said("audit", f"{D}", status=1)
    assert told.splitlines() == [
        f"tag.terminal, business_date={D}, tag is_smart_unused_30d: 1 subscribers differ",
        f"To make them again: chudian audit {D} --repair",
    ]
    said("audit", f"{D}", "--repair")
    assert ran() == ["compute_terminal_tags", "write_car", "profile_tags"]


def test_an_audit_without_a_difference_repairs_nothing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = audited(monkeypatch, home, [])
    assert said("audit", f"{D}", "--repair") == f"All published tags of {D} are what the facts give.\n"
    assert ran() == []


def test_a_token_is_printed_for_those_who_give_a_reason(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[tuple[str, str]] = []

    def tokens(_: object, number: str, reason: str) -> list[str]:
        looks.append((number, reason))
        return ["0" * 32]

    monkeypatch.setattr("jobs.people.customer.tokens", tokens)
    assert "Missing option '--reason'" in refusal("token", "12900000017")
    assert looks == []
    assert said("token", "12900000017", "--reason", "analysis 3") == f"{'0' * 32}\n"
    assert looks == [("12900000017", "analysis 3")]
