#!/bin/bash
# Installs the counselling server on a fresh Debian 12 or 13 or Ubuntu 24.04, or brings an installation in line with the
# tree this script lies in. Says what it does before doing it; can be run again; takes no secret on its command line.
#
#   deploy/install.sh --domain beratung.example.org [--processes 2] [--without-coturn] [--address 203.0.113.10]
#                     [--certificate DIRECTORY] [--email NAME@EXAMPLE.ORG] [--dry-run]
#
# --address      the relay's public address, where this machine does not carry it itself (behind NAT)
# --certificate  your own fullchain.pem and privkey.pem instead of Let's Encrypt
# --email        for Let's Encrypt's account; without it certbot asks
# --dry-run      print every step, do nothing
#
# tests/test_deploy_install.py holds this to the files it copies; deploy/README.md says what was tried for real.
set -euo pipefail
umask 022
export LC_ALL=C.UTF-8

TREE=$(cd "$(dirname "$0")/.." && pwd)
SRC=/opt/counselling/src
VENV=/opt/counselling/venv
ETC=/etc/counselling
PERSON=counselling
DEPLOY=$SRC/deploy

domain="" processes=2 relay=yes address="" certificate="" email="" dry=no database_port=5432

main() {
    read_words "$@"
    look_around
    packages
    person_and_places
    code
    wrapper
    database
    settings
    redis
    key
    [ "$relay" = no ] || relay_of_calls
    tables
    services
    certificate
    site
    [ "$relay" = no ] || relay_starts
    what_is_left
}

# --- Saying and doing -------------------------------------------------------------------------------------------------

fail() {
    echo "install.sh: $1" >&2
    exit 1
}

step() { printf '\n== %s\n' "$1"; }
note() { printf '   %s\n' "$1"; }

# Print a command, then run it.
run() {
    printf '   $'
    printf ' %q' "$@"
    echo
    [ "$dry" = yes ] || "$@"
}

# Put standard input into a file that only root writes, in one step, under its mode: put MODE OWNER FILE
put() {
    printf '   writes %s (%s, mode %s)\n' "$3" "$2" "$1"
    if [ "$dry" = yes ]; then
        cat >/dev/null
        return
    fi
    rm -f -- "$3.new"
    (umask 077 && cat >"$3.new")
    chown "$2" "$3.new"
    chmod "$1" "$3.new"
    mv -T "$3.new" "$3"
}

# Whether a file lies there as it should: then its service is not disturbed.
same() { [ "$dry" = no ] && cmp -s -- "$1" "$2"; }

# The distribution's own file is kept once beside ours.
keep() { [ -e "$1.dist" ] || [ ! -e "$1" ] || run cp -p -- "$1" "$1.dist"; }

# Debian leaves these two lying where they fell: comes_back UNIT
comes_back() {
    run install -d "/etc/systemd/system/$1.d"
    printf '[Service]\nRestart=on-failure\nRestartSec=3\n' |
        put 0644 root:root "/etc/systemd/system/$1.d/counselling.conf"
    run systemctl daemon-reload
}

# --- What was asked, and of what machine ------------------------------------------------------------------------------

read_words() {
    while [ $# -gt 0 ]; do
        case $1 in
        --domain | --processes | --address | --certificate | --email)
            [ $# -gt 1 ] || fail "$1 needs a word behind it"
            printf -v "${1#--}" %s "$2"
            shift
            ;;
        --without-coturn) relay=no ;;
        --dry-run) dry=yes ;;
        *) fail "$1 is none of its words; the first lines of this script name them" ;;
        esac
        shift
    done
    [[ $domain =~ ^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$ ]] ||
        fail "--domain needs the server's name in small letters, such as beratung.example.org"
    [[ $processes =~ ^[1-9]$ ]] || fail "--processes is a number from 1 to 9"
    [[ $address =~ ^[0-9a-f.:]*$ ]] || fail "--address is a number such as 203.0.113.10"
    [[ $email =~ ^[^[:space:]]*$ ]] || fail "--email is one address"
    if [ -n "$certificate" ]; then
        { [ -r "$certificate/fullchain.pem" ] && [ -r "$certificate/privkey.pem" ]; } ||
            fail "--certificate names a directory with fullchain.pem and privkey.pem"
        certificate=$(cd "$certificate" && pwd)
    fi
}

look_around() {
    [[ $TREE != "$SRC".* ]] || fail "$TREE is where this script keeps copies: move the tree to another place first"
    { [ -f "$TREE/pyproject.toml" ] && [ -f "$TREE/requirements.lock" ]; } || fail "this tree is not complete"
    [ "$dry" = no ] || return 0
    [ "$(id -u)" = 0 ] || fail "run it as root"
    [ -x /usr/bin/apt-get ] || fail "this machine is no Debian and no Ubuntu; deploy/README.md tells each step"
    [ -d /run/systemd/system ] || fail "systemd does not run here; for containers there is deploy/compose.yaml"
}

