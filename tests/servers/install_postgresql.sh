#!/bin/sh
# Makes sure that a PostgreSQL is there for the tests: Debian's package, of which they start a server of their
# own. Where it cannot be had, what needs it is skipped, and the summary says so; in CI (CI is set) that fails.
set -u
for folder in /usr/lib/postgresql/*/bin; do
    if [ -x "$folder/initdb" ] && [ -x "$folder/postgres" ]; then exit 0; fi
done
if command -v initdb >/dev/null 2>&1 && command -v postgres >/dev/null 2>&1; then exit 0; fi
if command -v apt-get >/dev/null 2>&1; then
    sudo=""
    if [ "$(id -u)" != 0 ]; then sudo="sudo -n"; fi
    # No server of the machine's own is to be made and started beside it.
    if $sudo apt-get update -qq && $sudo apt-get install -y -qq postgresql-common; then
        $sudo sed -i 's/^#*create_main_cluster.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf
        if $sudo apt-get install -y -qq postgresql; then exit 0; fi
    fi
fi
echo "PostgreSQL cannot be installed here (no apt-get, or not as this user); tests on it are skipped" >&2
[ -z "${CI:-}" ]
