"""A night that is killed at any moment and run again is the night that was never killed."""

import contextlib
import gzip
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from jobs.publish.outbox import manifests
from jobs.register import all_jobs, night_jobs
from jobs.runtime.job import Job
from tests.night.corrections import modified, take_in_a_corrected_bill
from tests.night.homes import NIGHT, fingerprint, fork, list_bytes, walk
from tests.night.polling import versions
from tests.personal_data import leaks

PATIENCE = 400


def kill_when(home: Path, step: str, job: str, *arguments: str, table: str | None = None) -> None:
    """Run the night in a session of its own; SIGKILL all of it, JVM and workers too, as soon as the event log shows the step."""
    log = home / "logs" / "events.jsonl"
    read_from = log.stat().st_size if log.exists() else 0
    environment = {**os.environ, "CHUDIAN_HOME": str(home)}
    command = [sys.executable, "-m", "jobs", "night", f"{NIGHT}", *arguments]
    night = subprocess.Popen(command, env=environment, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + PATIENCE
    try:
        while not _shows(log, read_from, step, job, table):
            if night.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"the night ended ({night.returncode}) before {job} said {step!r}")
            time.sleep(0.005)
    finally:
        subprocess.run(["pkill", "-KILL", "-s", str(night.pid)], check=False)
        night.wait()
    assert night.returncode == -signal.SIGKILL


def _shows(log: Path, read_from: int, step: str, job: str, table: str | None) -> bool:
    if not log.exists():
        return False
    with log.open("rb") as lines:
        lines.seek(read_from)
        # The last line may be half written.
        whole, _, _ = lines.read().rpartition(b"\n")
        events = map(json.loads, whole.splitlines())
        return any(event["step"] == step and event["job"] == job and table in (None, event.get("table")) for event in events)


class Channel(threading.Thread):
    """Reads the outbox all the time, as a channel would; keeps every list that had `.ok` but was not what its manifest says."""

    def __init__(self, outbox: Path) -> None:
        super().__init__(daemon=True)
        self.outbox, self.partial, self.looks, self.done = outbox, [], 0, threading.Event()

    def run(self) -> None:
        while not self.done.wait(0.002):
            # The folder in which files are written may go while the outbox is listed; the next look is complete.
            with contextlib.suppress(FileNotFoundError):
                self.look()

    def look(self) -> None:
        for folder, manifest, complete in manifests(self.outbox, NIGHT):
            self.looks += complete
            for entry in manifest["files"] if complete else []:
                if entry["file"] and hashlib.sha256((folder / entry["file"]).read_bytes()).hexdigest() != entry["sha256"]:
                    self.partial.append(f"{folder}/{entry['file']}")


def test_a_night_killed_three_times_ends_like_one_that_was_not(after_night: Path, tmp_path: Path) -> None:
    """Airflow ran the one that was not; this one is run at the desk."""
    home = fork(after_night, tmp_path / "home")
    for made in ("lake/tag", "lake/score", "lake/mkt", "outbox"):
        shutil.rmtree(home / made)
    kill_when(home, "staged", "compute_billing_tags", "--from", "tag")
    # Published, and its run not yet recorded.
    kill_when(home, "committed", "compute_usage_tags", "--from", "tag")
    # Before it is run again, a later night's correction comes in: the night of D does not know it.
    take_in_a_corrected_bill(home)
    assert [end.job for end in walk(home, jobs=night_jobs("tag")) if end.state != "done"] == []
    assert list_bytes(home) == list_bytes(after_night)
    of_this_night = {"facts": f"known_on <= DATE'{NIGHT}'", "snapshots": f"business_date = DATE'{NIGHT}'"}
    assert fingerprint(home, **of_this_night) == fingerprint(after_night, **of_this_night)
    assert leaks(home) == []
    written = modified(home / "outbox")
    walk(home, jobs=_publishing())
    assert modified(home / "outbox") == written, "a channel that is reading notices nothing"

    shutil.rmtree(home / "outbox")
    channel = Channel(home / "outbox")
    channel.start()
    kill_when(home, "file renamed", "publish_lists", "--from", "publish")
    half = list_bytes(home)
    assert half
    assert len(half) < len(list_bytes(after_night)), "the kill came after everything was written"
    walk(home, jobs=_publishing())
    channel.done.set()
    channel.join()
    assert channel.looks > 0
    assert channel.partial == []
    assert list_bytes(home) == list_bytes(after_night)