# --- The steps --------------------------------------------------------------------------------------------------------

packages() {
    step "Debian's packages: whatever it stands on"
    local wanted=(postgresql redis-server nginx python3 python3-venv openssl ca-certificates)
    [ "$relay" = no ] || wanted+=(coturn)
    [ -n "$certificate" ] || wanted+=(certbot)
    run apt-get update -q
    run env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${wanted[@]}"
    [ "$dry" = yes ] || python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
        fail "Python 3.11 or newer is needed"
}

person_and_places() {
    step "The user $PERSON, without a login; nginx may reach its sockets through the group, and nothing else"
    id -u "$PERSON" >/dev/null 2>&1 ||
        run useradd --system --user-group --home-dir /nonexistent --no-create-home --shell /usr/sbin/nologin "$PERSON"
    run usermod -a -G "$PERSON" www-data
    run install -d -m 0755 /opt/counselling
    run install -d -m 0710 -o root -g "$PERSON" "$ETC"
    run install -d -m 0700 -o "$PERSON" -g "$PERSON" /var/lib/counselling /var/backups/counselling
}

code() {
    step "The code, root's own: $SRC, and its Python packages in $VENV"
    if [ "$TREE" != "$SRC" ]; then
        run rm -rf -- "$SRC.new"
        run install -d -m 0755 "$SRC.new"
        copy_tree
        run rm -rf -- "$SRC.before"
        [ ! -e "$SRC" ] || run mv -T "$SRC" "$SRC.before"
        run mv -T "$SRC.new" "$SRC"
    fi
    run python3 -m venv "$VENV"
    run "$VENV/bin/pip" install -q --disable-pip-version-check -r "$SRC/requirements.lock"
    run "$VENV/bin/pip" install -q --disable-pip-version-check --no-deps -e "$SRC"
    run env -C "$SRC" "$VENV/bin/python" -m deploy.messages compile
    run "$VENV/bin/python" -m compileall -q "$SRC/counselling" "$SRC/chat" "$SRC/blended"
}

copy_tree() {
    note "copies $TREE (without tests, .git, .venv, var) to $SRC.new"
    [ "$dry" = no ] || return 0
    tar -C "$TREE" --exclude=./.git --exclude=./.venv --exclude=./var --exclude=./tests --exclude='.*_cache' \
        --exclude=__pycache__ --exclude='*.egg-info' --owner=0 --group=0 --mode=u=rwX,go=rX -cf - . |
        tar -C "$SRC.new" -xf -
}

wrapper() {
    step "The command line for root: /usr/local/bin/counselling"
    run install -m 0755 "$DEPLOY/counselling.sh" /usr/local/bin/counselling
}

database() {
    step "PostgreSQL: our lines, a role and a database, opened by the user's name over the socket alone"
    local version=VERSION
    read -r version database_port < <(pg_lsclusters -h 2>/dev/null | awk '$2 == "main" { print $1, $3 }' | tail -n 1) ||
        [ "$dry" = yes ] || fail "PostgreSQL has no cluster named main: pg_lsclusters"
    version=${version:-VERSION} database_port=${database_port:-5432}
    local lines=/etc/postgresql/$version/main/conf.d/counselling.conf
    if ! { same "$DEPLOY/postgresql/counselling.conf" "$lines" && systemctl is-active -q "postgresql@$version-main"; }; then
        run install -m 0644 "$DEPLOY/postgresql/counselling.conf" "$lines"
        run systemctl restart "postgresql@$version-main"
    fi
    comes_back postgresql@.service
    as_postgres "SELECT 1 FROM pg_roles WHERE rolname = '$PERSON'" ||
        run runuser -u postgres -- createuser -p "$database_port" "$PERSON"
    as_postgres "SELECT 1 FROM pg_database WHERE datname = '$PERSON'" ||
        run runuser -u postgres -- createdb -p "$database_port" -O "$PERSON" -E UTF8 -l C.UTF-8 -T template0 "$PERSON"
}

# Whether the question has an answer: as_postgres QUESTION
as_postgres() {
    [ "$dry" = no ] && [ "$(cd / && runuser -u postgres -- psql -p "$database_port" -d postgres -XtAc "$1")" = 1 ]
}


settings() {
    step "The settings: $ETC/env, for root's eyes; systemd hands them to the server"
    if [ -e "$ETC/env" ]; then
        note "$ETC/env is there and stays as it is"
        return
    fi
    local password=not-drawn
    [ "$dry" = yes ] || password=$(openssl rand -hex 32)
    settings_lines "$password" | put 0600 root:root "$ETC/env"
}

