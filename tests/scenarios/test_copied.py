from pathlib import Path

import pytest

from scenarios.copied import LIBRARY, adopt, write_copy
from scenarios.errors import ScenarioError

OTHERS = ("c10_data_without_plan", "c13_new_customer")


@pytest.fixture
def library(tmp_path: Path) -> Path:
    (tmp_path / "library").mkdir()
    for name in OTHERS:
        (tmp_path / "library" / f"{name}.py").write_text((LIBRARY / f"{name}.py").read_text("utf-8"), "utf-8")
    return tmp_path / "library"


@pytest.fixture
def drafts(library: Path) -> Path:
    return library.with_name("drafts")


def written(text: str) -> str:
    """The draft with every TODO written."""
    for what in ("label", "approver", "audience", "meaning"):
        text = text.replace(f'{what}="TODO"', f'{what}="is_live"')
    return text.replace('owner="TODO"', 'owner="me"').replace('message="TODO"', 'message="{product_name}"')


def test_a_copy_is_a_draft_beside_the_library_until_its_own_texts_are_written(library: Path, drafts: Path) -> None:
    path = write_copy("c99_new", OTHERS[0], library, drafts)
    text = path.read_text("utf-8")
    assert text.startswith('"""TODO: for whom it is, and what they get."""\n\nfrom datetime import date\n')
    assert 'name="c99_new"' in text
    assert 'state="draft"' in text
    with pytest.raises(ScenarioError) as refusal:
        adopt("c99_new", library, drafts)
    for what in ("label", "owner", "approver", "meaning", "the audience", "the message"):
        assert f"{what} is still TODO; write it" in str(refusal.value)
    assert path.exists()
    path.write_text(written(text), "utf-8")
    assert adopt("c99_new", library, drafts) == library / "c99_new.py"
    assert not path.exists()


def test_variants_of_a_message_are_written_anew_in_a_copy(drafts: Path) -> None:
    text = write_copy("c99_new", "c22_likely_to_leave", LIBRARY, drafts).read_text("utf-8")
    assert 'message="TODO",\n' in text
    assert "10086" not in text


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("SCENARIO = (", "Python refuses it: "),
        ("SCENARIO = Nothing", "name 'Nothing' is not defined"),
        ("", "expected one scenario of this"),
    ],
    ids=["half a line", "unknown name", "empty"],
)
def test_a_draft_that_is_no_scenario_stays_where_it_is(library: Path, drafts: Path, text: str, fault: str) -> None:
    write_copy("c99_new", OTHERS[0], library, drafts).write_text(text, "utf-8")
    with pytest.raises(ScenarioError) as refusal:
        adopt("c99_new", library, drafts)
    assert fault in str(refusal.value)
    assert not (library / "c99_new.py").exists()


def test_words_of_a_copys_steps_are_to_be_written_too_and_chinese_before_them_shifts_nothing(library: Path, drafts: Path) -> None:
    text = write_copy("c99_new", OTHERS[1], library, drafts).read_text("utf-8")
    assert 'label="TODO"' in text
    assert 'audience="TODO"' in text
    assert "WELCOME = " in text


@pytest.mark.parametrize(
    ("name", "other", "fault"),
    [
        (OTHERS[0], OTHERS[1], "c10_data_without_plan is there already"),
        ("../c99", OTHERS[0], "name '../c99': expected small letters"),
        ("c99", "c98", "c98 is no scenario; known are c10_data_without_plan, c13_new_customer"),
    ],
)
def test_a_name_that_is_taken_or_unknown_writes_nothing(library: Path, drafts: Path, name: str, other: str, fault: str) -> None:
    with pytest.raises(ScenarioError) as refusal:
        write_copy(name, other, library, drafts)
    assert fault in str(refusal.value)
    assert len(list(library.iterdir())) == 2
    assert not drafts.exists()


def test_a_draft_that_python_cannot_make_is_refused_and_stays(library: Path, drafts: Path) -> None:
    path = write_copy("c99_new", OTHERS[0], library, drafts)
    path.write_text(written(path.read_text("utf-8")).replace("date(2026, 1, 1)", "date(2026, 13, 1)"), "utf-8")
    with pytest.raises(ScenarioError, match="Python refuses it: month must be in"):
        adopt("c99_new", library, drafts)
    assert path.exists()
