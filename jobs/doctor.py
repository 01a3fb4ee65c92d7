"""Checks everything that a night needs on this machine.

It also runs on a bare Python, so that it can report why there is no environment.
"""

import importlib.util
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from expectations.errors import ChudianError
from jobs.runtime.notifier import why_unusable
from jobs.runtime.server import JARS, java_place
from jobs.runtime.settings import ports, settings
from jobs.runtime.vault import key_path

PYTHON = (3, 11)
JAVA = 17
SPACE_GB = 5


@dataclass(frozen=True)
class Finding:
    """One check: whether it is fine, and what to do if it is not."""

    what: str
    fine: bool
    told: str


def examine() -> list[Finding]:
    """Return every finding, in the order in which a newcomer would correct them."""
    return [_python(), _java(), _packages(), *_home(), *_ports()]


def _python() -> Finding:
    came = ".".join(map(str, sys.version_info[:3]))
    return Finding(
        "Python",
        sys.version_info[:2] == PYTHON,
        f"{came}; 3.11 is needed" + ("" if sys.version_info[:2] == PYTHON else ": install python3.11 and run make env"),
    )


def _java() -> Finding:
    cure = "install a Java 17 runtime (openjdk-17-jre-headless), or set JAVA_HOME to one"
    java = shutil.which("java", path=java_place())
    if java is None:
        return Finding("Java", False, f"none in {java_place()}: {cure}")
    told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(\d+)', told)
    came = int(version[1]) if version else 0
    return Finding("Java", came == JAVA, f"{came} at {java}" + ("" if came == JAVA else f"; 17 is needed: {cure}"))


def _packages() -> Finding:
    """Check the environment that make env makes, and the jars that it stages last."""
    if importlib.util.find_spec("pyspark") is None:
        can_make = importlib.util.find_spec("ensurepip") is not None
        return Finding("Environment", False, "none yet: " + ("" if can_make else "install python3.11-venv, then ") + "run make env")
    jars = len(list(JARS.glob("*.jar")))
    return Finding("Delta jars", jars > 0, f"{jars} staged" if jars else f"none in {JARS}: run make env")


def _home() -> Iterator[Finding]:
    try:
        chosen = settings()
    except ChudianError as refusal:
        yield Finding("Settings", False, str(refusal))
        return
    yield Finding("Settings", True, f"home {chosen.home}, Spark {chosen.spark}, lake {chosen.lake}")
    place = next(folder for folder in (chosen.home, *chosen.home.parents) if folder.exists())
    free = shutil.disk_usage(place).free / 1e9
    yield Finding(
        "Space",
        free >= SPACE_GB,
        f"{free:.0f} GB free at {place}"
        + ("" if free >= SPACE_GB else f"; {SPACE_GB} GB are needed: free some or set CHUDIAN_HOME elsewhere"),
    )
    for folder in (chosen.landing, chosen.outbox):
        if folder.exists():
            is_closed = not folder.stat().st_mode & 0o007
            told = "closed to other users" if is_closed else f"open to other users, and it contains numbers: chmod o-rwx {folder}"
            yield Finding(folder.name.capitalize(), is_closed, told)
    if chosen.notifier and importlib.util.find_spec("airflow"):
        why = why_unusable(chosen.notifier)
        yield Finding("Notifier", not why, why or f"{chosen.notifier} gets every alarm")
    if chosen.vault.exists() and not chosen.key_variable:
        try:
            yield Finding("Vault", True, f"token key at {key_path(chosen.vault)}")
        except ChudianError as refusal:
            yield Finding("Vault", False, str(refusal))


def _ports() -> Iterator[Finding]:
    for name, told in ports().items():
        use = f"make {name.removesuffix('_PORT').lower()}"
        if not told.isdecimal() or not 0 < int(told) < 2**16:
            yield Finding(f"Port {told}", False, f"no port: give {use} {name}= a number from 1 to 65535")
            continue
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", int(told)))
            except OSError:
                yield Finding(f"Port {told}", False, f"in use: stop what listens there, or {use} {name}=another")
            else:
                yield Finding(f"Port {told}", True, f"free for {use}")


def main() -> int:
    """Print every finding, for `make doctor` and `chudian doctor`; return 1 if one is not fine."""
    findings = examine()
    for finding in findings:
        sys.stdout.write(f"{'ok  ' if finding.fine else 'FAIL'} {finding.what}: {finding.told}\n")
    return 0 if all(finding.fine for finding in findings) else 1


if __name__ == "__main__":
    raise SystemExit(main())
