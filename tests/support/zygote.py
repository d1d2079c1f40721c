"""A process with Django ready that forks for each of a ground's programs: starting Python each time costs a second.

`python -m tests.support.zygote` reads one JSON order a line: {"words": ["tests.e2e.desk_seed", "…"] or ["-c", code],
"log": path or null}. It runs the words as a process of its own would. Without a log it waits for their end and answers
{"code": exit code, "said": output and errors}; with one it appends what they say to it and answers {"pid": number}.
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

    def run(self, *words: str) -> tuple[int, str]:
        """A module's exit code and all it says."""
        answer = self._order(words, None)
        return answer["code"], str(answer["said"])

    def start(self, *words: str, log: Path) -> "Fork":
        """A module that runs until it is ended; what it says is appended to the log."""
        return Fork(self._order(words, str(log))["pid"])

    def end(self) -> None:
        """No more orders; what was started goes on."""
        self._process.communicate()

    def _order(self, words: Sequence[str], log: str | None) -> dict[str, Any]:
        orders, answers = self._process.stdin, self._process.stdout
        assert orders
        assert answers
        orders.write(json.dumps({"words": words, "log": log}) + "\n")
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
        answer = _started(order["words"], order["log"]) if order["log"] else _ended(order["words"])
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
        with suppress(ChildProcessError):  # nothing that ended stays as a zombie for long
            os.waitpid(-1, os.WNOHANG)


def _started(words: list[str], log: str) -> dict[str, Any]:
    with open(log, "a") as said:  # noqa: PTH123 -- a descriptor is wanted
        return {"pid": _child(words, said)}


def _ended(words: list[str]) -> dict[str, Any]:
    with tempfile.TemporaryFile("w+") as said:
        _, status = os.waitpid(_child(words, said), 0)
        said.seek(0)
        return {"code": os.waitstatus_to_exitcode(status), "said": said.read()}


def _child(words: list[str], said: IO[str]) -> int:
    child = os.fork()
    if child == 0:
        _become(words, said)
    return child


def _become(words: list[str], said: IO[str]) -> None:
    """The child: as `python -m …` or `python -c …`, its output into the file."""
    code = 1
    try:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
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