# The sample with this domain, this cluster, and a password for Redis.
settings_lines() {
    local there=postgresql:///counselling
    [ "$database_port" = 5432 ] || there=postgresql://:$database_port/counselling # beside another cluster
    while IFS= read -r line; do
        case $line in
        DATABASE_URL=*) line=DATABASE_URL=$there ;;
        REDIS_URL=*) line=REDIS_URL=redis://:$1@127.0.0.1:6379/0 ;;
        esac
        echo "${line//chat.example.org/$domain}"
    done <"$TREE/deploy/env.sample"
}

redis() {
    step "Redis: in memory alone, on the loopback alone, for whoever knows the password in the settings"
    redis_lines | put 0600 root:root "$ETC/redis.conf"
    if same "$ETC/redis.conf" /etc/redis/redis.conf && systemctl is-active -q redis-server; then return; fi
    keep /etc/redis/redis.conf
    run install -m 0640 -o root -g redis "$ETC/redis.conf" /etc/redis/redis.conf
    run systemctl enable redis-server
    run systemctl restart redis-server
}

# What the cache holds is read as Python objects: no other program of this machine may write there.
redis_lines() {
    cat "$TREE/deploy/redis/redis.conf"
    [ "$dry" = no ] || return 0
    sed -n 's|^REDIS_URL=redis://:\([0-9a-f]\{32,\}\)@127\.0\.0\.1:6379/.*|\n# Of this machine, by deploy/install.sh.\nrequirepass \1|p' \
        "$ETC/env"
}

key() {
    step "The master key file: $ETC/master.key, root's own. Keep a copy apart from the database's backups"
    run "$VENV/bin/counselling" createkey "$ETC/master.key"
}

relay_of_calls() {
    step "The relay of voice and video: /etc/turnserver.conf, and its secret in both places"
    local secret=not-drawn own
    if [ "$dry" = no ] && grep -q '^COUNSELLING_TURN_SECRET=.' "$ETC/env"; then
        note "$ETC/env names a relay and stays as it is"
        return
    fi
    own=$(own_address)
    keep /etc/turnserver.conf
    [ "$dry" = yes ] || secret=$(openssl rand -hex 32)
    relay_lines "$own" "$secret" | put 0640 root:turnserver /etc/turnserver.conf
    note "adds COUNSELLING_TURN_URLS and COUNSELLING_TURN_SECRET to $ETC/env"
    [ "$dry" = no ] || return 0
    { # printf is the shell's own: the secret is on no command line
        cat "$ETC/env"
        printf '\n# The relay, by deploy/install.sh.\nCOUNSELLING_TURN_URLS=%s,%s,%s\nCOUNSELLING_TURN_SECRET=%s\n' \
            "turn:$domain:3478?transport=udp" "turn:$domain:3478?transport=tcp" "turns:$domain:5349?transport=tcp" \
            "$secret"
    } | put 0600 root:root "$ETC/env"
}

# The address that this machine speaks from; 127.0.0.1 where there is none.
own_address() {
    local found
    found=$(ip -o -4 route get 192.0.2.1 2>/dev/null | sed -n 's/.* src \([0-9.]*\).*/\1/p') || true
    echo "${found:-127.0.0.1}"
}

relay_lines() {
    cat "$TREE/deploy/coturn/turnserver.conf"
    printf '\n# --- Of this machine, by deploy/install.sh ---\n'
    printf 'static-auth-secret=%s\nallowed-peer-ip=%s\n' "$2" "$1"
    if [ -n "$address" ] && [ "$address" != "$1" ]; then
        printf 'external-ip=%s/%s\nallowed-peer-ip=%s\n' "$address" "$1" "$address"
    fi
    printf 'cert=/etc/coturn/fullchain.pem\npkey=/etc/coturn/privkey.pem\n'
}

tables() {
    step "The database's tables, and static files"
    if is_in_use; then # of this machine or, by DATABASE_URL, of several: backs up first; the old processes still run
        run /usr/local/bin/counselling upgrade || fail "the tables are as they were; docs/upgrade.md, then run this again"
    else
        run /usr/local/bin/counselling django migrate --no-input -v 0
    fi
    run /usr/local/bin/counselling django collectstatic --no-input -v 0
}

is_in_use() {
    [ "$dry" = no ] && [[ $(/usr/local/bin/counselling django showmigrations --plan) == *"[X]"* ]]
}

