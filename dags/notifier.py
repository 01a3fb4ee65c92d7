"""Who hears of an alarm: the log always, and the notifier that CHUDIAN_NOTIFIER names (mail, webhook)."""

from typing import Any

from airflow.sdk import BaseNotifier

from jobs.runtime.notifier import notifier_named
from jobs.runtime.settings import settings


class AlarmNotifier(BaseNotifier):
    """Writes an alarm to the log of the task's process, then gives it to the notifier that CHUDIAN_NOTIFIER names.

    The text of an alarm is `exception` of the context, also in templates. That notifier is imported when there is an alarm, not when
    Airflow reads the DAG: a fault in it must not keep a night from running. The log then says what is wrong with it, and the task that
    calls this sees the error.
    """

    def notify(self, context: Any) -> None:
        """Write the text of the error with which the task failed, and pass it on."""
        self.log.error("Alarm: %s", context.get("exception", "a task failed without an error"))
        if named := settings().notifier:
            notifier_named(named)(context)