@pytest.mark.prove
def test_a_night_killed_at_each_step_of_each_stage_ends_like_one_that_was_not(
    before_night: Path, after_night: Path, tmp_path: Path
) -> None:
    """One night, killed fifteen times: each run goes on where the kill before it left off, and the last runs everything."""
    home = fork(before_night, tmp_path / "home")
    begin = "receive"
    for job in ("receive_wap_log", "refine_content", "compute_usage_tags", "score_subscribers", "decide_contacts"):
        table = all_jobs()[job].writes[0].name
        for step in ("staged", "audited", "committed"):
            kill_when(home, step, job, "--from", begin, table=table)
            begin = all_jobs()[job].stage
    assert [end.job for end in walk(home) if end.state != "done"] == []
    assert list_bytes(home) == list_bytes(after_night)
    assert fingerprint(home) == fingerprint(after_night)


@pytest.mark.prove
@pytest.mark.parametrize("step", ["lists written", "file renamed", "before ok", "staged", "committed"])
def test_any_step_of_publishing_may_be_the_last(after_night: Path, tmp_path: Path, step: str) -> None:
    """With "staged" every list has its `.ok`, and no contact of it is recorded yet."""
    home = fork(after_night, tmp_path / "home")
    shutil.rmtree(home / "outbox")
    kill_when(home, step, "publish_lists", "--from", "publish")
    walk(home, jobs=_publishing())
    assert list_bytes(home) == list_bytes(after_night)


@pytest.mark.prove
def test_a_channel_that_polls_reads_the_list_before_or_the_list_after_and_no_other(after_night: Path, tmp_path: Path) -> None:
    home = fork(after_night, tmp_path / "home")
    outbox, seen = home / "outbox", tmp_path / "seen"
    _shorten(outbox)
    before = versions(outbox)
    channel = subprocess.Popen([sys.executable, "-m", "tests.night.polling", str(outbox), str(seen)])
    try:
        deadline = time.monotonic() + PATIENCE
        while not seen.exists() or len(seen.read_text().splitlines()) < len(before):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        kill_when(home, "file renamed", "publish_lists", "--from", "publish")
        kill_when(home, "before ok", "publish_lists", "--from", "publish")
        walk(home, jobs=_publishing())
        after = versions(outbox)
        time.sleep(3)
    finally:
        seen.with_name("seen.stop").touch()
        assert channel.wait(60) == 0
    read = {tuple(json.loads(line)) for line in seen.read_text().splitlines()}
    assert before - after
    assert read == before | after


def _shorten(outbox: Path) -> None:
    """Make the lists those of an earlier run, whole, in which each file ended one line sooner."""
    for path in outbox.glob("*/*/*/*/manifest.json"):
        manifest = json.loads(path.read_text("utf-8"))
        for entry in manifest["files"]:
            if entry["file"]:
                file = path.parent / entry["file"]
                packed = manifest["compression"] == "gz"
                lines = (gzip.decompress(file.read_bytes()) if packed else file.read_bytes()).splitlines(keepends=True)
                content = b"".join(lines[:-1])
                file.write_bytes(gzip.compress(content) if packed else content)
                entry["rows"] -= 1
                entry["bytes"], entry["sha256"] = file.stat().st_size, hashlib.sha256(file.read_bytes()).hexdigest()
        path.write_text(json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True), "utf-8")


def _publishing() -> list[Job]:
    return [job for job in night_jobs("publish") if job.stage == "publish"]
