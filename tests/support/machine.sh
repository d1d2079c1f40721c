#!/bin/sh
# What the tests need beside Python: as root on Debian it is installed, elsewhere it is named.
set -eu

missing=""
need() { # need PACKAGE PROGRAM-PATTERN…: the package is missing when none of the programs is there
    package=$1
    shift
    for program in "$@"; do
        if command -v "$program" >/dev/null 2>&1; then return; fi
    done
    missing="$missing $package"
}

need chromium-headless-shell chromium-headless-shell chromium
need coturn turnserver
need gettext xgettext
need nginx-light nginx /usr/sbin/nginx
need openssl openssl
need postgresql /usr/lib/postgresql/*/bin/initdb
need prometheus promtool
need redis-server redis-server
need shellcheck shellcheck
need systemd systemd-analyze

[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    apt-get update -qq
    # shellcheck disable=SC2086 -- a list of words
    DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends $missing >/dev/null
else
    echo "The tests need these of Debian's packages (or the like):$missing" >&2
    exit 1
fi
