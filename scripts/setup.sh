# Sourced by the other scripts: makes .venv beside pyproject.toml and installs the project into it.
# shellcheck shell=bash

say() { printf '%s\n' "$*" >&2; }
die() { say "$@"; exit 3; }

find_python() {
    local candidate
    for candidate in "${BAOSOU_PYTHON:-}" python3.13 python3.12 python3.11 python3 python; do
        if [ -n "$candidate" ] && command -v "$candidate" >/dev/null &&
            "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    die "baosou needs Python 3.11 or newer and found none. Install it (Debian: apt-get install python3 python3-venv)" \
        "or name one: BAOSOU_PYTHON=/path/to/python3.12 scripts/run"
}

# ensure_venv EXTRAS: a virtual environment with the project and these extras, installed anew only when something changed.
ensure_venv() {
    local extras=$1 python stamp wanted
    stamp=".venv/installed-$extras"
    wanted=$(cat pyproject.toml tests/requirements.lock | cksum)
    if [ -x .venv/bin/baosou ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then
        return
    fi
    if [ ! -x .venv/bin/python ]; then
        python=$(find_python)
        say "Making a virtual environment in .venv ($("$python" --version)) …"
        "$python" -m venv .venv ||
            die "The virtual environment could not be made. On Debian and Ubuntu: apt-get install python3-venv, then try again."
    fi
    say "Installing baosou and what it needs ($extras) …"
    install_project "$extras" ||
        die "The installation failed (see above). It needs a package index: check the network or pip's settings, then try again."
    printf '%s' "$wanted" >"$stamp"
}

install_project() {
    local pip=(.venv/bin/python -m pip install --quiet --disable-pip-version-check)
    "${pip[@]}" --constraint tests/requirements.lock --editable ".[$1]"
}
