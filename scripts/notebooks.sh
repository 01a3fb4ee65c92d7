#!/usr/bin/env bash
# JupyterLab on the notebooks, loopback only; its kernel is chudian's environment. Called by `make notebooks`.
# JupyterLab has an environment of its own, made once, so that the nights' environment stays as locked.
set -euo pipefail
port=$1 lab=${2:-.venv/lab}
if [ ! -e "$lab/.ready" ] || [ notebooks/requirements.lock -nt "$lab/.ready" ]; then
  .venv/bin/python -m venv --clear --without-pip "$lab"
  .venv/bin/uv pip sync --quiet --python "$lab" notebooks/requirements.lock
  .venv/bin/python -m ipykernel install --prefix "$lab" --name python3 --display-name chudian >/dev/null
  touch "$lab/.ready"
fi
# Jupyter asks root, as in a container, to say so.
as=()
[ "$(id -u)" != 0 ] || as=(--allow-root)
exec "$lab/bin/jupyter" lab "${as[@]}" --ip=127.0.0.1 --port="$port" --ServerApp.port_retries=0 --no-browser notebooks
