"""Who hears of an alarm: the log always, and the notifier that CHUDIAN_NOTIFIER names (mail, webhook)."""

from importlib import import_module
from typing import Any

from airflow.sdk import BaseNotifier

from jobs.runtime.settings import SettingsError, settings


class LogNotifier(BaseNotifier):
    """Writes an alarm to the log of the task's process."""

    def notify(self, context: Any) -> None:
        """Write the text of the error with which the task failed."""
        self.log.error("Alarm: %s", context.get("exception", "a task failed without an error"))


def notifiers() -> list[BaseNotifier]:
    """Return the notifiers of every alarm. The text of an alarm is `exception` of the context, also in templates.

    SettingsError when the setting names no notifier: then Airflow shows the DAGs as broken, instead of alarms that nobody hears.
    """
    named = settings().notifier
    if not named:
        return [LogNotifier()]
    module, _, name = named.partition(":")
    try:
        found = getattr(import_module(module), name)
    except (ImportError, AttributeError) as error:
        cure = "put the module where Airflow's Python finds it, for example below the plugins folder."
        raise SettingsError(f"CHUDIAN_NOTIFIER: {named} cannot be imported ({error}).\n  To mend it: {cure}") from None
    if not isinstance(found, BaseNotifier):
        raise SettingsError(f"CHUDIAN_NOTIFIER: {named} is no BaseNotifier of Airflow's, but {type(found).__name__}.")
    return [LogNotifier(), found]
