"""The wiki of this repository, and what the command shows of it."""

from pathlib import Path
from shutil import copytree

import pytest
from rich.console import Console
from typer.testing import CliRunner

from expectations.errors import ContractError
from features.wiki import wiki as files
from jobs import cli, wiki
from jobs.commands import wiki as command


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Console:
    console = Console(width=200, record=True, quiet=False, highlight=False)
    monkeypatch.setattr(command, "console", console)
    return console


def shown(screen: Console, *asked: str) -> list[str]:
    ran = CliRunner().invoke(cli.app, ["wiki", *asked])
    if ran.exception:
        raise ran.exception
    return screen.export_text().splitlines()


def test_the_files_of_the_repository_have_no_fault_and_advice_for_25_tags(screen: Console) -> None:
    assert shown(screen, "--check")[0].startswith("No fault: ")
    assert len(wiki.wiki().advice) >= 25


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A wiki with the repository's comparisons and one tag of its own."""
    folder = tmp_path / "wiki"
    copytree(files.FOLDER, folder)
    criteria = ("coverage", "stability", "business_meaning", "actionability", "cost")
    rows = {
        "ratings": "tag,rater,rated_on,stars,comment\nidle_share_30d,li,2026-03-01,4,好用\n",
        "experts": "tag,expert,criterion,score\n" + "".join(f"idle_share_30d,wang,{one},10\n" for one in criteria),
        "advice": "tag,need_stage,words,time,channel\nidle_share_30d,emerging,办个闲时包。,evening,sms\n",
    }
    for name, text in rows.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
    for file in (folder / "comparisons").glob("[!c]*.csv"):
        file.unlink()
    monkeypatch.setattr(wiki, "FOLDER", folder)
    return folder


def test_a_tag_is_shown_with_state_score_advice_ratings_and_scores(screen: Console, own: Path) -> None:
    """The only rating is also the mean of all: 4 stars are 750. (5 x 1000 + 3 x 750) / 8 = 906.25."""
    meaning, *lines = shown(screen, "idle_share_30d")
    assert meaning.startswith("idle_share_30d 近30天闲时流量占比 (usage): Share of data used in idle hours")
    assert lines == [
        "State: trial 试用, used by model data_plan_propensity",
        "Score: 906 of 1000 (experts 1000, people 750, compared in the family -)",
        "Need stage: emerging 萌芽需求",
        "Advice: 办个闲时包。 Time: evening 晚上. Channel: sms.",
        "Used by: model data_plan_propensity",
        "  2026-03-01 li: 4 stars. 好用",
        "  wang: coverage 覆盖率 10, stability 稳定性 10, business_meaning 业务含义 10, actionability 可操作性 10, cost 成本 10",
    ]


def test_all_tags_are_shown_by_score_and_those_without_one_last(screen: Console) -> None:
    header, *lines = (line.split() for line in shown(screen) if line[:1].strip())
    assert header[:5] == ["tag", "score", "state", "raters", "need"]
    scores = [line[1] for line in lines]
    known = [int(score) for score in scores if score != "-"]
    assert known == sorted(known, reverse=True)
    assert len(known) > 5
    assert set(scores[len(known) :]) == {"-"}


def test_a_mistyped_tag_gets_the_nearest_names(screen: Console) -> None:
    with pytest.raises(ContractError, match=r"No tag is called idle_shar_30d\. Did you mean idle_share_30d"):
        shown(screen, "idle_shar_30d")


def test_the_check_of_faulty_files_ends_with_status_1(
    own: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (own / "retired.csv").write_text("tag,last_date,reason\nidle_shar_30d,2026-06-30,old\n", "utf-8")
    monkeypatch.setattr("sys.argv", ["chudian", "wiki", "--check"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 1
    assert "retired.csv line 2: unknown tag 'idle_shar_30d'; did you mean idle_share_30d?" in capsys.readouterr().out


def test_live_scenarios_and_models_are_the_users_of_the_tags_they_name() -> None:
    users = wiki.users_of_tags()
    assert users["bill_data_fee_outside_fen_1m"] == ("scenario c10_data_without_plan", "scenario c12_plan_with_data")
    assert users["idle_share_30d"] == ("model data_plan_propensity",)
    assert "peak_day_bytes_30d" not in users
