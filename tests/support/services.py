"""Private PostgreSQL clusters and Redis servers on free ports, from Debian's packages.

Fault tests stop and kill them; nothing here ever touches the machine's own services.
`python -m tests.support.services COMMAND …` runs a command beside such a pair, or beside those that were given.
"""

import contextlib
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import psycopg
import redis

from tests.support import environment

HOST = "127.0.0.1"


class Missing(Exception):
    """A program from Debian's packages is not installed; the text names the package."""


def free_port() -> int:
    """A port nobody listens on, below those for outgoing lines: a server that restarts gets it again."""
    while True:
        port = random.SystemRandom().randrange(10_000, 32_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind((HOST, port))
            return port


def wait_until(ready: Callable[[], bool], *, seconds: float, what: str) -> None:
    """Ask every 50 ms; TimeoutError names what did not come."""
    end = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > end:
            raise TimeoutError(f"{what} did not come within {seconds} s")
        time.sleep(0.05)


class Service:
    """Something with a port and a directory of its own, to be stopped and started again."""

    def __init__(self) -> None:
        self.port = free_port()
        self.directory = Path(tempfile.mkdtemp(prefix="counselling-service-"))

    def start(self) -> None:
        """Return when connections are answered."""
        raise NotImplementedError

    def stop(self) -> None:
        """Stop at once; what was committed stays. Safe to repeat."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)


class Postgres(Service):
    """A cluster with trust authentication on loopback and `fsync` on, since durability is tested with it."""

    def __init__(self, *, like: Path | None = None, connections: int = 60) -> None:
        """Empty, or with a copy of this data directory of a cluster that stands still."""
        super().__init__()
        self._connections = connections
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            shutil.chown(self.directory, "postgres")
        self.data = self.directory / "data"
        if like:
            copy_with_owner(like, self.data)
            return
        self._run("initdb", "-D", self.data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "-N")

    @property
    def url(self) -> str:
        """For DATABASE_URL."""
        return f"postgresql://postgres@{HOST}:{self.port}/postgres"

    def start(self) -> None:
        wait_until(self._started, seconds=20, what="PostgreSQL")

    def stop(self, *, gently: bool = False) -> None:
        """At once, or so that the data directory can be copied."""
        if self.pid:
            self._run("pg_ctl", "-D", self.data, "-m", "fast" if gently else "immediate", "-w", "stop")

    def kill(self) -> None:
        """`kill -9` of the postmaster, as the kernel does when memory runs out; its children follow by themselves."""
        os.kill(self.pid, signal.SIGKILL)
        wait_until(lambda: not answers(HOST, self.port), seconds=10, what="the end of PostgreSQL")

    def dump(self) -> bytes:
        """Everything in the cluster as plain SQL."""
        return self._run("pg_dump", "-h", HOST, "-p", str(self.port), "-U", "postgres", "--inserts", "postgres")

    @property
    def pid(self) -> int:
        """The postmaster's process id; 0 when it does not run."""
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
            os.kill(pid, 0)
            return pid
        return 0

    def _started(self) -> bool:
        """Try once: children of a killed postmaster hold the shared memory for a moment."""
        options = f"-p {self.port} -c listen_addresses={HOST} -c unix_socket_directories="
        options += f" -c max_connections={self._connections}"
        try:
            self._run("pg_ctl", "-D", self.data, "-l", self.directory / "log", "-o", options, "-w", "start")
        except RuntimeError:
            return False
        return True

    def _run(self, program: str, *words: str | Path) -> bytes:
        found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"))
        if not found:
            raise Missing("PostgreSQL's server programs are missing: apt-get install postgresql")
        become = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        command = [*become, str(found[-1]), *map(str, words)]
        # pg_ctl's child keeps inherited pipes open: its chatter goes to a file, not to a pipe.
        with tempfile.TemporaryFile() as output:
            done = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT, cwd="/", check=False)
            output.seek(0)
            said = output.read()
        if done.returncode:
            raise RuntimeError(f"{program}: {said.decode(errors='replace')}")
        return said


class Redis(Service):
    """A server that keeps nothing on disk, as deploy/ demands."""

    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """For REDIS_URL."""
        return f"redis://{HOST}:{self.port}/0"

    def start(self) -> None:
        if self.process:
            return
        program = shutil.which("redis-server")
        if not program:
            raise Missing("redis-server is missing: apt-get install redis-server")
        words = ["--port", str(self.port), "--bind", HOST, "--save", "", "--appendonly", "no", "--dir", self.directory]
        with (self.directory / "log").open("ab") as log:
            self.process = subprocess.Popen([program, *map(str, words)], stdout=log, stderr=log)
        wait_until(lambda: answers(HOST, self.port), seconds=10, what="Redis")

    def stop(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    def dump(self) -> bytes:
        """Every key and value, as stored."""
        with redis.Redis.from_url(self.url) as client:
            keys = list(client.scan_iter())
            return b"\n".join(key + b" " + (client.dump(key) or b"") for key in keys)


@contextlib.contextmanager
def given() -> Iterator[dict[str, str]]:
    """What a `Ground` stands on when the suite was given DATABASE_URL or REDIS_URL: a database of its own there."""
    urls = {name: os.environ.get(name.upper(), "") for name in ("database_url", "redis_url")}
    if not urls["database_url"].startswith("postgres"):
        yield {name: url for name, url in urls.items() if name == "redis_url"}
        return
    own = f"ground_{os.urandom(6).hex()}"
    there = urlsplit(urls["database_url"])
    with psycopg.connect(urls["database_url"], autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {own}")
        yield urls | {"database_url": there._replace(path=f"/{own}").geturl()}
        connection.execute(f"DROP DATABASE {own} WITH (FORCE)")


def copy_with_owner(source: Path, target: Path) -> None:
    """A directory as one that is not there yet; whose the files are, they stay."""
    subprocess.run(["cp", "-a", "--", source, target], check=True)


def answers(host: str, port: int) -> bool:
    """True when something accepts a connection."""
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True


def has_tables(url: str) -> bool:
    """True when somebody has migrated there."""
    with psycopg.connect(url) as connection:
        [found] = connection.execute("SELECT to_regclass('django_migrations') IS NOT NULL").fetchone() or [False]
    return bool(found)


@contextlib.contextmanager
def real_ones() -> Iterator[dict[str, str]]:
    """DATABASE_URL and REDIS_URL: as given, else private ones."""
    with contextlib.ExitStack() as stack:
        database, cache = os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")
        yield {
            "DATABASE_URL": database or stack.enter_context(Postgres(connections=200)).url,
            "REDIS_URL": cache or stack.enter_context(Redis()).url,
        }


def main(command: Sequence[str]) -> int:
    """Run the command with both variables set; its exit code is ours."""
    environment.stay_in_memory()
    with real_ones() as urls:
        return subprocess.run(command, env=os.environ | urls, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
