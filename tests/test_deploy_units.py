"""deploy/systemd: the units start what exists, with few rights, as deploy/ documents it; and who erases on time.

A real systemd was tried by hand: deploy/README.md says when, and what came of it.
"""

import contextlib
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from configparser import ConfigParser
from pathlib import Path

import pytest

from chat import pulse
from counselling.__main__ import VERBS
from tests.support import environment
from tests.support.server import Ground, Server
from tests.support.services import HOST, answers, wait_until
from tests.test_settings_documented import documented, read_by_settings

DEPLOY = environment.ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
SERVICES = [path for path in UNITS if path.suffix == ".service"]
TIMERS = [path for path in UNITS if path.suffix == ".timer"]
# A template is looked at as one of its instances.
INSTANCE = {"counselling@.service": "counselling@1.service"}
MOST_EXPOSED = 2.0  # of 10, as systemd counts; its own word for this is OK
HARDENED = {
    "User": "counselling",
    "LoadCredential": "master.key:/etc/counselling/master.key",
    "Environment": "COUNSELLING_KEY_FILE=%d/master.key TMPDIR=/dev/shm",
    "NoNewPrivileges": "yes",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "CapabilityBoundingSet": "",
    "MemoryDenyWriteExecute": "yes",
    "LimitCORE": "0",
    "MemorySwapMax": "0",
}

# One chat was closed two days ago, another is going on.
CLOSED_LONG_AGO = """
import django; django.setup()
from datetime import timedelta
from django.utils import timezone
from counselling.cases.domain import closing
from counselling.cases.models import Case
from tests.support import world
team = world.team()
birke = world.counsellor(team, "Birke", capacity=2)
over, running = (world.chat(team, birke) for _ in range(2))
closing.end(over.seeker, over.case)
Case.objects.filter(pk=over.case).update(closed_at=timezone.now() - timedelta(days=2))
"""
WITHOUT_WRITE_AND_RUN = """
import ctypes, mmap, sys
if ctypes.CDLL(None).prctl(65, 1, 0, 0, 0):
    sys.exit(print("unknown"))
try:
    mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
except OSError:
    pass
else:
    sys.exit("the walls do not stand")
import argon2, cryptography, PIL.Image, psycopg, pypdf, pyrage, typst, daphne.server
print(argon2.PasswordHasher().verify(argon2.PasswordHasher().hash("x"), "x"))
"""


def read(path: Path) -> ConfigParser:
    """A unit as systemd reads it: names keep their capitals, a percent sign is nothing special here."""
    unit = ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]  # as the library documents
    unit.read_string(path.read_text(encoding="utf-8"))
    return unit


def named(path: Path) -> str:
    return path.name


def test_all_are_there() -> None:
    names = {"counselling@.service", "counselling.target"}
    for kind in ("prune", "backup"):
        names |= {f"counselling-{kind}.service", f"counselling-{kind}.timer"}

    assert {path.name for path in UNITS} == names


@pytest.mark.parametrize("path", SERVICES, ids=named)
def test_service_starts_a_command_that_exists(path: Path) -> None:
    program, verb, *_ = read(path)["Service"]["ExecStart"].split()

    assert program == "/opt/counselling/venv/bin/counselling"
    assert verb in VERBS


@pytest.mark.parametrize("path", SERVICES, ids=named)
def test_service_has_no_more_rights_than_it_needs(path: Path) -> None:
    service = read(path)["Service"]

    assert {name: service.get(name) for name in HARDENED} == HARDENED
    sample = environment.sample()
    assert service["ReadWritePaths"] == f"{sample['COUNSELLING_VAR']} -{sample['COUNSELLING_BACKUP_DIRECTORY']}"


@pytest.mark.parametrize("path", SERVICES, ids=named)
def test_every_variable_of_a_service_is_documented(path: Path) -> None:
    """Its file is the one that env.sample is copied to, and whatever a unit sets by itself stands there too."""
    service = read(path)["Service"]
    first_line = (DEPLOY / "env.sample").read_text(encoding="utf-8").splitlines()[0]
    own = {setting.partition("=")[0] for setting in service["Environment"].split()} - {"TMPDIR"}

    assert f"Copy to {service['EnvironmentFile']} " in first_line
    assert set(environment.sample()) | own <= set(documented()) & read_by_settings()


@pytest.mark.parametrize("path", SERVICES, ids=named)
def test_settings_leave_the_key_file_to_the_unit(path: Path) -> None:
    """The file of settings would win over the unit's own line: systemd.exec(5)."""
    own = {setting.partition("=")[0] for setting in read(path)["Service"]["Environment"].split()}

    assert not own & set(environment.sample())


@pytest.mark.parametrize("path", TIMERS, ids=named)
def test_timer_starts_its_service_and_makes_up_for_what_it_missed(path: Path) -> None:
    unit = read(path)

    assert unit["Timer"]["Persistent"] == "true"
    assert unit["Install"]["WantedBy"] == "timers.target"
    assert path.with_suffix(".service") in SERVICES


