"""What lies in the landing and no job would look at is told by name."""

from datetime import date
from pathlib import Path

from jobs.receive.landed import unknown_in

D = date(2026, 3, 4)


def test_a_misspelt_feed_and_a_file_in_the_place_of_a_folder_are_named_for_the_nights_asked_for(tmp_path: Path) -> None:
    for name in ("2026-03-04/boss_usge", "2026-03-04/boss_usage", "2026-03-03/other", "notes/boss_usge"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "2026-03-04" / "wap_log").write_text("")
    assert unknown_in(tmp_path, D, D, ["boss_usage", "wap_log"]) == [
        "landing/2026-03-04/boss_usge is not received: No feed is called boss_usge. Did you mean boss_usage?",
        "landing/2026-03-04/wap_log is not received: it is a file, expected a folder",
    ]
