"""A missing, damaged, open or wrong key file stops the start with one clear sentence."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from counselling.vault import master
from tests.support import environment
from tests.support.browser import Browser
from tests.support.server import Ground, Server

pytestmark = [pytest.mark.faults, pytest.mark.timeout(120)]


def write(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o400)


def create_for_all(path: Path) -> None:
    master.create(path)
    path.chmod(0o444)


FAULTS: dict[str, Callable[[Path], None]] = {
    "missing": lambda path: None,
    "empty": lambda path: write(path, ""),
    "damaged": lambda path: write(path, "k1 dG9vIHNob3J0\n"),
    "a directory": Path.mkdir,
    "readable by others": create_for_all,
    "of another server": master.create,
}


@pytest.fixture(scope="module")
def used(embedded: Ground) -> Ground:
    """A server that ran once with its own key."""
    embedded.seed("--pairs", "1")
    with Server(embedded):
        return embedded


@pytest.mark.parametrize("fault", FAULTS)
def test_server_refuses_to_start(used: Ground, fault: str, tmp_path: Path) -> None:
    key = tmp_path / "other.key"
    FAULTS[fault](key)
    settings = used.environment | {"COUNSELLING_KEY_FILE": str(key)}
    command = [sys.executable, "-m", "counselling", "serve", "--host", "127.0.0.1", "--port", str(used.port)]

    ended = subprocess.run(
        command, env=settings, cwd=environment.ROOT, capture_output=True, text=True, timeout=30, check=False
    )

    said = (ended.stdout + ended.stderr).strip()
    assert ended.returncode not in {0, -9}
    assert "Traceback" not in said
    assert len(said.splitlines()) == 1
    assert "key" in said


def test_server_starts_again_with_its_own_key(used: Ground) -> None:
    with Server(used) as server:
        assert Browser(server.url).get("/help/").status == 200
