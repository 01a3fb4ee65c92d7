"""A runner for commands that change a home."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from jobs.screen import console

if TYPE_CHECKING:
    from jobs.runtime.job_run import Runner


@contextmanager
def started(command: str, *, advances: bool = True) -> Iterator["Runner"]:
    """Return a runner with Spark started, and lock the home. BusyError when another run works in it."""
    from jobs.runtime.job_run import Runner
    from jobs.runtime.lock import home_lock
    from jobs.runtime.settings import close_to_others, settings

    close_to_others()
    chosen = settings()
    with home_lock(chosen, f"`chudian {command}`"):
        with console.status("starting Spark"):
            runner = Runner(chosen, advances=advances)
            runner.warm()
        yield runner
