#!/usr/bin/env bash
# A standalone Spark master and one worker on this machine, loopback only, from the pip package; runs until it is stopped.
# Jobs use it by CHUDIAN_SPARK=spark://127.0.0.1:PORT. Called by `make standalone`; the folder takes logs and the worker's files.
set -euo pipefail
umask 007
port=$1 folder=${2:-$CHUDIAN_HOME/standalone}
python=$PWD/.venv/bin/python
# If the port is in use, fail: on another port jobs would not find the master.
export SPARK_MASTER_OPTS=-Dspark.port.maxRetries=0
export SPARK_HOME SPARK_LOCAL_IP=127.0.0.1 SPARK_NO_DAEMONIZE=1 PYSPARK_PYTHON=$python
SPARK_HOME=$("$python" -c 'import pyspark; print(pyspark.__path__[0])')
mkdir -p "$folder"
# Shuffles write rows to disk, including raw text and numbers.
export SPARK_LOCAL_DIRS=$folder/spill
master=spark://127.0.0.1:$port
stop() { kill "${pids[@]}" 2>/dev/null || true; wait; }
trap stop EXIT
pids=()
"$SPARK_HOME/bin/spark-class" org.apache.spark.deploy.master.Master --host 127.0.0.1 --port "$port" --webui-port 0 >"$folder/master.log" 2>&1 &
pids+=($!)
"$SPARK_HOME/bin/spark-class" org.apache.spark.deploy.worker.Worker --host 127.0.0.1 --webui-port 0 --work-dir "$folder/work" "$master" >"$folder/worker.log" 2>&1 &
pids+=($!)
until grep -q 'Successfully registered with master' "$folder/worker.log"; do
  for pid in "${pids[@]}"; do kill -0 "$pid" 2>/dev/null || { tail -n 5 "$folder"/*.log >&2; exit 1; }; done
  sleep 0.5
done
echo "ready: CHUDIAN_SPARK=$master"
wait -n
