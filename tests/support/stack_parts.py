"""The parts of a production stack as processes that can be stopped, killed and frozen, each from deploy/'s own files.

A frozen part (SIGSTOP) keeps its connections and answers nothing: to the others it looks like a cut cable.
"""

import contextlib
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.support import coturn, services
from tests.support.services import HOST, Missing, answers, wait_until

STOP_SECONDS = 30


def family(pid: int) -> list[int]:
    """A process and all that came from it, parents first; whoever is gone is left out."""
    found = [pid] if Path(f"/proc/{pid}").exists() else []
    for one in found:
        with contextlib.suppress(OSError):
            for task in Path(f"/proc/{one}/task").iterdir():
                found += [int(child) for child in (task / "children").read_text().split()]
    return found


def runs(pid: int) -> bool:
    """Whether it is there, and no zombie."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][:1] not in "ZX"
    return False


class Part:
    """Something that runs: whatever it is, it is stopped, killed and frozen in the same way."""

    name: str

    @property
    def pid(self) -> int:
        """The first process; 0 when it does not run."""
        raise NotImplementedError

    @property
    def log(self) -> Path:
        """The file with what it says."""
        raise NotImplementedError

    def start(self) -> None:
        """Return when it answers. Safe to repeat."""
        raise NotImplementedError

    def stop(self) -> None:
        """As systemd does, frozen or not. Safe to repeat."""
        raise NotImplementedError

    def kill(self) -> None:
        """`kill -9`, frozen or not."""
        raise NotImplementedError

    def end(self) -> None:
        """For good, with what it left."""
        raise NotImplementedError

    def restart(self) -> None:
        """Stop and start."""
        self.stop()
        self.start()

    def freeze(self) -> None:
        """No process of it does anything any more; its connections stay."""
        self.tell(signal.SIGSTOP)

    def thaw(self) -> None:
        """They go on where they were. Safe to repeat."""
        self.tell(signal.SIGCONT)

    @contextlib.contextmanager
    def frozen(self) -> Iterator[None]:
        """Stands still within the block."""
        self.freeze()
        try:
            yield
        finally:
            self.thaw()

    def tell(self, number: signal.Signals) -> None:
        """A signal for every process of it."""
        for pid in family(self.pid) if self.pid else []:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)


class Program(Part):
    """One of our own children; what it says goes to `log`."""

    def __init__(self, name: str, log: Path) -> None:
        self.name, self._log = name, log
        self.process: subprocess.Popen[bytes] | None = None
        self.stop_seconds: float = STOP_SECONDS

    @property
    def pid(self) -> int:
        return self.process.pid if self.process else 0

    @property
    def log(self) -> Path:
        return self._log

    def start(self) -> None:
        """Return when it answers; RuntimeError with its log when it ended instead. Safe to repeat."""
        if self.process:
            return
        self.process = self.launched()
        wait_until(self._ready, seconds=60, what=self.name)

    def stop(self) -> None:
        """As systemd does: ask, wait, kill. RuntimeError when it did not go by itself. Safe to repeat."""
        if not self.process:
            return
        self.thaw()
        self.process.terminate()
        try:
            self.process.wait(self.stop_seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise RuntimeError(f"{self.name} did not stop within {self.stop_seconds} s") from None
        self.process = None

    def kill(self) -> None:
        """`kill -9` of all its processes, frozen or not."""
        if self.process:
            everybody = family(self.pid)
            self.tell(signal.SIGKILL)
            self.process.wait()
            self.process = None
            wait_until(lambda: not any(map(runs, everybody)), seconds=10, what=f"the end of {self.name}")

    def end(self) -> None:
        self.kill()

    def launched(self) -> subprocess.Popen[bytes]:
        """The new process."""
        raise NotImplementedError

    def answers(self) -> bool:
        """Whether it takes connections."""
        raise NotImplementedError

    def popen(
        self, command: list[str], environ: Mapping[str, str], *, umask: int = -1, cwd: Path = Path("/")
    ) -> subprocess.Popen[bytes]:
        """A child with nothing but this environment."""
        with self.log.open("ab") as log:
            return subprocess.Popen(
                command, env=environ, cwd=cwd, umask=umask, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def _ready(self) -> bool:
        if self.process and self.process.poll() is not None:
            self.process = None
            raise RuntimeError(f"{self.name} ended: {self.log.read_text(errors='replace')}")
        return self.answers()


class OfDebian(Part, services.Service):
    """A part with a directory of its own beside the stack's."""

    @property
    def log(self) -> Path:
        return self.directory / "log"

    def end(self) -> None:
        self.__exit__(None, None, None)


class Postgres(services.Postgres, OfDebian):
    """A cluster with deploy/'s lines as a file of its own, where it answers apart."""

    name = "postgresql"

    def __init__(self, lines: Path, *, like: Path | None = None) -> None:
        """Empty, or with a copy of this data directory."""
        asked = re.search(r"^max_connections\s*=\s*(\d+)", lines.read_text(), re.MULTILINE)
        super().__init__(like=like, connections=int(asked[1]) if asked else 100)
        copy = self.directory / lines.name
        copy.write_bytes(lines.read_bytes())
        copy.chmod(0o644)
        with (self.data / "postgresql.conf").open("a") as configuration:
            configuration.write(f"\ninclude '{copy}'\n")

    def start(self) -> None:
        if not answers(HOST, self.port):
            super().start()

    def stop(self, *, gently: bool = False) -> None:
        self.thaw()
        super().stop(gently=gently)

    def kill(self) -> None:
        """Of the postmaster; its children would not notice while they are frozen, so they go on first."""
        self.thaw()
        super().kill()


class Redis(services.Redis, OfDebian):
    """A server with deploy/'s lines; nothing is left of what it knew when it stops."""

    name = "redis"

    def __init__(self, lines: Path) -> None:
        super().__init__()
        self.lines = lines

    @property
    def pid(self) -> int:
        return self.process.pid if self.process else 0

    def start(self) -> None:
        if self.process:
            return
        program = shutil.which("redis-server")
        if not program:
            raise Missing("redis-server is missing: apt-get install redis-server")
        words = ["--port", str(self.port), "--bind", HOST, "--dir", str(self.directory), "--supervised", "no"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen([program, str(self.lines), *words], stdout=log, stderr=log)
        wait_until(lambda: answers(HOST, self.port), seconds=10, what="Redis")

    def kill(self) -> None:
        """`stop` is one already."""
        self.stop()


class Relay(coturn.Relay, OfDebian):
    """coturn; what it prints and where it stands."""

    name = "coturn"

    @property
    def pid(self) -> int:
        return self.process.pid if self.process else 0

    @property
    def log(self) -> Path:
        return self.out

    def kill(self) -> None:
        """`stop` is one already."""
        self.stop()
