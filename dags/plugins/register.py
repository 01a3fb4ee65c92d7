"""Registers the DAG's timetable with Airflow; `core.plugins_folder` names this folder."""

from airflow.plugins_manager import AirflowPlugin

from dags.timetable import OnTime


class Chudian(AirflowPlugin):
    """What chudian adds to Airflow."""

    name = "chudian"
    timetables = [OnTime]
