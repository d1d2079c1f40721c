"""deploy/Containerfile and deploy/compose.yaml, by real linters; and that their parts fit each other and the code.

What was built and run by hand, and what never: deploy/README.md.
"""

import re
import shutil
import socketserver
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.support import environment
from tests.support.services import HOST, free_port
from tests.support.stack_nginx import EXAMPLE, NAME, make_certificate
from tests.support.stack_unit import moved

DEPLOY = environment.ROOT / "deploy"
CONTAINERFILE, COMPOSE = DEPLOY / "Containerfile", DEPLOY / "compose.yaml"
ALIVE = DEPLOY / "alive.py"
PARTS: dict[str, Any] = YAML(typ="safe").load(COMPOSE.read_text())
SERVICES: dict[str, dict[str, Any]] = PARTS["services"]
WRITES = ("sockets", "var", "backups", "database", "database-socket")
NEEDED = {"coturn": ["NET_BIND_SERVICE"]}  # a capability in a program's file is asked for even where it is not used
LENT = {"./site.conf", "./certificate", "./turnserver.conf"}  # made by whoever installs it


def lint(program: str, *words: str | Path) -> tuple[int, str]:
    """Exit code and words of a linter that pip installed beside this Python."""
    found = shutil.which(program, path=f"{Path(sys.executable).parent}:{Path(sys.prefix) / 'bin'}")
    assert found, f"{program} is missing: make .venv/dev"
    done = subprocess.run([found, *map(str, words)], capture_output=True, text=True, check=False, timeout=60)
    return done.returncode, done.stdout + done.stderr


def test_hadolint_finds_nothing() -> None:
    assert lint("hadolint", CONTAINERFILE) == (0, "")


def test_compose_file_fits_the_compose_specification() -> None:
    code, said = lint("check-jsonschema", "--builtin-schema", "vendor.compose-spec", COMPOSE)

    assert code == 0, said


def test_linters_would_find_something(tmp_path: Path) -> None:
    (tmp_path / "Containerfile").write_text("FROM python\nRUN sudo cd /tmp\n")
    (tmp_path / "compose.yaml").write_text("services: {web: {read_only: perhaps, imagine: x}}\n")

    assert lint("hadolint", tmp_path / "Containerfile")[0] == 1
    assert lint("check-jsonschema", "--builtin-schema", "vendor.compose-spec", tmp_path / "compose.yaml")[0] == 1


@pytest.mark.parametrize("name", SERVICES)
def test_container_has_no_rights_and_writes_nowhere(name: str) -> None:
    service = SERVICES[name]

    assert service["read_only"] is True
    assert (service["cap_drop"], service["security_opt"]) == (["ALL"], ["no-new-privileges:true"])
    assert not {"privileged", "pid", "ipc", "devices"} & set(service)
    assert service.get("cap_add", []) == NEEDED.get(name, [])
    assert service["ulimits"]["core"] == 0
    assert service.get("user", "10001:10001").split(":")[0] not in {"root", "0"}
    sources = {volume.partition(":")[0] for volume in service["volumes"] if not volume.endswith(":ro")}
    assert sources <= set(WRITES)


@pytest.mark.parametrize("name", SERVICES)
def test_container_is_given_only_what_is_there(name: str) -> None:
    mounted = {volume.split(":")[0] for volume in SERVICES[name]["volumes"] if volume.startswith("./")} - LENT

    assert [path for path in mounted if not (DEPLOY / path).exists()] == []
    assert set(SERVICES[name].get("networks", [])) <= set(PARTS["networks"])


def test_only_nginx_and_the_relay_face_outside() -> None:
    assert {name for name, service in SERVICES.items() if "ports" in service} == {"nginx"}
    assert {name for name, service in SERVICES.items() if service.get("network_mode") == "host"} == {"coturn"}
    assert PARTS["networks"]["inside"] == {"internal": True}
    assert SERVICES["redis"]["networks"] == ["inside"]
    assert SERVICES["postgres"]["network_mode"] == "none"


def test_redis_finds_its_directory() -> None:
    """It goes there as soon as it reads that line of its file, whatever is said behind it."""
    [place] = re.findall(r"^dir (\S+)$", (DEPLOY / "redis" / "redis.conf").read_text(), re.MULTILINE)

    assert place in {mount.partition(":")[0] for mount in SERVICES["redis"]["tmpfs"]}


