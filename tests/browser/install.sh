#!/bin/sh
# Makes sure that a Chromium is there for the browser tests: Debian's package where that works,
# Playwright's own build elsewhere. $1 is the Python that has Playwright.
set -eu
for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null 2>&1; then exit 0; fi
done
if "$1" -c "import os, sys; from playwright.sync_api import sync_playwright as s; p = s().start(); sys.exit(not os.path.exists(p.chromium.executable_path))" 2>/dev/null; then
    exit 0
fi
if command -v apt-get >/dev/null 2>&1; then
    sudo=""
    if [ "$(id -u)" != 0 ]; then sudo="sudo -n"; fi
    if $sudo apt-get update -qq && $sudo apt-get install -y -qq chromium; then exit 0; fi
fi
exec "$1" -m playwright install --with-deps chromium
