"""A Connect server in its own process, shared by several processes of one home: `chudian spark`, and the server of a DAG run.

Such a server runs as long as its file, `vault/servers/<port>`, exists. The file contains its token. Removing the file stops the server.
"""

import fcntl
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import FrameType

from expectations.errors import teach
from jobs.runtime import server
from jobs.runtime.settings import CHECKOUT, Settings, SettingsError

# Longer than any night, so that a server that nobody stops ends by itself.
HOURS = 12
STOP_SECONDS = 60
_ADDRESS = re.compile(r"sc://localhost:([0-9]+)")


def serve(chosen: Settings, tell: Callable[[str], None], hours: float = HOURS, port: int = 0) -> None:
    """Start a server and wait until it is stopped: by a signal, by removal of its file, or after this many hours.

    SettingsError when CHUDIAN_SPARK already names a server, or when Spark cannot start or dies.
    """
    if chosen.has_server:
        raise SettingsError(
            teach("CHUDIAN_SPARK", [f"{chosen.spark} is a server already"], "set local[*] or a master on which to start another.")
        )
    ends = time.monotonic() + hours * 3600
    # Set before Java is started: from now on a signal ends the loop below, so that the file is removed.
    stopped = list[int]()

    def note(number: int, _: FrameType | None) -> None:
        stopped.append(number)

    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, note)
    os.environ.setdefault(server.TOKEN, secrets.token_urlsafe())
    address = server.start(chosen, port)
    file = _file(chosen, address)
    if not port:
        # A crashed server may have left its file for the port that this one got.
        file.unlink(missing_ok=True)
    _keep(file, os.environ[server.TOKEN])
    tell(address)
    try:
        while not stopped and file.exists() and time.monotonic() < ends:
            if not server.is_up():
                raise SettingsError(f"The JVM of {address} died.\n  To mend it: check why it ran out of memory, then start it again.")
            time.sleep(0.5)
        file.unlink(missing_ok=True)
    finally:
        server.stop()
        server.end_java()


def launch(chosen: Settings, port: int = 0, held_for: str = "") -> str:
    """Start `chudian spark` as a process that outlives this one. Return its address once it serves. SettingsError when it cannot serve.

    `held_for` names the run for which the server locks the home while it lives.
    """
    log = chosen.vault / "servers" / "server.log"
    log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    command = [sys.executable, "-m", "jobs", "spark", "--port", f"{port}", *(["--held-for", held_for] if held_for else [])]
    with log.open("ab") as written:
        spark = subprocess.Popen(
            command, cwd=CHECKOUT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=written, start_new_session=True
        )
    # The server prints one line: its address, or the reason why it cannot serve.
    line = spark.stdout.readline().decode().strip() if spark.stdout else ""
    if address := _ADDRESS.search(line):
        return address[0]
    raise SettingsError(teach("Spark", [line or "the server ended before it served"], f"read {log}."))


def use(chosen: Settings, address: str, held_for: str = "") -> None:
    """Use the server at this address as this process's Spark, and start it again if it died.

    If it was stopped on purpose, the process starts its own Spark: Airflow can clear failed tasks without the setup task that succeeded.
    """
    if _file(chosen, address).exists():
        revive(chosen, address, held_for)
        os.environ["CHUDIAN_SPARK"] = address


def revive(chosen: Settings, address: str, held_for: str = "") -> None:
    """Start a dead server again at its own address. Do nothing if it is running or was stopped on purpose."""
    file = _file(chosen, address)
    if not file.exists() or _serves(address):
        return
    with file.open() as lock:
        # The first of a run's tasks starts the server, the others wait.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _serves(address):
            os.environ[server.TOKEN] = file.read_text()
            launch(chosen, _port(address), held_for)


def end(chosen: Settings, address: str) -> None:
    """Stop a server of this home and wait until it has ended. Do nothing for another home's server. SettingsError when it does not end."""
    file = _file(chosen, address)
    if not file.exists():
        return
    file.unlink()
    until = time.monotonic() + STOP_SECONDS
    while _serves(address):
        if time.monotonic() > until:
            raise SettingsError(teach("Spark", [f"{address} still serves after {STOP_SECONDS} s"], "end its process."))
        time.sleep(0.2)


def token_of(chosen: Settings, address: str) -> str | None:
    """Return the token of a server of this home; None for another home's."""
    with suppress(FileNotFoundError):
        return _file(chosen, address).read_text()
    return None


def _port(address: str) -> int:
    found = _ADDRESS.fullmatch(address)
    return int(found[1]) if found else 0


def _file(chosen: Settings, address: str) -> Path:
    return chosen.vault / "servers" / f"{_port(address)}"


def _keep(file: Path, token: str) -> None:
    """Write the token, readable by its owner only.

    A server that is started again leaves the existing file alone: other processes have it locked.
    """
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with suppress(FileExistsError), os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as written:
        written.write(token)


def _serves(address: str) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", _port(address)), timeout=5):
        return True
    return False
