"""A server in a process of its own serves several, and ends when its file does."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from jobs.runtime.served import end, launch, revive, serve, use
from jobs.runtime.settings import CHECKOUT, Settings, SettingsError, settings

ASK = """
from jobs.runtime.session import spark_session
from jobs.runtime.settings import settings
print(spark_session(settings()).conf.get("spark.app.id"))
"""
# What the teardown task does when it shares the process of the tasks before it.
END = """
from jobs.runtime.served import end
end(settings(), settings().spark)
"""

# A frame in a cycle is freed only when Python ends.
KEEP = """
class Kept: ...
kept = Kept()
kept.itself, kept.frame = kept, spark_session(settings()).range(3).localCheckpoint()
"""
PATIENCE_SECONDS = 100

pytestmark = pytest.mark.apart


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    # A server's own token, not that of this process's server.
    monkeypatch.delenv("SPARK_CONNECT_AUTHENTICATE_TOKEN", raising=False)
    monkeypatch.setenv("CHUDIAN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CHUDIAN_SPARK", "local[1]")
    return settings()


@pytest.fixture
def address(home: Settings) -> Iterator[str]:
    served = launch(home)
    yield served
    end(home, served)


def ask(address: str, then: str = "") -> str:
    """The id of the Spark that answers a process of this home, which may do something more."""
    around = {**os.environ, "CHUDIAN_SPARK": address}
    command = [sys.executable, "-c", ASK + then]
    asked = subprocess.run(command, cwd=CHECKOUT, env=around, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS)
    assert (asked.returncode, asked.stderr) == (0, "")
    return asked.stdout.strip()


def servers_of(home: Settings) -> list[psutil.Process]:
    """The processes that serve this home."""

    def serves(process: psutil.Process) -> bool:
        try:
            return "spark" in process.cmdline() and process.environ().get("CHUDIAN_HOME") == str(home.home)
        except psutil.Error:
            return False

    return [process for process in psutil.process_iter() if serves(process)]


def test_processes_of_one_home_share_a_server_that_revives_when_it_was_killed_and_ends_with_its_file(home: Settings, address: str) -> None:
    (file,) = (home.vault / "servers").glob("[0-9]*")
    assert file.stat().st_mode & 0o777 == 0o600
    first = ask(address)
    assert ask(address, KEEP) == first, "a process ends although it still has a checkpointed frame"
    (served,) = servers_of(home)
    parts = [served, *served.children(recursive=True)]
    lasting = [part for part in parts if part.name() in ("java", served.name())]
    assert not any(file.read_text() in word for part in lasting for word in part.cmdline())

    served.kill()
    psutil.wait_procs(parts, timeout=30)
    revive(home, address)
    second = ask(address)
    assert second != first
    revive(home, address)
    assert ask(address) == second, "one that serves is left alone"

    (served,) = servers_of(home)
    parts = [served, *served.children(recursive=True)]
    ask(address, END)
    _, left = psutil.wait_procs(parts, timeout=30)
    assert left == []
    use(home, address)
    assert servers_of(home) == [], "one that was stopped on purpose stays so"
    assert os.environ["CHUDIAN_SPARK"] == "local[1]", "and who would have used it starts another"


@pytest.mark.parametrize("ends_by", ["hours", "a signal"])
def test_a_server_ends_by_itself_and_by_a_signal_and_takes_its_file_along(home: Settings, ends_by: str) -> None:
    command = [sys.executable, "-m", "jobs", "spark", "--hours", "0.001" if ends_by == "hours" else "1"]
    with subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as served:
        assert served.stdout
        assert served.stderr
        assert served.stdout.readline().startswith("CHUDIAN_SPARK=sc://localhost:")
        if ends_by == "a signal":
            served.send_signal(signal.SIGTERM)
        assert served.wait(timeout=60) == 0
        assert served.stderr.read() == ""
    assert list((home.vault / "servers").glob("[0-9]*")) == []


def test_where_a_server_is_told_none_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHUDIAN_SPARK", "sc://connect:15002")
    with pytest.raises(SettingsError, match="sc://connect:15002 is a server already"):
        serve(settings(), lambda _: None)
