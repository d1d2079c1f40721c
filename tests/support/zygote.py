"""A process with Django ready that forks for each of a ground's test scripts: starting Python each time costs a second.

`python -m tests.support.zygote` reads one JSON list of words a line (`["tests.e2e.desk_seed", "…"]` or `["-c", code]`),
runs them as a process of its own would, and answers one line {"code": exit code, "said": output and errors}.
"""

import json
import os
import runpy
import sys
import tempfile
import traceback
from typing import IO

import django


def serve(orders: IO[str], answers: IO[str]) -> None:
    """Until the orders end."""
    for line in orders:
        words = json.loads(line)
        with tempfile.TemporaryFile("w+") as said:
            child = os.fork()
            if child == 0:
                _become(words, said)
            _, status = os.waitpid(child, 0)
            said.seek(0)
            answer = {"code": os.waitstatus_to_exitcode(status), "said": said.read()}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def _become(words: list[str], said: IO[str]) -> None:
    """The child: as `python -m …` or `python -c …`, its output into the file."""
    code = 1
    try:
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
