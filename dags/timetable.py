"""When Airflow starts a night by itself: at its time, and not much later."""

from datetime import timedelta

from airflow._shared.timezones.timezone import utcnow
from airflow.timetables.base import DagRunInfo, DataInterval, TimeRestriction
from airflow.timetables.trigger import CronTriggerTimetable

# So late a scheduled run may still start, as after a restart of Airflow in the night.
LATE = timedelta(hours=3)


class OnTime(CronTriggerTimetable):
    """A cron expression whose missed run is left out: Airflow's own would start the latest one when the DAG is switched on."""

    def next_dagrun_info(self, *, last_automated_data_interval: DataInterval | None, restriction: TimeRestriction) -> DagRunInfo | None:
        """Return the next run; one that should have begun more than LATE ago only where all missed runs are asked for."""
        run = super().next_dagrun_info(last_automated_data_interval=last_automated_data_interval, restriction=restriction)
        if run is None or restriction.catchup or utcnow() - run.run_after <= LATE:
            return run
        return super().next_dagrun_info(last_automated_data_interval=DataInterval.exact(run.run_after), restriction=restriction)