services() {
    step "The services: $processes server processes, erasing on time, nightly backups"
    local unit number
    for unit in "$TREE"/deploy/systemd/*; do
        run install -m 0644 "$DEPLOY/systemd/${unit##*/}" /etc/systemd/system/
    done
    run systemctl daemon-reload
    for number in $(seq "$processes"); do
        run systemctl enable "counselling@$number.service"
        run systemctl restart "counselling@$number.service"
        wait_for "/run/counselling/$number.sock"
    done
    run systemctl enable --now counselling.target counselling-prune.timer
    if [ "$dry" = no ] && ! grep -q '^COUNSELLING_BACKUP_RECIPIENT=.' "$ETC/env"; then
        note "no backups yet: docs/backup.md tells how to make the key pair for COUNSELLING_BACKUP_RECIPIENT"
        return
    fi
    run systemctl enable --now counselling-backup.timer
}

# The next process is restarted only when this one answers.
wait_for() {
    note "waits until $1 answers"
    [ "$dry" = no ] || return 0
    for _ in $(seq 120); do
        if python3 "$DEPLOY/alive.py" "$1"; then return; fi
        sleep 0.5
    done
    fail "$1 does not answer: journalctl -u 'counselling@*' -n 50"
}

certificate() {
    step "The certificate"
    if [ -n "$certificate" ]; then
        note "$certificate is yours"
        return
    fi
    certificate=/etc/letsencrypt/live/$domain
    if [ "$dry" = no ] && [ -e "$certificate/fullchain.pem" ]; then
        note "$certificate is there; certbot.timer renews it"
        return
    fi
    # Debian's own site answers for /var/www/html until ours does.
    local account=()
    [ -z "$email" ] || account=(--non-interactive --agree-tos --email "$email")
    run certbot certonly --webroot -w /var/www/html -d "$domain" --deploy-hook "systemctl reload nginx" "${account[@]}"
}

site() {
    step "nginx: our site, and no other; enough lines for many sockets"
    site_lines | put 0644 root:root /etc/nginx/sites-available/counselling
    run ln -sfnT /etc/nginx/sites-available/counselling /etc/nginx/sites-enabled/counselling
    run rm -f /etc/nginx/sites-enabled/default
    keep /etc/nginx/nginx.conf
    run sed -i 's/worker_connections 768;/worker_connections 8192;/' /etc/nginx/nginx.conf
    echo 'worker_rlimit_nofile 32768;' | put 0644 root:root /etc/nginx/modules-enabled/90-counselling.conf
    run nginx -t -q
    comes_back nginx.service
    run systemctl enable --now nginx
    run systemctl reload nginx
}

site_lines() {
    local number
    while IFS= read -r line; do
        case $line in
        *"server unix:/run/counselling/1.sock"*)
            for number in $(seq "$processes"); do echo "${line/1.sock/$number.sock}"; done
            ;;
        *"server unix:/run/counselling/"*) ;;
        *)
            line=${line//\/etc\/letsencrypt\/live\/counselling.example.org/$certificate}
            echo "${line//counselling.example.org/$domain}"
            ;;
        esac
    done <"$TREE/deploy/nginx/counselling.conf"
}

relay_starts() {
    step "The relay gets a copy of the certificate, also of a renewed one, and starts"
    run install -d -m 0750 -o root -g turnserver /etc/coturn
    if [ "$certificate" = "/etc/letsencrypt/live/$domain" ]; then
        sed "s/counselling\.example\.org/$domain/" "$TREE/deploy/coturn/renewed.sh" |
            put 0755 root:root /etc/letsencrypt/renewal-hooks/deploy/counselling-coturn
        run /etc/letsencrypt/renewal-hooks/deploy/counselling-coturn
    else
        run install -m 0640 -o root -g turnserver "$certificate/fullchain.pem" "$certificate/privkey.pem" /etc/coturn/
        run systemctl restart coturn
    fi
    run systemctl enable coturn
}

what_is_left() {
    step "What is left to do, by \`counselling check\`"
    note "(help contacts for every hour come with the first createstaff)"
    printf '   $ counselling check\n'
    [ "$dry" = yes ] || /usr/local/bin/counselling check || true
    cat <<WORDS

Done. Next:
  1. counselling createstaff NAME --role administrator --team TEAM, then the same for a first counsellor, without --role
  2. https://$domain/team/ : the counsellor sets up the team's vault, the administrator hours and help contacts
  3. counselling check, until it finds nothing more
  4. Open 80 and 443 (TCP)$([ "$relay" = no ] || echo ", 3478 (UDP, TCP), 5349 (TCP), 49152-65535 (UDP)") in your firewall, nothing else.
  5. $ETC/master.key: a copy into a safe place, apart from backups; and docs/backup.md for these.
WORDS
}

main "$@"