def test_image_is_nobodys_root_and_pinned() -> None:
    said = CONTAINERFILE.read_text()

    assert re.search(r"^ARG BASE=\S+/python:3\.1[1-9]-slim-\w+$", said, re.MULTILINE)
    assert re.findall(r"^USER (\S+)$", said, re.MULTILINE) == ["10001:10001"]
    assert said.index("\nUSER ") < said.index("\nENTRYPOINT ")
    assert [image for image in images() if not re.search(r":\d+(\.\d+)*(-\w+)?$", image)] == []


def images() -> list[str]:
    """What is pulled; our own is built."""
    return [service["image"] for service in SERVICES.values() if "build" not in service]


def test_image_holds_every_package_and_no_secret() -> None:
    """What it copies is what the project is made of, and what lies about in deploy/ stays outside."""
    copied = set(re.findall(r"^COPY (\w+) \1$", CONTAINERFILE.read_text(), re.MULTILINE))
    ignored = (DEPLOY / "Containerfile.dockerignore").read_text().splitlines()

    assert copied >= {"counselling", "chat", "blended", "templates", "locale", "deploy"}
    assert {f"!{name}" for name in copied} <= set(ignored)
    assert ignored[1] == "*"
    assert {"deploy/secrets", "deploy/env"} | {f"deploy/{name.removeprefix('./')}" for name in LENT} <= set(ignored)


def test_sockets_are_those_that_nginx_knows() -> None:
    site = (DEPLOY / "nginx" / "counselling.conf").read_text()
    sockets = [SERVICES[name]["command"][-1] for name in ("web1", "web2")]

    assert re.findall(r"^\s*server unix:(\S+) ", site, re.MULTILINE) == sockets
    assert [SERVICES[name]["healthcheck"]["test"][-1] for name in ("web1", "web2")] == sockets


@pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not installed here")
def test_nginx_takes_its_main_file(tmp_path: Path) -> None:
    (tmp_path / "certificate").mkdir()
    make_certificate(tmp_path / "certificate")
    site = {
        f"/etc/letsencrypt/live/{EXAMPLE}": tmp_path / "certificate",
        EXAMPLE: NAME,
        "listen 443": f"listen {HOST}:{free_port()}",
        "listen [::]:443": f"listen {HOST}:{free_port()}",
        "listen 80": f"listen {HOST}:{free_port()}",
        "listen [::]:80": f"listen {HOST}:{free_port()}",
    }
    (tmp_path / "site.conf").write_text(moved((DEPLOY / "nginx" / "counselling.conf").read_text(), site))
    main = {"/etc/nginx/site.conf": tmp_path / "site.conf", "/tmp/": f"{tmp_path}/"}  # noqa: S108 -- a string of the file
    (tmp_path / "nginx.conf").write_text(moved((DEPLOY / "nginx" / "container.conf").read_text(), main))

    done = subprocess.run(
        ["nginx", "-t", "-c", tmp_path / "nginx.conf"], capture_output=True, text=True, check=False, timeout=60
    )

    assert (done.returncode, "[warn]" in done.stderr) == (0, False), done.stderr


class Answer(socketserver.BaseRequestHandler):
    """Says what the test wants said."""

    said = b""

    def handle(self) -> None:
        self.request.recv(1024)
        self.request.sendall(self.said)


@pytest.mark.parametrize(
    ("said", "code"), [(b"HTTP/1.0 200 OK\r\n\r\n", 0), (b"HTTP/1.0 503 Service Unavailable\r\n\r\n", 1), (b"", 1)]
)
def test_alive_is_who_says_so(tmp_path: Path, said: bytes, code: int) -> None:
    path = tmp_path / "1.sock"
    answer = type("Said", (Answer,), {"said": said})
    with socketserver.UnixStreamServer(str(path), answer) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        done = subprocess.run([sys.executable, ALIVE, path], check=False, timeout=60)
        thread.join()

    assert done.returncode == code


def test_alive_is_not_who_is_not_there(tmp_path: Path) -> None:
    assert subprocess.run([sys.executable, ALIVE, tmp_path / "2.sock"], check=False, timeout=60).returncode == 1
