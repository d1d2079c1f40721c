"""A process with Django ready that forks for each of a ground's programs: starting Python each time costs a second.

`python -m tests.support.zygote` reads one JSON order a line: {"words": ["tests.e2e.desk_seed", "…"] or ["-c", code],
"log": path or null, "typed": what they read, "seconds": number or null}. It runs the words as a process of its own
would. Without a log it waits for their end, by SIGKILL after so many seconds, and answers {"code": exit code, "said":
output and errors}; with one it appends what they say to it and answers {"pid": number}.
"""

import json
import os
import runpy
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from subprocess import PIPE, Popen, TimeoutExpired
from typing import IO, Any, Self

import django

FOREVER = 3600.0


class Zygote:
    """The process, as its ground sees it."""

    def __init__(self, environ: dict[str, str], cwd: Path) -> None:
        self.environ = environ
        self._process = Popen(
            [sys.executable, "-m", "tests.support.zygote"], env=environ, cwd=cwd, stdin=PIPE, stdout=PIPE, text=True
        )

    def run(self, *words: str, typed: str = "", kill_after: float | None = None) -> tuple[int, str]:
        """A module's exit code and all it says; -9 when it was killed after so many seconds, unfinished."""
        answer = self._order(words, None, typed=typed, seconds=kill_after)
        return answer["code"], str(answer["said"])

    def start(self, *words: str, log: Path) -> "Fork":
        """A module that runs until it is ended; what it says is appended to the log."""
        return Fork(self._order(words, str(log))["pid"])

    def end(self) -> None:
        """No more orders; what was started goes on."""
        self._process.communicate()

    def _order(
        self, words: Sequence[str], log: str | None, *, typed: str = "", seconds: float | None = None
    ) -> dict[str, Any]:
        orders, answers = self._process.stdin, self._process.stdout
        assert orders
        assert answers
        orders.write(json.dumps({"words": words, "log": log, "typed": typed, "seconds": seconds}) + "\n")
        orders.flush()
        answer: dict[str, Any] = json.loads(answers.readline())
        return answer


class Fork:
    """A process that another one started, with what tests ask of a `Popen`."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def poll(self) -> int | None:
        """None while it runs; how it ended only its parent knows."""
        try:
            state = Path(f"/proc/{self.pid}/stat").read_text().rpartition(") ")[2][:1]
        except (FileNotFoundError, ProcessLookupError):
            return 0
        return 0 if state in "ZX" else None

    def wait(self, seconds: float = FOREVER) -> None:
        """Return when it has ended; TimeoutExpired when it does not."""
        end = time.monotonic() + seconds
        while self.poll() is None:
            if time.monotonic() > end:
                raise TimeoutExpired(str(self.pid), seconds)
            time.sleep(0.01)

    def send_signal(self, number: int) -> None:
        """Safe after its end."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def kill(self) -> None:
        """By SIGKILL."""
        self.send_signal(signal.SIGKILL)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self.wait()


def serve(orders: IO[str], answers: IO[str]) -> None:
    """Until the orders end."""
    for line in orders:
        order = json.loads(line)
        answer = _started(order) if order["log"] else _ended(order)
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
        with suppress(ChildProcessError):  # nothing that ended stays as a zombie for long
            os.waitpid(-1, os.WNOHANG)


def _started(order: dict[str, Any]) -> dict[str, Any]:
    with open(order["log"], "a") as said:  # noqa: PTH123 -- a descriptor is wanted
        return {"pid": _child(order, said)}


def _ended(order: dict[str, Any]) -> dict[str, Any]:
    with tempfile.TemporaryFile("w+") as said:
        status = _waited(_child(order, said), order["seconds"])
        said.seek(0)
        return {"code": os.waitstatus_to_exitcode(status), "said": said.read()}


def _waited(child: int, seconds: float | None) -> int:
    """How it ended, by itself or after so many seconds by us."""
    if seconds is None:
        return os.waitpid(child, 0)[1]
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            return status
        time.sleep(0.001)
    os.kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1]


def _child(order: dict[str, Any], said: IO[str]) -> int:
    with tempfile.TemporaryFile("w+") as typed:
        typed.write(order["typed"])
        typed.seek(0)
        child = os.fork()
        if child == 0:
            _become(order["words"], typed, said)
        return child


def _become(words: list[str], typed: IO[str], said: IO[str]) -> None:
    """The child: as `python -m …` or `python -c …`, reading one file and writing into the other."""
    code = 1
    try:
        os.dup2(typed.fileno(), 0)
        sys.stdin = os.fdopen(0)  # the old one has read ahead in the orders
        os.dup2(said.fileno(), 1)
        os.dup2(said.fileno(), 2)
        sys.argv = words if words[0] != "-c" else ["-c", *words[2:]]
        if words[0] == "-c":
            exec(compile(words[1], "<words>", "exec"), {"__name__": "__main__"})  # noqa: S102 -- the test's own code
        else:
            runpy.run_module(words[0], run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(bool(end.code))
    except BaseException:  # noqa: BLE001 -- as the interpreter's own end
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    answers = os.fdopen(os.dup(1), "w")
    django.setup()
    import counselling.urls  # noqa: F401 -- everything is imported before the first fork

    serve(sys.stdin, answers)
