"""deploy/prometheus/nginx.conf in a real nginx, before a server on a Unix socket."""

import http.client
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import environment
from tests.support.server import Ground
from tests.support.services import HOST, answers, free_port, wait_until
from tests.upkeep.watching.conftest import ROOMY

pytestmark = [pytest.mark.faults, pytest.mark.timeout(120)]

WHOLE = """
daemon off; master_process off; pid {folder}/pid; error_log {folder}/errors;
events {{ worker_connections 64; }}
http {{
    client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
    uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
    proxy_set_header X-Forwarded-For $remote_addr;  # as other sites of the machine may have it
    {door}
}}
"""


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Short, since the name of a Unix socket has room for a hundred letters."""
    path = Path(tempfile.mkdtemp(prefix="door-"))
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="module")
def door(folder: Path) -> Iterator[int]:
    """The port where machines ask."""
    assert shutil.which("nginx"), "nginx is missing: apt-get install nginx-light"
    port = free_port()
    text = (environment.ROOT / "deploy" / "prometheus" / "nginx.conf").read_text()
    text = text.replace("127.0.0.1:9180", f"{HOST}:{port}").replace("/run/counselling/", f"{folder}/")
    (folder / "nginx.conf").write_text(WHOLE.format(folder=folder, door=text))
    with Ground(settings=ROOMY) as ground:
        words = [sys.executable, "-m", "counselling", "serve", "--socket", str(folder / "1.sock")]
        server = subprocess.Popen(words, env=ground.environment, cwd=environment.ROOT)
        nginx = subprocess.Popen(["nginx", "-c", str(folder / "nginx.conf"), "-p", str(folder)], stderr=subprocess.PIPE)
        try:
            wait_until(lambda: listens(folder / "1.sock") and answers(HOST, port), seconds=60, what="server and door")
            yield port
        finally:
            for process in (nginx, server):
                process.terminate()
                process.communicate(timeout=30)


def listens(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as line:
        return line.connect_ex(os.fspath(path)) == 0


def ask(port: int, path: str) -> tuple[int, str]:
    line = http.client.HTTPConnection(HOST, port, timeout=20)
    try:
        line.request("GET", path)
        answer = line.getresponse()
        return answer.status, answer.read().decode()
    finally:
        line.close()


def test_machines_find_the_numbers_of_a_process_behind_its_socket(door: int) -> None:
    status, page = ask(door, "/1/metrics")

    assert (status, "counselling_sockets" in page) == (200, True)
    assert ask(door, "/1/readyz")[0] == 200


def test_nothing_else_is_behind_that_door(door: int, folder: Path) -> None:
    assert [ask(door, path)[0] for path in ("/", "/1/", "/1/healthz", "/team/", "/1/metrics/x")] == [404] * 5
    assert ask(door, "/2/metrics")[0] == 502  # no such process
    assert "client:" not in (folder / "errors").read_text()