def test_erasing_is_every_hour_and_backup_every_night() -> None:
    when = {path.stem: read(path)["Timer"]["OnCalendar"] for path in TIMERS}

    assert when == {"counselling-prune": "hourly", "counselling-backup": "*-*-* 03:30"}


def test_processes_share_a_directory_that_outlives_each_of_them() -> None:
    """nginx reaches the sockets through the group, and nobody else does."""
    service = read(DEPLOY / "systemd" / "counselling@.service")["Service"]
    socket = service["ExecStart"].split()[-1]

    assert socket == f"/run/{service['RuntimeDirectory']}/%i.sock"
    assert socket.replace("%i", "1") in (DEPLOY / "nginx" / "counselling.conf").read_text()
    assert service["RuntimeDirectoryPreserve"] == "yes"
    assert (service["RuntimeDirectoryMode"], service["UMask"]) == ("0750", "0007")


def test_stopping_has_more_time_than_the_server_takes() -> None:
    service = read(DEPLOY / "systemd" / "counselling@.service")["Service"]

    assert int(service["TimeoutStopSec"]) >= 20
    assert service["Restart"] == "on-failure"


@pytest.mark.parametrize("path", UNITS, ids=named)
def test_readme_tells_of_every_unit(path: Path) -> None:
    assert path.stem in (DEPLOY / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The units, starting a program which is there: /opt/counselling is not on the machine of the tests."""
    place = tmp_path_factory.mktemp("units")
    for path in UNITS:
        text = path.read_text(encoding="utf-8").replace("/opt/counselling/venv/bin/counselling", sys.executable)
        (place / path.name).write_text(text, encoding="utf-8")
        if path.name in INSTANCE:
            (place / INSTANCE[path.name]).write_text(text, encoding="utf-8")
    return place


def analyze(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """`systemd-analyze` with these words."""
    return subprocess.run(
        ["systemd-analyze", *map(str, words)], capture_output=True, text=True, check=False, timeout=60
    )


def test_systemd_finds_nothing_wrong(copies: Path) -> None:
    done = analyze("verify", "--man=no", *(copies / INSTANCE.get(path.name, path.name) for path in UNITS))

    said = [line for line in (done.stdout + done.stderr).splitlines() if "counselling" in line]
    assert (done.returncode, said) == (0, [])


@pytest.mark.parametrize("path", SERVICES, ids=named)
def test_systemd_calls_it_hardly_exposed(copies: Path, path: Path) -> None:
    done = analyze("security", "--offline=true", "--no-pager", copies / INSTANCE.get(path.name, path.name))

    [level] = re.findall(r"Overall exposure level for \S+: ([\d.]+) OK", done.stdout)
    assert float(level) <= MOST_EXPOSED


def test_our_libraries_live_without_memory_that_is_written_and_run() -> None:
    """MemoryDenyWriteExecute=yes, by the kernel's own word for it (PR_SET_MDWE, Linux 6.3)."""
    done = subprocess.run([sys.executable, "-c", WITHOUT_WRITE_AND_RUN], capture_output=True, text=True, check=False)
    if done.stdout == "unknown\n":
        pytest.skip("this kernel is older than 6.3")

    assert (done.returncode, done.stdout, done.stderr) == (0, "True\n", "")


@pytest.fixture
def due() -> Iterator[Ground]:
    """A server's place with two chats, of which one should be gone."""
    with Ground(settings={"COUNSELLING_COUNSELLOR_GRACE_SECONDS": "1"}) as ground:
        ground.run("-c", CLOSED_LONG_AGO)
        assert chats(ground) == 2
        yield ground


def chats(ground: Ground) -> int:
    with contextlib.closing(sqlite3.connect(ground.directory / "counselling.sqlite3", timeout=30)) as database:
        return int(database.execute("SELECT count(*) FROM cases_case").fetchone()[0])


def test_server_erases_what_is_due_by_itself(due: Ground) -> None:
    """Once its grace period is over, and every hour after that."""
    with Server(due):
        wait_until(lambda: chats(due) == 1, seconds=60, what="the erasing")


@pytest.mark.long  # it takes ten seconds to set its stage
def test_demo_does_too(due: Ground) -> None:
    command = [sys.executable, "-m", "counselling", "demo", "--port", str(due.port)]
    with subprocess.Popen(command, env=due.environment, cwd=environment.ROOT, stdout=subprocess.DEVNULL) as demo:
        try:
            wait_until(lambda: answers(HOST, due.port), seconds=60, what="the demo")
            wait_until(lambda: chats(due) == 1, seconds=60, what="the erasing")
        finally:
            demo.terminate()


def test_servers_erase_every_hour() -> None:
    assert pulse.PRUNE_EVERY == 3600
