"""A real server for tests: the product's own `counselling serve`, on ground of its own, to be stopped or killed."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, Self

from counselling.vault import master
from tests.support import environment, once
from tests.support.services import HOST, answers, free_port, has_tables, wait_until
from tests.support.zygote import Fork, Zygote

# Light work for passwords, for tests in which dozens of people sign in; stories and thieves meet the real one.
LIGHT = MappingProxyType({"DJANGO_SETTINGS_MODULE": "tests.support.light_settings"})

# Test scripts that a fork may run; commands of the product get a process of their own.
QUICK = ("tests.e2e.", "tests.support.seed", "tests.faults.vault_house")

# PostgreSQL as it was before anything was migrated.
EMPTIED = """
import django; django.setup()
from django.db import connection
connection.cursor().execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
"""


class Ground:
    """What several processes of one server share: key file, database, settings."""

    _zygote: Zygote | None = None

    def __init__(
        self, *, database_url: str = "", redis_url: str = "", settings: Mapping[str, str] | None = None
    ) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="counselling-server-"))
        self.port = free_port()
        self.settings = {
            **environment.places_in(self.directory),
            "COUNSELLING_HOSTS": HOST,
            "COUNSELLING_ORIGINS": f"http://{HOST}:{self.port}",
            "COUNSELLING_TLS_REDIRECT": "0",
            "COUNSELLING_PROOF_OF_WORK": "0",
            "DJANGO_SETTINGS_MODULE": "counselling.settings",
            "DATABASE_URL": database_url or f"sqlite:///{self.directory / 'counselling.sqlite3'}",
            "REDIS_URL": redis_url,
            **(settings or {}),
        }
        master.create(self.directory / "master.key")

    @property
    def environment(self) -> dict[str, str]:
        """The variables of a process on this ground, without the ambient ones that would decide a test.

        Nor pytest's: they change with each test, and a zygote is for one set of variables.
        """
        ours = ("COUNSELLING_", "DJANGO_", "DATABASE_URL", "REDIS_URL", "PORT", "PYTEST_")
        ambient = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        return ambient | self.settings

    def run(self, *words: str, typed: str = "") -> str:
        """What `python …` prints on this ground, given this to read; RuntimeError with what it said when it fails."""
        if not typed and (words[0] == "-c" or words[1].startswith(QUICK)):
            code, said = self.forked(*(words if words[0] == "-c" else words[1:]))
            if code:
                raise RuntimeError(f"{' '.join(words)}: {said}")
            return said
        command = [sys.executable, *words]
        done = subprocess.run(
            command,
            env=self.environment,
            cwd=environment.ROOT,
            input=typed,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(words)}: {done.stdout}{done.stderr}")
        return done.stdout

    def forked(self, *words: str) -> tuple[int, str]:
        """A module's exit code and all it says, by a fork of a process that has everything imported (see zygote.py)."""
        return self.zygote.run(*words)

    @property
    def zygote(self) -> Zygote:
        """The process that forks, anew when settings changed."""
        if self._zygote is None or self._zygote.environ != self.environment:
            self._end_zygote()
            self._zygote = Zygote(self.environment, environment.ROOT)
        return self._zygote

    def _end_zygote(self) -> None:
        if self._zygote:
            self._zygote.end()
            self._zygote = None

    def prepare(self) -> Self:
        """Tables and static files, so that servers can start."""
        template = once.template(self.environment)
        self.settings["COUNSELLING_STATIC"] = str(template / "static")
        if self.settings["DATABASE_URL"].startswith("sqlite"):
            shutil.copy(template / "counselling.sqlite3", self.directory / "counselling.sqlite3")
        elif not has_tables(self.settings["DATABASE_URL"]):
            code, said = self.forked("django", "migrate", "--verbosity", "0")
            assert code == 0, said
        return self

    def renew(self) -> Self:
        """As after `prepare`, with the same key file, addresses and zygote; no server may be running."""
        for path in self.directory.iterdir():
            if path.name != "master.key":
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        if not self.settings["DATABASE_URL"].startswith("sqlite"):
            self.run("-c", EMPTIED)
        return self.prepare()

    def seed(self, *words: str) -> Any:
        """What tests/support/seed.py made: see there."""
        return json.loads(self.run("-m", "tests.support.seed", *words).splitlines()[-1])

    def __enter__(self) -> Self:
        return self.prepare()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end_zygote()
        shutil.rmtree(self.directory, ignore_errors=True)


class Server:
    """One process of `counselling serve`; its log is a file, for the tests that look for leaks."""

    process: subprocess.Popen[bytes] | Fork | None = None

    def __init__(
        self, ground: Ground, *, port: int | None = None, words: Sequence[str] = (), fresh: bool = False
    ) -> None:
        """A fork of the ground's zygote; `fresh` is a process that shares nothing, as the benchmark wants it."""
        self.ground = ground
        self.port = port or ground.port
        self.words = ("counselling", "serve", "--host", HOST, "--port", str(self.port), *words)
        self.fresh = fresh
        self.log = ground.directory / f"log-{self.port}"

    @property
    def url(self) -> str:
        """Where pages are."""
        return f"http://{HOST}:{self.port}"

    @property
    def origin(self) -> str:
        """What browsers of this server would send as Origin; one for all its processes."""
        return self.ground.settings["COUNSELLING_ORIGINS"].split(",")[0]

    def start(self, *, seconds: float = 30) -> Self:
        """Return when connections are accepted; RuntimeError with the log when it ended instead."""
        self.process = self._of_its_own() if self.fresh else self.ground.zygote.start(*self.words, log=self.log)
        wait_until(self._ready, seconds=seconds, what="the server")
        return self

    def _of_its_own(self) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", *self.words],
                env=self.ground.environment,
                cwd=environment.ROOT,
                stdout=log,
                stderr=log,
            )

    def kill9(self) -> None:
        """As power loss does to a process: nothing of it runs any more, nothing is said."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """As systemd does: ask, and kill after ten seconds. Safe to repeat."""
        self._end(signal.SIGTERM)

    def restart(self) -> Self:
        """Stop and start on the same port."""
        self.stop()
        return self.start()

    def rss_kib(self) -> int:
        """Resident memory of the process in KiB."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:"))

    def cpu_seconds(self) -> float:
        """Processor time used so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(") ")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def pid(self) -> int:
        """The running process; RuntimeError when there is none."""
        if self.process is None:
            raise RuntimeError("the server is not running")
        return self.process.pid

    def _ready(self) -> bool:
        if self.process and self.process.poll() is not None:
            raise RuntimeError(f"the server ended: {self.log.read_text(errors='replace')}")
        return answers(HOST, self.port)

    def _end(self, how: signal.Signals) -> None:
        if self.process is None:
            return
        self.process.send_signal(how)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(10)
        self.process.kill()
        self.process.wait()
        self.process = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
