#!/usr/bin/env bash
# Makes .venv from requirements.lock, byte-compiles it and stages the Delta jars. Called by make.
set -euo pipefail
source scripts/space.sh
python=${1:-python3.11}
began=$SECONDS
say() { printf '[%4ds] %s\n' $((SECONDS - began)) "$*"; }
refuse() { printf 'chudian cannot be set up: %s\n' "$*" >&2; exit 1; }

faults=()
fault() { faults+=("$*"); }

if ! command -v "$python" >/dev/null; then
  fault "no $python on the PATH. Install Python 3.11 (Debian/Ubuntu: python3.11, python3.11-venv) or give one: make env PYTHON=/path/to/python3.11"
else
  came=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
  [ "$came" = 3.11 ] || fault "$python is Python $came, 3.11 is needed. Give another: make env PYTHON=/path/to/python3.11"
  "$python" -c 'import ensurepip' 2>/dev/null || fault "$python cannot make environments. Install python3.11-venv."
fi
# The Java that Spark will use.
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
if ! command -v "$java" >/dev/null; then
  fault "no $java. Install a Java 17 runtime (Debian/Ubuntu: openjdk-17-jre-headless), or set JAVA_HOME to one."
else
  version=$("$java" -version 2>&1 | sed -nE 's/.*version "([0-9]+).*/\1/p' | head -1)
  [ "$version" = 17 ] || fault "$java is version ${version:-unknown}, 17 is needed. Install openjdk-17-jre-headless, and put it first on the PATH or set JAVA_HOME to it."
fi
read -r free place <<<"$(free_gb "$PWD")"
[ "$free" -ge "$NEEDED_GB" ] || fault "$free GB free at $place, $NEEDED_GB GB are needed."
[ ${#faults[@]} = 0 ] || refuse "$(printf '\n- %s' "${faults[@]}")"

say "environment: .venv"
"$python" -m venv --clear .venv
.venv/bin/pip install --quiet --disable-pip-version-check "$(grep ^uv== requirements.lock)"
say "packages from requirements.lock (about 200)"
.venv/bin/uv pip sync --python .venv requirements.lock
.venv/bin/uv pip install --quiet --python .venv --no-deps --editable . --config-settings editable_mode=compat
say "byte-code (makes imports three times as fast)"
.venv/bin/python -m compileall -q -j 0 .venv/lib/python3.11/site-packages >/dev/null || true
say "Delta jars"
jars=.venv/share/chudian/jars
mkdir -p "$jars"
ivy=$(ls .venv/lib/python3.11/site-packages/pyspark/jars/ivy-*.jar)
"$java" -jar "$ivy" -ivy scripts/jars.xml -cache .venv/share/chudian/ivy -retrieve "$jars/[artifact]-[revision].[ext]" -warn >/dev/null \
  || refuse "the Delta jars of scripts/jars.xml could not be fetched. Is Maven Central reachable?"
say "ready"
