#!/usr/bin/env bash
# Brings uv (into .uv) and the packages of uv.lock (into .venv). Nothing outside this folder is changed,
# except by `setup.sh tests`, which installs a browser where it may.
set -euo pipefail
cd "$(dirname "$0")/.."

stop() { echo "Cannot set up: $*" >&2; exit 1; }

find_python() {
    local name
    for name in python3.11 python3 python; do
        if command -v "$name" >/dev/null 2>&1 &&
            "$name" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; then
            command -v "$name"
            return
        fi
    done
    stop "Signpost needs Python 3.11, and none was found. On Debian 12: apt install python3."
}

check_disk() {
    # The packages take 3 GB, and as much again while they are downloaded.
    local free
    free=$(df -Pk . | awk 'NR==2 {print $4}')
    [ "$free" -gt $((7 * 1024 * 1024)) ] ||
        stop "$((free / 1024 / 1024)) GB are free on this disk, and the first set-up needs 7 GB."
}

bring_uv() {
    local python=$1
    if [ -x .uv/bin/uv ]; then return; fi
    "$python" -m venv .uv 2>/dev/null || {
        rm -rf .uv
        stop "Python's venv module is missing. On Debian: apt install python3-venv."
    }
    .uv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes \
        -r scripts/uv.txt || { rm -rf .uv; stop "uv could not be downloaded. Is there a network?"; }
}

sync() {
    local python=$1 stamp=.venv/.synced
    if [ -x .venv/bin/signpost ] && [ -f "$stamp" ] && cmp -s uv.lock "$stamp"; then return; fi
    check_disk
    echo "Bringing the packages of uv.lock into .venv"
    UV_PYTHON_DOWNLOADS=never .uv/bin/uv sync --frozen --quiet --python "$python" ||
        stop "the packages could not be brought. The lines above say why."
    cp uv.lock "$stamp"
}

bring_browser() {
    if command -v chromium >/dev/null 2>&1; then return; fi
    if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
        echo "Bringing Chromium and fonts for the browser tests"
        apt-get update -qq &&
            DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
                chromium fonts-noto-core fonts-noto-color-emoji >/dev/null && return
    fi
    echo "Chromium is not here and could not be installed: the browser tests will be skipped." >&2
}

python=$(find_python)
bring_uv "$python"
sync "$python"
if [ "${1:-}" = tests ]; then bring_browser; fi
