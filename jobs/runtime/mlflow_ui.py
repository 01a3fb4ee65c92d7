"""Serves MLflow's UI over this home's registry, for this machine only: `make mlflow` runs it."""

import os
import subprocess
import sys

from expectations.errors import ChudianError
from jobs.runtime.registry_files import database, follow_the_home
from jobs.runtime.settings import close_to_others, settings

# One process serves the pages. Job and evaluation runners are not started, because we use neither, and usage statistics are off.
QUIET = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false", "MLFLOW_DISABLE_TELEMETRY": "true"}


def serve(port: str) -> int:
    """Serve the pages until stopped. ChudianError when no model was trained in this home."""
    home = settings().home
    if not database(home).exists():
        raise ChudianError(f"{home} has no registry yet: no model was trained.\n  To mend it: chudian train, or make demo.")
    close_to_others()
    follow_the_home(home)
    address = f"sqlite:///{database(home)}"
    asked = ["ui", "--host", "127.0.0.1", "--port", port, "--workers", "1", "--backend-store-uri", address]
    return subprocess.run([sys.executable, "-m", "mlflow", *asked], env=os.environ | QUIET, check=False).returncode


def main() -> None:
    """Serve on the port given on the command line."""
    try:
        sys.exit(serve(sys.argv[1]))
    except ChudianError as refusal:
        sys.exit(str(refusal))
    except KeyboardInterrupt:
        sys.exit(0)


if __name__ == "__main__":
    main()
