"""deploy/postgresql and deploy/redis: real ones take these very files, and write down nothing that is ours."""

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from tests.support import environment
from tests.support.services import HOST, answers, wait_until
from tests.support.stack_nginx import NAME, make_certificate
from tests.support.stack_parts import Postgres, Redis

DEPLOY = environment.ROOT / "deploy"
LINES = DEPLOY / "postgresql" / "counselling.conf"
# What a test has otherwise: it is reached over TCP, see `services.Postgres`.
ELSEWHERE = {"listen_addresses"}
SECRET = "Sternschnuppe"
# Errors quote what they could not read, the row that broke a rule, and the statement.
WRONG = (
    "INSERT INTO said VALUES ('Sternschnuppe', 2)",
    "INSERT INTO said VALUES ('Sternschnuppe2', -1)",
    "SELECT 'Sternschnuppe'::integer",
    "SELECT Sternschnuppe FROM",
)


def said(path: Path) -> dict[str, str]:
    """The settings of a file in PostgreSQL's way."""
    lines = [line.split("#")[0].strip() for line in path.read_text().splitlines()]
    return {
        name.strip(): value.strip().strip("'") for name, _, value in (line.partition("=") for line in lines if line)
    }


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with Postgres(LINES) as postgres:
        yield postgres


@pytest.fixture(scope="module")
def cache() -> Iterator[Redis]:
    with Redis(DEPLOY / "redis" / "redis.conf") as cache:
        yield cache


def test_postgres_takes_every_line(postgres: Postgres) -> None:
    with psycopg.connect(postgres.url) as connection:
        wrong = connection.execute("SELECT name FROM pg_file_settings WHERE error IS NOT NULL").fetchall()
        now = {name: connection.execute(f"SHOW {name}").fetchone() for name in said(LINES)}

    assert {name for (name,) in wrong} <= ELSEWHERE
    assert {name: value for name, (value,) in now.items() if name not in ELSEWHERE} == {
        name: value for name, value in as_shown(said(LINES)).items() if name not in ELSEWHERE
    }


def as_shown(lines: dict[str, str]) -> dict[str, str]:
    """PostgreSQL speaks of seconds in its own way."""
    return lines | {name: value.removesuffix("s") for name, value in lines.items() if name.startswith("tcp_")}


def test_postgres_has_room_for_every_process(postgres: Postgres) -> None:
    """For four processes; deploy/README.md says what more need."""
    lines = (DEPLOY / "env.sample").read_text()
    each = int(lines.partition("COUNSELLING_DATABASE_CONNECTIONS=")[2].split()[0])

    assert int(said(LINES)["max_connections"]) >= 4 * each + 20


def test_postgres_writes_down_nothing_of_a_statement(postgres: Postgres) -> None:
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE said (word text UNIQUE, number integer CHECK (number > 0))")
        connection.execute("INSERT INTO said VALUES (%s, 1)", [SECRET])
        for statement in WRONG:
            with pytest.raises(psycopg.Error):
                connection.execute(statement)
        with pytest.raises(psycopg.Error):
            connection.execute("SELECT %s::text::integer", [SECRET])

    log = postgres.log.read_text()
    assert "ready to accept connections" in log
    assert SECRET not in log


def test_redis_takes_the_file_and_keeps_nothing(cache: Redis) -> None:
    with redis.Redis.from_url(cache.url) as client:
        client.set("counter", 1)
        now = {name: client.config_get(name)[name] for name in ("save", "appendonly", "maxmemory-policy", "bind")}

    assert now == {"save": "", "appendonly": "no", "maxmemory-policy": "noeviction", "bind": "127.0.0.1"}


@pytest.mark.parametrize("command", ["SAVE", "BGSAVE", "DEBUG SLEEP 0", "MONITOR", "REPLICAOF localhost 1"])
def test_redis_does_not_know_what_would_lead_data_away(cache: Redis, command: str) -> None:
    with redis.Redis.from_url(cache.url) as client, pytest.raises(redis.ResponseError, match="unknown command"):
        client.execute_command(*command.split())


