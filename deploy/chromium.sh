#!/bin/sh
# Makes sure that the browser tests have a Chromium: an installed one, else Debian's package when root, else
# the one that Playwright brings.
set -eu
cd "$(dirname "$0")/.."

for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
    [ -n "$name" ] && command -v "$name" >/dev/null && exit 0
done
.venv/bin/python - <<'PYTHON' && exit 0
import sys
from pathlib import Path
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    sys.exit(not Path(playwright.chromium.executable_path).exists())
PYTHON

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Chromium for the browser tests"
    { apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y chromium; } >/dev/null 2>&1 && exit 0
fi
echo "Fetching Playwright's Chromium for the browser tests"
.venv/bin/playwright install chromium >/dev/null ||
    { echo "The browser tests need Chromium: apt install chromium, or CHROMIUM=/path/to/chromium make test." >&2; exit 1; }
