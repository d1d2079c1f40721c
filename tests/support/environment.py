"""The ground the suite stands on: keys, data and settings of its own, laid before Django reads them.

`python -m tests.support.environment [--sample] COMMAND …` runs a command on such ground; with --sample under the
settings of deploy/env.sample, as a real server would.
"""

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from counselling.vault import master
from deploy import messages

ROOT = Path(__file__).resolve().parent.parent.parent
MEMORY_BYTES = 8 * 1024**3
SAMPLE = ROOT / "deploy" / "env.sample"


def prepare() -> Path:
    """Point every setting at a fresh temporary directory, make its key file, and return it; it goes when we go.

    `DATABASE_URL` and `REDIS_URL` are taken as given: so the same suite runs on PostgreSQL and Redis. Of Redis, each
    of several test processes takes the database of its number, since a test may empty its own.
    """
    if os.environ.get("REDIS_URL") and (worker := os.environ.get("PYTEST_XDIST_WORKER", "").removeprefix("gw")):
        os.environ["REDIS_URL"] = urlsplit(os.environ["REDIS_URL"])._replace(path=f"/{int(worker) + 1}").geturl()
    var = Path(tempfile.mkdtemp(prefix="counselling-tests-"))
    atexit.register(shutil.rmtree, var, ignore_errors=True)
    forget_settings()
    os.environ.update(settings_for(var))
    os.environ["DJANGO_SETTINGS_MODULE"] = "counselling.settings"
    master.create(var / "master.key")
    (var / "static").mkdir()
    messages.compile_stale()
    return var


def stay_in_memory() -> None:
    """Let everything that tests write lie in memory, where there is room: waiting for the disk is half of their time.

    No test pulls the plug; what is killed here finds its files as it left them. A TMPDIR that was given is kept.
    """
    memory = Path("/dev/shm")  # noqa: S108 -- a directory of our own is made in it
    if "TMPDIR" in os.environ or not memory.is_dir() or shutil.disk_usage(memory).free < MEMORY_BYTES:
        return
    for left in memory.glob("counselling-*"):  # of runs that were killed
        if not Path("/proc", left.name.rpartition("-")[2]).exists():
            shutil.rmtree(left, ignore_errors=True)
    ours = memory / f"counselling-{os.getpid()}"
    ours.mkdir(mode=0o755)  # PostgreSQL's user passes through
    atexit.register(shutil.rmtree, ours, ignore_errors=True)
    os.environ["TMPDIR"] = str(ours)
    tempfile.tempdir = None


def forget_settings() -> None:
    """A developer's own COUNSELLING_ variables must not decide a test."""
    for name in [name for name in os.environ if name.startswith("COUNSELLING_")] + ["PORT"]:
        os.environ.pop(name, None)


def settings_for(var: Path) -> dict[str, str]:
    """The environment of a test process: plain http, no proof of work unless a test asks for it."""
    return {**places_in(var), "COUNSELLING_DEMO": "1", "COUNSELLING_PROOF_OF_WORK": "0"}


def places_in(var: Path) -> dict[str, str]:
    """Where a server of ours keeps its things."""
    return {
        "COUNSELLING_VAR": str(var),
        "COUNSELLING_KEY_FILE": str(var / "master.key"),
        "COUNSELLING_STATIC": str(var / "static"),
    }


def sample() -> dict[str, str]:
    """What deploy/env.sample sets."""
    lines = SAMPLE.read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def main(words: Sequence[str]) -> int:
    """Run the command; its exit code is ours."""
    var = prepare()
    command = list(words)
    if command[0] == "--sample":
        forget_settings()
        os.environ.update(sample() | places_in(var))
        command = command[1:]
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
