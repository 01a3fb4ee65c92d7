"""Imports large libraries once; Airflow loads this module into each of its processes, from the plugins folder.

The scheduler's workers fork every task, so a task inherits what the scheduler has imported. Importing these takes 5 processor seconds. They
are only other projects' packages, so a change of chudian needs no restart.
"""

import sys
from importlib import import_module

FOR_TASKS = ("great_expectations", "pyspark.sql.connect.session", "pyspark.sql.connect.functions", "deltalake", "pandas", "pyarrow.parquet")

__all__ = list[str]()

if "scheduler" in sys.argv[1:2]:
    for package in FOR_TASKS:
        import_module(package)
