#!/bin/sh
# Prints the newest Python on this machine that can run Orrery (3.12 or newer), or fails in silence.
#
# A name found in PATH proves nothing: pyenv puts a `python3.13` there that refuses to run unless that version is
# switched on, and Debian ships Pythons without `venv`. So each candidate is asked.

ask='import sys, venv, ensurepip
v = sys.version_info
# Releases that the pinned packages have ready-made files for come before anything newer.
print("%d %03d %03d" % (v < (3, 15), v[1], v[2]) if (3, 12) <= v < (4,) else "")'

{
    for name in python3.14 python3.13 python3.12 python3 python; do
        command -v "$name"
    done
    for root in "${PYENV_ROOT:-$HOME/.pyenv}" "$HOME/.pyenv"; do
        ls "$root"/versions/*/bin/python3 2>/dev/null
    done
} | sort -u | while read -r candidate; do
    rank=$("$candidate" -c "$ask" 2>/dev/null </dev/null) && [ -n "$rank" ] && echo "$rank $candidate"
done | sort -r | head -n 1 | cut -d ' ' -f 4- | grep .
