"""What differs from one installation to the next: where a run writes, where Spark is, where the lake is."""

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from expectations.errors import ChudianError, teach

KNOWN = {
    "CHUDIAN_HOME": "folder for everything that a run writes (default: var below the checkout)",
    "CHUDIAN_SPARK": "the Spark to use: local[*] (default), a server sc://host:port, or a master to start one on: spark://host:port, yarn, k8s://",
    "CHUDIAN_KEY_FROM": "where the token key is: empty for vault/token.key, or airflow:NAME for a variable of Airflow with the key in hex",
    "CHUDIAN_LAKE": "path of the lake (default: lake below CHUDIAN_HOME); a URI needs its store's connector beside the Delta jars",
    "CHUDIAN_UNAPPROVED": "what a scenario does whose present version nobody approved: run (default; the report names it) or wait",
    "CHUDIAN_APPROVE_LISTS": "scenarios whose lists wait each night until somebody approves them, with commas between them, or all",
    "CHUDIAN_NOTIFIER": "a notifier of Airflow's that gets every alarm, as module:name; without it alarms are in the log and the report",
}
# Ports of the two UIs and of a Spark started here, by the variable that sets another; the Makefile has the same defaults.
PORTS = {"AIRFLOW_PORT": 8080, "MLFLOW_PORT": 5000, "STANDALONE_PORT": 7077, "JUPYTER_PORT": 8888}
MLFLOW_ADDRESS = "MLFLOW_TRACKING_URI"
CHECKOUT = Path(__file__).resolve().parents[2]


# No accepted form can contain a password or a token, so an accepted value may be printed.
_HOST = r"[^/@;,\s]+:[0-9]+"
PLACES = rf"local(\[(\*|[1-9][0-9]*)\])?|sc://{_HOST}(/;use_ssl=true)?|spark://{_HOST}(,{_HOST})*|yarn|k8s://(https?://)?{_HOST}"


class SettingsError(ChudianError):
    """A setting that chudian does not know or cannot use."""


@dataclass(frozen=True)
class Settings:
    """Every folder of a run, derived from the home; only `lake` may be elsewhere."""

    home: Path
    spark: str
    lake: str
    # Name of Airflow's variable with the token key; empty for the file.
    key_variable: str = ""
    # Whether a scenario waits until somebody has approved its present version.
    unapproved_wait: bool = False
    # Names of scenarios whose lists need an approval, or `all`.
    approve_lists: tuple[str, ...] = ()
    # module:name of the notifier; empty for none.
    notifier: str = ""

    @property
    def landing(self) -> Path:
        """Where extracts arrive: landing/<known_on>/<feed>/."""
        return self.home / "landing"

    @property
    def outbox(self) -> Path:
        """Where list files are written."""
        return self.home / "outbox"

    @property
    def vault(self) -> Path:
        """Protected: the token key, numbers for the list writer, quarantined text."""
        return self.home / "vault"

    @property
    def reports(self) -> Path:
        """Night reports and data docs."""
        return self.home / "reports"

    @property
    def review(self) -> Path:
        """Files for people to complete: hosts and handset types that no dictionary has."""
        return self.home / "review"

    @property
    def audiences(self) -> Path:
        """Saved audiences, one file each."""
        return self.home / "audiences"

    @property
    def logs(self) -> Path:
        """The event log, one line per step."""
        return self.home / "logs"

    @property
    def mlflow_uri(self) -> str:
        """MLflow's tracking store; the standard name overrides it."""
        return os.environ.get(MLFLOW_ADDRESS, f"sqlite:///{self.home}/mlflow/mlflow.db")

    @property
    def is_local(self) -> bool:
        """Whether Spark computes inside the process that starts it."""
        return self.spark.startswith("local")

    @property
    def has_server(self) -> bool:
        """Whether CHUDIAN_SPARK names a Connect server that is already running."""
        return self.spark.startswith("sc://")


def close_to_others() -> None:
    """Close everything that this process and its children write to other users of the machine; access of the group is not changed."""
    os.umask(os.umask(0o077) | 0o007)


def settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of this process. SettingsError lists every unknown CHUDIAN_ variable."""
    given = os.environ if environment is None else environment
    unknown = sorted(name for name in given if name.startswith("CHUDIAN_") and name not in KNOWN)
    if unknown:
        known = "; ".join(f"{name} = {meaning}" for name, meaning in KNOWN.items())
        raise SettingsError(
            teach("Environment", [f"{name} is not a setting of chudian" for name in unknown], f"unset it; known are: {known}.")
        )
    home = Path(given.get("CHUDIAN_HOME") or CHECKOUT / "var").resolve()
    spark = given.get("CHUDIAN_SPARK") or "local[*]"
    if not re.fullmatch(PLACES, spark):
        raise SettingsError(_not_a_place(spark))
    key_from = given.get("CHUDIAN_KEY_FROM", "")
    if key_from and not re.fullmatch("airflow:[A-Za-z0-9_.-]+", key_from):
        raise SettingsError(teach("CHUDIAN_KEY_FROM", ["expected airflow:NAME, with the name of a variable"], "correct it or unset it."))
    unapproved = given.get("CHUDIAN_UNAPPROVED") or "run"
    if unapproved not in ("run", "wait"):
        raise SettingsError(teach("CHUDIAN_UNAPPROVED", [f"expected run or wait, got {unapproved!r}"], "correct it or unset it."))
    notifier = given.get("CHUDIAN_NOTIFIER", "")
    if notifier and not re.fullmatch(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*", notifier):
        raise SettingsError(teach("CHUDIAN_NOTIFIER", [f"expected module:name, got {notifier!r}"], "correct it or unset it."))
    return Settings(
        home=home,
        spark=spark,
        lake=given.get("CHUDIAN_LAKE") or str(home / "lake"),
        key_variable=key_from.removeprefix("airflow:"),
        unapproved_wait=unapproved == "wait",
        approve_lists=tuple(name.strip() for name in given.get("CHUDIAN_APPROVE_LISTS", "").split(",") if name.strip()),
        notifier=notifier,
    )


def _not_a_place(spark: str) -> str:
    # A value with an @ or a parameter may contain a password or a token, and is not printed.
    came = "a text that may contain a password and is not printed" if re.search("[@;?=]", spark) else spark
    faults = [f"expected local[*], sc://host:port, spark://host:port, yarn or k8s://host:port, got {came}"]
    cure = "correct it. Put a server's token into SPARK_CONNECT_AUTHENTICATE_TOKEN; docs/decisions/0010-where-spark-is.md."
    return teach("CHUDIAN_SPARK", faults, cure)


def ports() -> dict[str, str]:
    """Return the ports as given, not yet checked to be numbers."""
    return {name: os.environ.get(name) or str(usual) for name, usual in PORTS.items()}


@lru_cache(maxsize=1)
def code_version() -> str | None:
    """Return the checkout's commit, with `+` if it has changes; None outside a checkout."""
    told = subprocess.run(
        ["git", "describe", "--always", "--dirty=+", "--abbrev=12"], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    return told.stdout.strip() or None
