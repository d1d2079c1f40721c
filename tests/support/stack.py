"""The whole production stack in a temporary place, from the very files of deploy/, for fault tests and the benchmark.

    with Stack() as stack:                        # everything runs, tables are made, nobody is there
        stack.counselling("check")                # a command as the administrator gives it; what it says
        people = stack.ground.seed("--pairs", "2")
        async with seeker(stack.front, people) as line: ...   # through nginx, over TLS
        stack.web[0].kill()                       # stop, kill, freeze, thaw, frozen(), restart: every part
        stack.traces("sentinel")                  # where a word stands that must stand nowhere

Parts by name in `stack.parts`: postgresql, redis, coturn, counselling@1, counselling@2, nginx. What a real machine has
and this has not: users and groups of their own, systemd's walls, a certificate that anybody signed.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg
import pyrage

from tests.support import environment, once
from tests.support.server import Ground, Server
from tests.support.stack_nginx import NAME, Nginx
from tests.support.stack_parts import Part, Postgres, Redis, Relay
from tests.support.stack_unit import BARE, COUNSELLING, Unit, Web, assignments, moved

DEPLOY = environment.ROOT / "deploy"


class Front(Server):
    """The stack as visitors see it, for whoever is told a server's address: nginx, which `Nginx` starts and stops."""

    def __init__(self, ground: Ground, url: str) -> None:
        super().__init__(ground)
        self._url = url

    @property
    def url(self) -> str:
        """Where pages are."""
        return self._url


