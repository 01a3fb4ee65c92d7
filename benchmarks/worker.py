"""Measured processes that stay: a benchmark asks one for a piece of work by a line of JSON and gets a line of JSON back."""

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import Any

# Libraries print to the console too.
ANSWER = "=> "


class Worker:
    """A process that does one piece of work after the other. A failure ends the benchmark."""

    def __init__(self, command: Sequence[str], **environment: str) -> None:
        """Start it."""
        given = ["env", *(f"{name}={value}" for name, value in environment.items()), *command]
        self._run = subprocess.Popen(given, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, **work: Any) -> dict[str, Any]:
        """Return what the process says about this work."""
        asked, answers = self._run.stdin, self._run.stdout
        if asked is None or answers is None:
            raise SystemExit("the worker has no pipe")
        asked.write(json.dumps(work, default=str) + "\n")
        asked.flush()
        for line in answers:
            if line.startswith(ANSWER):
                found: dict[str, Any] = json.loads(line.removeprefix(ANSWER))
                return found
        raise SystemExit(f"{self._run.args!r} ended: {self._run.wait()}")

    def end(self) -> None:
        """Let it end."""
        if self._run.stdin:
            self._run.stdin.close()
        self._run.wait()


def serve(work: Callable[..., dict[str, Any]]) -> None:
    """Answer each line of the standard input, in the worker's process."""
    for line in sys.stdin:
        sys.stdout.write(ANSWER + json.dumps(work(**json.loads(line))) + "\n")
        sys.stdout.flush()
