"""Locks on a home. The operating system releases them when their process ends, even after a crash."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from expectations.errors import ChudianError
from jobs.runtime.settings import Settings

FILE = "run.lock"


class BusyError(ChudianError):
    """Another run is using this home."""


@contextmanager
def home_lock(settings: Settings, who: str, shared: bool = False) -> Iterator[None]:
    """Lock the home during a run; `who` is the name shown to others. BusyError names the run that has the lock.

    A run of the command line has the lock alone. The server and the tasks of one DAG run share it, all under the same name.
    """
    settings.home.mkdir(parents=True, exist_ok=True)
    path = settings.home / FILE
    with path.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BusyError(
                f"{settings.home} is in use by {_holder(path)}.\n"
                "  To mend it: wait until it has ended, or give this run another CHUDIAN_HOME."
            ) from None
        file.seek(0)
        file.truncate()
        file.write(f"{who}, process {os.getpid()}, since {datetime.now().astimezone():%Y-%m-%d %H:%M:%S}\n")
        file.flush()
        yield


@contextmanager
def one_at_a_time(settings: Settings, what: str) -> Iterator[None]:
    """Wait until no other process or thread of this home is doing the same, then do it alone."""
    settings.home.mkdir(parents=True, exist_ok=True)
    with (settings.home / f"{what}.lock").open("a", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _holder(path: Path) -> str:
    return path.read_text("utf-8").strip() or "another run"
