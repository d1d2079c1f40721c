"""A server process as systemd would start it: the unit's own lines, only its paths moved."""

import re
import shlex
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.support import environment
from tests.support.stack_parts import Program

PROGRAM = "/opt/counselling/venv/bin/counselling"
COUNSELLING = (sys.executable, "-m", "counselling")
# What systemd gives every service, and where the code lies here.
BARE = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONPATH": str(environment.ROOT)}


def moved(text: str, places: Mapping[str, str | Path]) -> str:
    """The text with each literal string replaced by what it is here; what was put in is not looked at again."""
    longest_first = sorted(places, key=len, reverse=True)
    return re.sub("|".join(map(re.escape, longest_first)), lambda found: str(places[found[0]]), text)


def assignments(text: str) -> dict[str, str]:
    """NAME=value by line, as in an environment file."""
    lines = text.splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith(("#", ";")))


class Unit:
    """The lines of a unit for one instance. `places` are paths of a real machine and where they lie here."""

    def __init__(self, path: Path, instance: str, places: Mapping[str, str | Path]) -> None:
        own: dict[str, str | Path] = {"%i": instance, "%d": Path(places["/run/credentials"]) / instance}
        self.instance = instance
        self._lines = list(_lines(moved(path.read_text(), {**places, **own})))

    def every(self, name: str) -> list[str]:
        """All values of this name."""
        return [value for known, value in self._lines if known == name]

    def get(self, name: str) -> str:
        """The last value of this name. KeyError when it has none."""
        return dict(self._lines)[name]

    @property
    def command(self) -> list[str]:
        """ExecStart: our own program by this Python, with the unit's words."""
        program, *words = shlex.split(self.get("ExecStart"))
        if program != PROGRAM:
            raise ValueError(f"the unit starts {program}")
        return [*COUNSELLING, *words]

    @property
    def environment(self) -> dict[str, str]:
        """The lines, then the files, which win: systemd.exec(5)."""
        found = dict(BARE)
        for line in self.every("Environment"):
            found |= dict(word.split("=", 1) for word in shlex.split(line))
        for path in self.every("EnvironmentFile"):
            found |= assignments(Path(path.removeprefix("-")).read_text())
        return found

    def place_credentials(self, directory: Path) -> dict[str, str]:
        """LoadCredential: a copy of each for this instance alone; the variable that names where they lie."""
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir(parents=True, mode=0o700)
        for line in self.every("LoadCredential"):
            name, _, source = line.partition(":")
            shutil.copyfile(source, directory / name)
            (directory / name).chmod(0o400)
        return {"CREDENTIALS_DIRECTORY": str(directory)}


def _lines(text: str) -> Iterator[tuple[str, str]]:
    for line in text.replace("\\\n", " ").splitlines():
        name, found, value = line.partition("=")
        if found and not line.startswith(("#", ";", "[")):
            yield name.strip(), value.strip()


class Web(Program):
    """`counselling@N.service`: one server process at its Unix socket."""

    def __init__(self, unit: Unit, log: Path, credentials: Path) -> None:
        super().__init__(f"counselling@{unit.instance}", log)
        self.unit, self.credentials = unit, credentials
        self.stop_seconds = float(unit.get("TimeoutStopSec"))
        self.socket = Path(unit.command[unit.command.index("--socket") + 1])

    @property
    def environment(self) -> dict[str, str]:
        """What the process finds in its environment."""
        return self.unit.environment

    def launched(self) -> subprocess.Popen[bytes]:
        places = self.unit.place_credentials(self.credentials)
        return self.popen(self.unit.command, self.environment | places, umask=int(self.unit.get("UMask"), 8))

    def answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as knock:
            return knock.connect_ex(str(self.socket)) == 0
