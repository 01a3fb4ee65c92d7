"""All files of the wiki together."""

from pathlib import Path
from shutil import copytree

import pytest

from expectations.errors import ContractError
from features.wiki.states import Evidence
from features.wiki.wiki import FOLDER, Wiki, read_wiki

FAMILIES = {"usage": ["a", "b"], "billing": ["c"]}
CRITERIA = ("coverage", "stability", "business_meaning", "actionability", "cost")
FILES = {
    "ratings.csv": "tag,rater,rated_on,stars,comment\na,li,2026-03-01,4,good\n",
    "experts.csv": "tag,expert,criterion,score\n" + "".join(f"a,li,{criterion},10\n" for criterion in CRITERIA),
    "advice.csv": "tag,need_stage,words,time,channel\na,explicit,好,noon,sms\n",
    "retired.csv": "tag,last_date,reason\nb,2026-06-30,old\n",
    "comparisons/criteria.csv": "a,b,times,judge\n" + "".join(f"{a},{b},1,li\n" for i, a in enumerate(CRITERIA) for b in CRITERIA[i + 1 :]),
    "comparisons/usage.csv": "a,b,times,judge\na,b,4,li\n",
}


def read(folder: Path, **changed: str) -> Wiki:
    """The wiki of these files; `changed` has others by the file's name before its dot."""
    (folder / "comparisons").mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(changed.pop(Path(name).stem, text), "utf-8")
    for name, text in changed.items():
        (folder / "comparisons" / f"{name}.csv").write_text(text, "utf-8")
    return read_wiki(FAMILIES, ["sms"], folder)


def test_every_tag_has_a_page_of_all_that_the_files_say(tmp_path: Path) -> None:
    pages = read(tmp_path).pages({"a": ("model churn",)}, {"a": Evidence(1, 0, 1000)})
    assert list(pages) == ["a", "b", "c"]
    a, b, c = pages.values()
    # People: one rating of 4 at a mean of 4 is 750. Together (5 x 1000 + 3 x 750 + 2 x 1000) / 10.
    assert (a.score.experts, a.score.people, a.score.compared, a.score.combined) == (1000, 750, 1000, 925)
    assert (a.state, a.used_by, a.ratings[0].comment, len(a.expert_scores)) == ("proven", ("model churn",), "good", 5)
    assert a.advice is not None
    assert a.advice.words == "好"
    assert (b.state, b.score.combined) == ("retired", 250)
    assert (c.state, c.score.combined, c.ratings, c.advice) == ("draft", None, (), None)


def test_faults_of_all_files_are_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(ContractError) as refused:
        read(
            tmp_path,
            ratings="tag,rater,rated_on,stars,comment\na,,2026-03-01,4,\n",
            experts="tag,expert,criterion,score\nd,li,cost,1\n",
            advice="tag\n",
            retired="tag,last_date,reason\nb,soon,old\n",
            criteria="a,b,times,judge\ncoverage,stability,99,li\n",
            usage="a,b,times,judge\na,c,4,li\n",
            voice="a,b,times,judge\n",
        )
    told = [line.removeprefix("  - ") for line in str(refused.value).splitlines() if line.startswith("  - ")]
    assert [fault.partition(": ")[0] for fault in told] == [
        "ratings.csv line 2",
        "experts.csv line 2",
        "criteria.csv line 2",
        "criteria.csv",
        "usage.csv line 2",
        "comparisons/voice.csv",
        "advice.csv line 1",
        "retired.csv line 2",
    ]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    copytree(FOLDER, tmp_path / "wiki", ignore=lambda *_: {"ratings.csv", "retired.csv"})
    with pytest.raises(
        ContractError, match=r"ratings.csv is missing; a file without entries has the line tag,rater,rated_on,stars,comment"
    ):
        read_wiki(FAMILIES, ["sms"], tmp_path / "wiki")