def test_redis_forgets_all_of_it_when_it_stops() -> None:
    with Redis(DEPLOY / "redis" / "redis.conf") as cache:
        with redis.Redis.from_url(cache.url) as client:
            client.set("mark", SECRET)
            client.shutdown()
        wait_until(lambda: cache.process is not None and cache.process.poll() == 0, seconds=20, what="its end")
        left = [path for path in cache.directory.iterdir() if path.name != "log"]
        said = (cache.directory / "log").read_text()

    assert left == []
    assert SECRET not in said


# --- Several machines: both over a network, as deploy/README.md says --------------------------------------------------

OVER_TLS = """
import asyncio, django
django.setup()
from channels.layers import get_channel_layer
from django.core.cache import cache
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
    print(*cursor.fetchone())
cache.set("word", "there", 60)
print(cache.get("word"))
async def both_ways():
    layer = get_channel_layer()
    await layer.send("somebody", {"type": "nudge"})
    print((await layer.receive("somebody"))["type"])
    await layer.close_pools()
asyncio.run(both_ways())
"""


class Cache(Redis):
    """Redis with a password and a certificate, and no plain line."""

    certificate: Path

    def start(self) -> None:
        pem = [str(self.certificate / name) for name in ("fullchain.pem", "privkey.pem")]
        words = ["--bind", HOST, "--port", "0", "--tls-port", str(self.port), "--dir", str(self.directory)]
        words += ["--tls-cert-file", pem[0], "--tls-key-file", pem[1], "--tls-ca-cert-file", pem[0]]
        words += ["--tls-auth-clients", "no", "--requirepass", "geheim", "--supervised", "no"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(["redis-server", str(self.lines), *words], stdout=log, stderr=log)
        wait_until(lambda: answers(HOST, self.port), seconds=20, what="Redis")


def ask(postgres: Postgres, cache: Cache, authority: Path) -> subprocess.CompletedProcess[str]:
    """What a server's process hears from both, when it trusts this certificate."""
    addresses = {
        "DATABASE_URL": f"postgresql://postgres@{NAME}:{postgres.port}/postgres?sslmode=verify-full&sslrootcert={authority}",
        "REDIS_URL": f"rediss://:geheim@{NAME}:{cache.port}/0?ssl_ca_certs={authority}",
    }
    command = [sys.executable, "-c", OVER_TLS]
    return subprocess.run(
        command,
        env=os.environ | addresses,
        cwd=environment.ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture(scope="module")
def certificate() -> Iterator[Path]:
    """Of this machine, signed by nobody; PostgreSQL's user reads its key."""
    place = Path(tempfile.mkdtemp(prefix="counselling-certificate-"))
    make_certificate(place)
    if os.geteuid() == 0:
        for path in (place, *place.iterdir()):
            shutil.chown(path, "postgres")
    (place / "other").mkdir()
    make_certificate(place / "other")
    yield place
    shutil.rmtree(place)


def test_both_are_reached_over_tls_and_only_with_the_right_certificate(certificate: Path, tmp_path: Path) -> None:
    lines = tmp_path / "counselling.conf"
    ssl = f"ssl = on\nssl_cert_file = '{certificate}/fullchain.pem'\nssl_key_file = '{certificate}/privkey.pem'\n"
    lines.write_text(LINES.read_text() + ssl)
    cache = Cache(DEPLOY / "redis" / "redis.conf")
    cache.certificate = certificate
    with Postgres(lines) as postgres, cache:
        good = ask(postgres, cache, certificate / "fullchain.pem")
        bad = ask(postgres, cache, certificate / "other" / "fullchain.pem")

    assert (good.returncode, good.stdout) == (0, "True\nthere\nnudge\n"), good.stderr
    assert bad.returncode == 1
    assert "certificate verify failed" in bad.stderr


def test_files_are_for_everybody_to_read() -> None:
    """They hold no secret, and PostgreSQL's user reads its own."""
    for path in (LINES, DEPLOY / "redis" / "redis.conf"):
        assert stat.S_IMODE(os.stat(path).st_mode) & 0o444 == 0o444  # noqa: PTH116 -- the file itself
