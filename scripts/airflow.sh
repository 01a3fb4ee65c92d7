#!/usr/bin/env bash
# The airflow command for this checkout on this machine: loopback only, no usage statistics, no examples. For commands that make lacks:
# bash scripts/airflow.sh tasks list nightly
set -euo pipefail
export AIRFLOW_HOME=${AIRFLOW_HOME:-${CHUDIAN_HOME:-$PWD/var}/airflow}
export AIRFLOW__CORE__DAGS_FOLDER=$PWD
export AIRFLOW__CORE__PLUGINS_FOLDER=$PWD/dags/plugins
export AIRFLOW__CORE__LOAD_EXAMPLES=False
# A new installation's default pool: two jobs at once keep the Spark of one machine busy. Four workers: two for jobs, two for tasks that wait.
export AIRFLOW__CORE__DEFAULT_POOL_TASK_SLOT_COUNT=2
export AIRFLOW__CORE__PARALLELISM=4
export AIRFLOW__API__PORT=${AIRFLOW_PORT:-8080}
export AIRFLOW__CORE__EXECUTION_API_SERVER_URL=http://127.0.0.1:$AIRFLOW__API__PORT/execution/
export AIRFLOW__USAGE_DATA_COLLECTION__ENABLED=False
export AIRFLOW__API__HOST=127.0.0.1
export AIRFLOW__LOGGING__LOGGING_LEVEL=WARNING
export PYTHONPATH=$PWD
mkdir -p "$AIRFLOW_HOME"
# Airflow writes its configuration once, with the folder's path. A variable replaces the path, because a home may be moved.
[ ! -e "$AIRFLOW_HOME/airflow.cfg" ] || sed -i "s#$AIRFLOW_HOME/#\$AIRFLOW_HOME/#g" "$AIRFLOW_HOME/airflow.cfg"
# The API server signs its tokens with this secret, which is made once.
[ -s "$AIRFLOW_HOME/jwt.secret" ] || (umask 077 && head -c 64 /dev/urandom | base64 -w0 >"$AIRFLOW_HOME/jwt.secret")
AIRFLOW__API_AUTH__JWT_SECRET=$(cat "$AIRFLOW_HOME/jwt.secret")
export AIRFLOW__API_AUTH__JWT_SECRET
exec .venv/bin/airflow "$@"
