"""The notifier of Airflow's that CHUDIAN_NOTIFIER names."""

import os
import subprocess
import sys
import tempfile
from importlib import import_module
from typing import TYPE_CHECKING

from expectations.errors import teach
from jobs.runtime.settings import CHECKOUT, SettingsError

if TYPE_CHECKING:
    from airflow.sdk import BaseNotifier


def notifier_named(named: str) -> "BaseNotifier":
    """Return the notifier `module:name`. SettingsError when it cannot be imported, or is no notifier."""
    from airflow.sdk import BaseNotifier

    module, _, name = named.partition(":")
    cure = "put the module where Airflow's Python finds it, for example into dags/plugins, with a notifier of that name."
    try:
        found = getattr(import_module(module), name)
    except (ImportError, AttributeError) as error:
        fault = f"{named} cannot be imported ({type(error).__name__}: {error})"
    else:
        if isinstance(found, BaseNotifier):
            return found
        fault = f"{named} is no notifier but {type(found).__name__}; expected an object of a class of airflow.sdk.BaseNotifier"
    raise SettingsError(teach("CHUDIAN_NOTIFIER", [fault], cure))


def why_unusable(named: str) -> str:
    """Return why the notifier cannot be used, and nothing if it can.

    It is imported as `make airflow` would, but in a process of its own: it is the operator's code, which may do and raise anything.
    """
    paths = [f"{CHECKOUT}", f"{CHECKOUT / 'dags' / 'plugins'}", os.environ.get("PYTHONPATH", "")]
    with tempfile.TemporaryDirectory() as folder:
        around = {**os.environ, "AIRFLOW_HOME": folder, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
        command = [sys.executable, "-m", "jobs.runtime.notifier", named]
        ran = subprocess.run(command, cwd=CHECKOUT, env=around, capture_output=True, text=True, check=False)
    if not ran.returncode:
        return ""
    said = ran.stderr.strip()
    return f"{named} cannot be imported: {said.splitlines()[-1]}" if "Traceback" in said else said


def main() -> int:
    """Return 1 and print why if the notifier of the first argument cannot be used."""
    try:
        notifier_named(sys.argv[1])
    except SettingsError as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
