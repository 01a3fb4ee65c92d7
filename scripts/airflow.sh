#!/usr/bin/env bash
# The airflow command for this checkout on this machine: loopback only, nothing sent home, no examples. For any other than make's own:
# bash scripts/airflow.sh tasks list nightly
set -euo pipefail
export AIRFLOW_HOME=${AIRFLOW_HOME:-${CHUDIAN_HOME:-$PWD/var}/airflow}
export AIRFLOW__CORE__DAGS_FOLDER=$PWD
export AIRFLOW__CORE__LOAD_EXAMPLES=False
export AIRFLOW__API__PORT=${AIRFLOW_PORT:-8080}
export AIRFLOW__CORE__EXECUTION_API_SERVER_URL=http://127.0.0.1:$AIRFLOW__API__PORT/execution/
export AIRFLOW__USAGE_DATA_COLLECTION__ENABLED=False
export AIRFLOW__API__HOST=127.0.0.1
export AIRFLOW__LOGGING__LOGGING_LEVEL=WARNING
export PYTHONPATH=$PWD
mkdir -p "$AIRFLOW_HOME"
# A secret of this machine's own, made once: the API server signs its tokens with it.
[ -s "$AIRFLOW_HOME/jwt.secret" ] || (umask 077 && head -c 64 /dev/urandom | base64 -w0 >"$AIRFLOW_HOME/jwt.secret")
AIRFLOW__API_AUTH__JWT_SECRET=$(cat "$AIRFLOW_HOME/jwt.secret")
export AIRFLOW__API_AUTH__JWT_SECRET
exec .venv/bin/airflow "$@"
