#!/bin/sh
# deploy/venv.sh REQUIREMENTS: makes .venv and installs a requirements file, unless that very file is installed.
set -eu
cd "$(dirname "$0")/.."
requirements=$1
stamp=.venv/installed-$(echo "$requirements" | tr / -)
# What the file says, together with the file it builds upon.
wanted=$(cat requirements.txt "$requirements" | cksum)

[ -x .venv/bin/python ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && .venv/bin/python -c '' 2>/dev/null && exit 0

fail() {
    echo "$1" >&2
    exit 1
}

find_uv() {
    for uv in uv "$HOME/.local/bin/uv" "$HOME/.cargo/bin/uv"; do
        command -v "$uv" && return
    done
    return 1
}

# A folder that was copied here, or whose Python has gone, is made anew.
if ! .venv/bin/python -c 'import sys; assert sys.version_info >= (3, 12)' 2>/dev/null; then
    rm -rf .venv
    if python=$(deploy/python.sh); then
        echo "Making .venv with $("$python" --version)"
        "$python" -m venv .venv
    elif uv=$(find_uv); then
        echo "No Python 3.12 or newer here; uv brings one"
        "$uv" venv --quiet --seed --python "$(cat .python-version)" .venv ||
            fail "uv could not bring Python $(cat .python-version): the lines above say why."
    else
        fail "Orrery needs Python 3.12 or newer with venv: apt install python3 python3-venv, or install uv."
    fi
fi

echo "Installing $requirements"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input -r "$requirements" ||
    fail "Could not install $requirements: the line above says why. Run the same command again once that is settled."
echo "$wanted" >"$stamp"
