#!/usr/bin/env bash
# One night on this machine with every real part. Called by make demo; safe to run again.
set -euo pipefail  # with pipefail the demo ends when the DAG fails, although its output goes through a pipe
source scripts/space.sh
subscribers=$1 first=$2 night=$3
bin=.venv/bin
began=$SECONDS
say() { printf '\n[%4ds] %s\n' $((SECONDS - began)) "$*"; }

read -r free place <<<"$(free_gb "$CHUDIAN_HOME")"
[ "$free" -ge "$NEEDED_GB" ] || { echo "$free GB free at $place, $NEEDED_GB GB are needed: free some, or CHUDIAN_HOME=/another/folder make demo." >&2; exit 1; }

holds() { sed -nE "s/^ *\"$1\": \"?([^\",]+)\"?,?\$/\1/p" "$CHUDIAN_HOME/truth/province.json"; }

say "1/4 simulate a province of $subscribers subscribers up to $night"
if [ ! -e "$CHUDIAN_HOME/truth/audience_c11.csv" ]; then
  $bin/chudian simulate --subscribers "$subscribers" --night "$night"
elif [ "$(holds subscribers) $(holds night)" = "$subscribers $night" ]; then
  echo "already there"
else
  echo "$CHUDIAN_HOME contains another province: $(holds subscribers) subscribers up to $(holds night)." >&2
  echo "  To mend it: make clean removes it; CHUDIAN_HOME=/another/folder make demo keeps it and makes yours elsewhere; make demo SUBSCRIBERS=$(holds subscribers) NIGHT=$(holds night) runs its night again." >&2
  exit 1
fi

say "2/4 load its history, $first to $(date -d "$night - 1 day" +%F), and train the models"
if [ -e "$CHUDIAN_HOME/history.loaded" ]; then
  echo "already loaded"
  $bin/chudian train "$night"
else
  $bin/chudian load --train --from "$first" --to "$(date -d "$night - 1 day" +%F)"
  touch "$CHUDIAN_HOME/history.loaded"
fi

say "3/4 run the nightly DAG for business date $night"
mkdir -p "$AIRFLOW_HOME"
bash scripts/airflow.sh db migrate >"$AIRFLOW_HOME/migrate.log" 2>&1 || { cat "$AIRFLOW_HOME/migrate.log"; exit 1; }
bash scripts/airflow.sh dags test nightly --conf "{\"business_date\": \"$night\"}" 2>&1 | tee "$AIRFLOW_HOME/night-$night.log" | { grep --line-buffered -vE 'py.warnings|graphviz' || true; }

say "4/4 done"
# The DAG succeeded, so if there are no lists, nobody was due.
if compgen -G "$CHUDIAN_HOME/outbox/*/*/*/$night/manifest.json" >/dev/null; then
  $bin/chudian lists "$night"
else
  echo "No step of a scenario was due for $night, so there are no lists. Every other part of the night ran."
fi
cat <<END
  lists       $CHUDIAN_HOME/outbox
  report      $CHUDIAN_HOME/reports/$night/night.html
  data docs   $CHUDIAN_HOME/reports/data_docs/index.html
  Airflow UI  make airflow   then http://127.0.0.1:${AIRFLOW_PORT:-8080}
  MLflow UI   make mlflow    then http://127.0.0.1:${MLFLOW_PORT:-5000}
END
# The night of the second wave, whose date follows from the first (scenarios/calendar.py).
[ "$night" != 2026-03-04 ] || cat <<END
next: five more days, in which people answer these lists; then the second wave, for those who did not order
  $bin/chudian simulate --live 2026-03-09
  $bin/chudian load --from 2026-03-05 --to 2026-03-08
  $bin/chudian night 2026-03-09
END
