"""Erasing on time: the demo does it by itself, and the systemd units start what exists, as deploy/ documents it.

That the units run on a real machine is for the operations issue.
"""

import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

from chat import pulse
from counselling.__main__ import VERBS
from tests.support import environment
from tests.support.server import Ground
from tests.support.services import HOST, answers, wait_until
from tests.test_settings_documented import documented, read_by_settings

DEPLOY = environment.ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
SERVICES = [path for path in UNITS if path.suffix == ".service"]
TIMERS = [path for path in UNITS if path.suffix == ".timer"]
HARDENED = {
    "User": "counselling",
    "NoNewPrivileges": "yes",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "CapabilityBoundingSet": "",
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
STATES = """
import django; django.setup()
from counselling.cases.models import Case
print(*Case.objects.values_list("state", flat=True))
"""


def read(path: Path) -> ConfigParser:
    """A unit as systemd reads it: names keep their capitals, a percent sign is nothing special here."""
    unit = ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]  # as the library documents
    unit.read_string(path.read_text(encoding="utf-8"))
    return unit


def named(path: Path) -> str:
    return path.name


def test_prune_has_its_service_and_its_timer() -> None:
    assert {path.name for path in UNITS} >= {"counselling-prune.service", "counselling-prune.timer"}


@pytest.mark.parametrize("path", SERVICES, ids=named)
def test_service_starts_a_command_that_exists(path: Path) -> None:
    program, verb, *_ = read(path)["Service"]["ExecStart"].split()

    assert program == "/opt/counselling/venv/bin/counselling"
    assert verb in VERBS


@pytest.mark.parametrize("path", SERVICES, ids=named)
def test_service_has_no_more_rights_than_it_needs(path: Path) -> None:
    service = read(path)["Service"]

    assert {name: service.get(name) for name in HARDENED} == HARDENED
    assert service["ReadWritePaths"] == environment.sample()["COUNSELLING_VAR"]


@pytest.mark.parametrize("path", SERVICES, ids=named)
def test_every_variable_of_a_service_is_documented(path: Path) -> None:
    """Its file is the one that env.sample is copied to, and whatever a unit sets by itself stands there too."""
    service = read(path)["Service"]
    first_line = (DEPLOY / "env.sample").read_text(encoding="utf-8").splitlines()[0]
    own = {setting.partition("=")[0] for setting in service.get("Environment", "").split()}

    assert f"Copy to {service['EnvironmentFile']} " in first_line
    assert set(environment.sample()) | own <= set(documented()) & read_by_settings()


@pytest.mark.parametrize("path", TIMERS, ids=named)
def test_timer_comes_every_hour_and_makes_up_for_what_it_missed(path: Path) -> None:
    unit = read(path)

    assert (unit["Timer"]["OnCalendar"], unit["Timer"]["Persistent"]) == ("hourly", "true")
    assert unit["Install"]["WantedBy"] == "timers.target"
    assert path.with_suffix(".service") in SERVICES


@pytest.mark.parametrize("path", UNITS, ids=named)
def test_readme_tells_of_every_unit(path: Path) -> None:
    assert path.stem in (DEPLOY / "README.md").read_text(encoding="utf-8")


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed here")
def test_systemd_finds_nothing_wrong(tmp_path: Path) -> None:
    """Copies that start a program which is there: /opt/counselling is not on the machine of the tests."""
    for path in UNITS:
        text = path.read_text(encoding="utf-8").replace("/opt/counselling/venv/bin/counselling", sys.executable)
        (tmp_path / path.name).write_text(text, encoding="utf-8")

    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *(str(tmp_path / path.name) for path in UNITS)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    said = [line for line in (done.stdout + done.stderr).splitlines() if "counselling" in line]
    assert (done.returncode, said) == (0, [])


def test_demo_erases_what_is_due_by_itself() -> None:
    """As every server: once its grace period is over, and every hour after that."""
    with Ground(settings={"COUNSELLING_COUNSELLOR_GRACE_SECONDS": "1"}) as ground:
        ground.run("-c", CLOSED_LONG_AGO)
        command = [sys.executable, "-m", "counselling", "demo", "--port", str(ground.port)]
        with subprocess.Popen(command, env=ground.environment, cwd=environment.ROOT, stdout=subprocess.DEVNULL) as demo:
            try:
                wait_until(lambda: answers(HOST, ground.port), seconds=60, what="the demo")
                wait_until(lambda: len(ground.run("-c", STATES).split()) == 1, seconds=60, what="the erasing")
            finally:
                demo.terminate()


def test_servers_erase_every_hour() -> None:
    assert pulse.PRUNE_EVERY == 3600