class Stack:
    """See above. `settings` are lines of env.sample with other values, `processes` how many serve.

    `empty`: the tables are made by `migrate`, seconds more; else copied, for which the suite's ground must be laid.
    """

    def __init__(
        self,
        *,
        settings: Mapping[str, str] | None = None,
        processes: int = 2,
        empty: bool = False,
    ) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="stack-"))
        self.directory.chmod(0o755)
        self.var, self.etc, self.backups = (self.directory / name for name in ("var", "etc", "backups"))
        self.sockets, self.logs, self.memory = (self.directory / name for name in ("run", "log", "shm"))
        self.safe = self.directory / "safe"  # where the key file's parcel lies
        for place in (self.var, self.etc, self.backups, self.safe, self.sockets, self.logs, self.memory):
            place.mkdir(mode=0o750)
        self.places = {
            "/run/counselling": self.sockets,
            "/run/credentials": self.directory / "credentials",
            "/etc/counselling": self.etc,
            "/var/lib/counselling": self.var,
            "/var/backups/counselling": self.backups,
            "/opt/counselling/src": environment.ROOT,
            "/dev/shm": self.memory,  # noqa: S108 -- a string that the units have
        }
        identity = pyrage.x25519.Identity.generate()
        self.recipient, self.identity = str(identity.to_public()), self.directory / "identity"
        self.identity.write_text(f"{identity}\n")
        self.postgres = Postgres(
            DEPLOY / "postgresql" / "counselling.conf", like=None if empty else once.cluster(os.environ)
        )
        self.redis = Redis(DEPLOY / "redis" / "redis.conf")
        self.relay = Relay(configuration=DEPLOY / "coturn" / "turnserver.conf")
        site = DEPLOY / "nginx" / "counselling.conf"
        self.nginx = Nginx(site, self.directory / "nginx", self.places, processes=processes)
        self.url = f"https://{NAME}:{self.nginx.https_port}"
        self._write_settings(DEPLOY / "env.sample", settings or {})
        self.web = [self._web(DEPLOY / "systemd" / "counselling@.service", str(1 + n)) for n in range(processes)]
        self.ground = Ground(settings=self.settings_of_commands)
        self.front = Front(self.ground, self.url)

    @property
    def settings(self) -> dict[str, str]:
        """What the file of settings says."""
        return assignments((self.etc / "env").read_text())

    @property
    def settings_of_commands(self) -> dict[str, str]:
        """The same for an administrator's command, which reads the key file itself: deploy/counselling.sh."""
        return {"COUNSELLING_KEY_FILE": str(self.key_file), **self.settings}

    @property
    def parts(self) -> dict[str, Part]:
        """By name, in the order in which they start."""
        every: list[Part] = [self.postgres, self.redis, self.relay, *self.web, self.nginx]
        return {part.name: part for part in every}

    @property
    def key_file(self) -> Path:
        """The master key file."""
        return self.etc / "master.key"

    def _write_settings(self, sample: Path, more: Mapping[str, str]) -> None:
        """The sample's own text with this machine's values."""
        text = moved(sample.read_text(), self.places)
        values = {
            "COUNSELLING_HOSTS": NAME,
            "COUNSELLING_ORIGINS": self.url,
            "COUNSELLING_BACKUP_RECIPIENT": self.recipient,
            "DATABASE_URL": self.postgres.url,
            "REDIS_URL": self.redis.url,
            **self.relay.settings,
            **more,
        }
        for name, value in values.items():
            text = with_setting(text, name, value)
        (self.etc / "env").write_text(text)

    def _web(self, unit: Path, number: str) -> Web:
        log, credentials = self.logs / f"counselling@{number}", self.directory / "credentials" / number
        return Web(Unit(unit, number, self.places), log, credentials)

    # --- what the administrator does ---------------------------------------------------------------------------------

    def counselling(self, *words: str, typed: str = "", fails: bool = False) -> str:
        """What a command says, given this to read; RuntimeError with what it said when it fails, or does not."""
        done = subprocess.run(
            [*COUNSELLING, *words],
            env=BARE | {"TMPDIR": str(self.memory)} | self.settings_of_commands,
            cwd="/",
            input=typed,
            capture_output=True,
            text=True,
            check=False,
        )
        said = done.stdout + done.stderr
        with (self.logs / "commands").open("a") as log:
            log.write(said)
        if bool(done.returncode) != fails:
            raise RuntimeError(f"counselling {' '.join(words)} ended with {done.returncode}: {said}")
        return said

    def install(self) -> None:
        """Key file, tables, static files, as deploy/install.sh has it; the services run."""
        self.counselling("createkey", str(self.key_file))
        self.counselling("django", "migrate", "--verbosity", "0")
        self.counselling("django", "collectstatic", "--noinput", "--verbosity", "0")

    def lose_everything(self) -> None:
        """As when the machine burns down: database, data, Redis, the key file. Settings and backups lie elsewhere."""
        for part in self.web:
            part.kill()
        self.redis.restart()
        with psycopg.connect(self.postgres.url, autocommit=True) as connection:
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")
        self.key_file.unlink()
        shutil.rmtree(self.var)
        self.var.mkdir(mode=0o750)

    def start(self) -> None:
        """Every part that does not run."""
        for part in self.parts.values():
            part.start()

    def stop(self) -> None:
        """Every part, the last first; what was kept is still there."""
        for part in reversed(self.parts.values()):
            part.stop()

    def __enter__(self) -> Self:
        try:
            self.postgres.start()
            self.redis.start()
            self.nginx.lay_out()
            self.install()
            self.start()
        except BaseException:
            self._tear_down()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._tear_down()

    def _tear_down(self) -> None:
        for part in reversed(self.parts.values()):
            part.end()
        self.ground.__exit__(None, None, None)
        shutil.rmtree(self.directory, ignore_errors=True)

    # --- what is found afterwards ------------------------------------------------------------------------------------

    def written(self) -> dict[str, bytes]:
        """Everything that any part keeps, by where; our own static files hold nothing of anybody."""
        kept = {part.name: part.log.read_bytes() for part in (self.postgres, self.redis, self.relay)}
        kept |= {"redis's keys": self.redis.dump(), "the database": self.postgres.dump()}
        for path in self.directory.rglob("*"):
            if path.is_file() and "static" not in path.parts:
                kept[str(path.relative_to(self.directory))] = path.read_bytes()
        return kept

    def traces(self, *words: str) -> list[str]:
        """`WORD in PLACE` for each of these words in what was written."""
        return [
            f"{word} in {where}" for where, held in self.written().items() for word in words if word.encode() in held
        ]


def with_setting(text: str, name: str, value: str) -> str:
    """The lines of env.sample with another value in the one of this name. KeyError when they do not document it."""
    lines = text.splitlines()
    at = [number for number, line in enumerate(lines) if line.removeprefix("#").startswith(f"{name}=")]
    if not at:
        raise KeyError(name)
    lines[at[0]] = f"{name}={value}"
    return "\n".join(lines) + "\n"
