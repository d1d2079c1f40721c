#!/bin/bash
# /usr/local/bin/counselling: runs the command line as the server does (user, settings, key file), for root in any
# directory: `counselling check`, `counselling createstaff …`. Settings and key never stand on a command line, and root
# follows no link in a directory that the user counselling can write. tests/test_deploy_install.py runs it.
set -euo pipefail
umask 077

PROGRAM=/opt/counselling/venv/bin/counselling
PERSON=counselling
SETTINGS=/etc/counselling/env
KEY=/etc/counselling/master.key
# A verb that writes the key file does so here; an interrupted one is taken over by the next command.
DESK=/etc/counselling/key-at-work
READING=/run/counselling-cli

fail() {
    echo "counselling: $1" >&2
    exit 1
}

# As the user counselling, with no more rights than that.
as_person() { setpriv --reuid="$PERSON" --regid="$PERSON" --init-groups --no-new-privs --inh-caps=-all -- "$@"; }

# The environment is what the settings file says, read as systemd reads it, and nothing of root's own.
settings() {
    local name line value number=0
    for name in $(compgen -e); do
        case $name in PATH | TERM | LANG | LC_* | TZ | COLUMNS | LINES) ;; *) unset "$name" ;; esac
    done
    export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/nonexistent TMPDIR=/dev/shm
    while IFS= read -r line || [ -n "$line" ]; do
        number=$((number + 1))
        case $line in '' | '#'* | ';'*) continue ;; esac
        name=${line%%=*} value=${line#*=}
        [[ $line == *=* && $name =~ ^[A-Z][A-Z0-9_]*$ ]] || fail "line $number of $SETTINGS reads no NAME=value"
        value=${value%"${value##*[![:space:]]}"}
        case $value in '"'*'"' | "'"*"'") value=${value:1:-1} ;; esac
        export "$name=$value"
    done <"$SETTINGS"
}

# A copy that the user counselling can read for as long as this command runs, in memory, as systemd does for the server.
lend_key() {
    [ -e "$KEY" ] || fail "$KEY is missing. A new server: counselling createkey $KEY; a lost one: docs/backup.md"
    find "${READING%/*}" -maxdepth 1 -type d -name "${READING##*/}.*" -mmin +1440 -exec rm -rf -- {} +
    lent=$(mktemp -d "$READING.XXXXXXXX")
    trap 'rm -rf -- "$lent"' EXIT
    install -m 0400 -o "$PERSON" "$KEY" "$lent/master.key"
    chgrp "$PERSON" "$lent"
    chmod 0710 "$lent"
    export COUNSELLING_KEY_FILE="$lent/master.key"
}

# For verbs that write the key file: on the disk, since what the database needs from then on must not be lost.
lay_out_key() {
    install -d -m 0700 -o "$PERSON" "$DESK"
    if [ -e "$KEY" ]; then
        as_person tee "$DESK/master.part" <"$KEY" >/dev/null
        as_person sync "$DESK/master.part"
        as_person mv -T "$DESK/master.part" "$DESK/master.key"
    fi
    export COUNSELLING_KEY_FILE="$DESK/master.key"
    trap take_key_back EXIT
}

# What lies there is whole: it was put there in one step. It is read with the rights of the user counselling.
take_key_back() {
    as_person head -c 65536 "$DESK/master.key" >"$KEY.new" 2>/dev/null || true
    if [ -s "$KEY.new" ]; then
        ! grep -qvE '^([a-z0-9-]{1,16} [A-Za-z0-9+/]{43}=)?$' "$KEY.new" || fail "$DESK/master.key is no key file"
        chmod 0400 "$KEY.new"
        sync "$KEY.new"
        mv -T "$KEY.new" "$KEY"
        sync "${KEY%/*}"
    fi
    rm -rf -- "$KEY.new" "$DESK"
}

[ "$(id -u)" = 0 ] || fail "this reads the settings and the key file, so run it as root: sudo counselling …"
[ "${1:-}" != createkey ] || exec "$PROGRAM" "$@" # root's own file, without settings
[ -r "$SETTINGS" ] || fail "$SETTINGS is missing: see /opt/counselling/src/deploy/README.md"
ulimit -c 0
exec 9>"$READING.lock"
if [ -d "$DESK" ]; then
    flock -n 9 || fail "another command is writing the key file right now"
    take_key_back
    flock -u 9
fi
settings
case ${1:-} in
rotatekey | restore)
    flock -n 9 || fail "another command is writing the key file right now"
    lay_out_key
    ;;
*) lend_key ;;
esac
status=0
as_person "$PROGRAM" "$@" || status=$? # it holds the lock too: should this shell be killed, nobody takes its desk away
exit "$status"
