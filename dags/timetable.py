"""When Airflow starts a night by itself: at its time, or a little later."""

from datetime import timedelta

from airflow._shared.timezones.timezone import utcnow
from airflow.timetables.base import DagRunInfo, DataInterval, TimeRestriction
from airflow.timetables.trigger import CronTriggerTimetable

# How late a scheduled run may still start, for example after a restart of Airflow in the night.
LATE = timedelta(hours=3)


class OnTime(CronTriggerTimetable):
    """A cron expression that skips missed runs. Airflow's own timetable would start the latest missed run when the DAG is switched on."""

    def next_dagrun_info(self, *, last_automated_data_interval: DataInterval | None, restriction: TimeRestriction) -> DagRunInfo | None:
        """Return the next run. A run that should have begun more than LATE ago is returned only if all missed runs are asked for."""
        run = super().next_dagrun_info(last_automated_data_interval=last_automated_data_interval, restriction=restriction)
        if run is None or restriction.catchup or utcnow() - run.run_after <= LATE:
            return run
        return super().next_dagrun_info(last_automated_data_interval=DataInterval.exact(run.run_after), restriction=restriction)
