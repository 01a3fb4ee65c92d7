#!/usr/bin/env bash
# Airflow's scheduler and UI on this machine until they are stopped, loopback only. `airflow standalone` starts the same four parts, but
# its log servers accept connections from other machines. Called by `make airflow`, which sets the folder and the port.
set -euo pipefail
umask 077
folder=$AIRFLOW_HOME port=$AIRFLOW_PORT
mkdir -p "$folder"
pids=()
stop() { kill "${pids[@]}" 2>/dev/null || true; wait; }
part() {
  bash scripts/airflow.sh "$@" >"$folder/$1.log" 2>&1 &
  pids+=($!)
}
failed() { echo "airflow $1 ended; the end of $folder/$1.log:" >&2; tail -n 5 "$folder/$1.log" >&2; exit 1; }
healthy() {
  .venv/bin/python - "http://127.0.0.1:$port/api/v2/monitor/health" 2>/dev/null <<'END'
import json, sys, urllib.request
parts = json.load(urllib.request.urlopen(sys.argv[1], timeout=5)).values()
sys.exit(any(part["status"] != "healthy" for part in parts))
END
}

bash scripts/airflow.sh db migrate >"$folder/migrate.log" 2>&1 || failed migrate
trap stop EXIT
parts=(api-server scheduler dag-processor triggerer)
part api-server
part scheduler --skip-serve-logs
part dag-processor
part triggerer --skip-serve-logs
alive() { for i in "${!pids[@]}"; do kill -0 "${pids[i]}" 2>/dev/null || failed "${parts[i]}"; done; }
echo "starting ${parts[*]} (half a minute); their logs are in $folder"
until healthy; do alive; sleep 1; done
echo "ready: http://127.0.0.1:$port, name and password in $folder/simple_auth_manager_passwords.json.generated; Ctrl-C stops it"
wait -n || true
alive
