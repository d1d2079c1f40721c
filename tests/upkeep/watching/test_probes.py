"""The three addresses for machines, as a machine asks for them."""

import json
import shutil
import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from counselling.upkeep.watching import ready
from counselling.upkeep.watching.probes import is_near
from tests.support.server import Ground, Server
from tests.upkeep.watching.conftest import ask

pytestmark = pytest.mark.timeout(120)

WORDS = {
    *(ready.OK, ready.NONE, ready.DOWN, ready.TIMEOUT, ready.UNKNOWN),
    *(ready.BEHIND, ready.WRONG, ready.MISSING, ready.FULL),
}
ALL_OK = {
    "ready": True,
    "database": "ok",
    "migrations": "ok",
    "keys": "ok",
    "redis": "none",
    "disk": "ok",
    "backups": "none",
}


@pytest.fixture(scope="module")
def server(embedded: Ground) -> Iterator[Server]:
    with Server(embedded) as running:
        yield running


def asked_afresh(server: Server) -> dict[str, object]:
    """What /readyz says once the answer of before is no longer good."""
    time.sleep(1.1)
    return dict(ask(server, "/readyz").json)


@pytest.mark.parametrize("host", ["", "elsewhere.example", "10.1.2.3:9"])
@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_probes_need_no_name_no_tls_and_leave_no_cookie(server: Server, path: str, host: str) -> None:
    said = ask(server, path, Host=host)

    assert said.status == 200
    assert {"set-cookie", "location", "server"} & said.headers.keys() == set()
    assert said.headers["cache-control"] == "no-store"


def test_healthz_is_one_word(server: Server) -> None:
    assert ask(server, "/healthz").body == "ok\n"
    assert ask(server, "/healthz", X_Forwarded_For="203.0.113.7").status == 200


def test_readyz_has_one_word_for_each_thing(server: Server) -> None:
    assert ask(server, "/readyz").json == ALL_OK


@pytest.mark.parametrize("header", ["X_Forwarded_For", "Forwarded", "X_Real_IP"])
@pytest.mark.parametrize("path", ["/readyz", "/metrics"])
def test_who_comes_through_the_proxy_finds_nothing(server: Server, path: str, header: str) -> None:
    said = ask(server, path, **{header: "127.0.0.1"})

    assert (said.status, said.body) == (404, "not found\n")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_probes_are_only_looked_at(server: Server, method: str) -> None:
    assert ask(server, "/readyz", method=method).status == 405


def test_head_has_no_body(server: Server) -> None:
    said = ask(server, "/healthz", method="HEAD")

    assert (said.status, said.headers["content-length"], said.body) == (200, "3", "")


@pytest.mark.parametrize("path", ["/healthz/", "/readyz/x", "/metrics/", "/healthz%2f"])
def test_other_addresses_go_on_to_the_pages(server: Server, path: str) -> None:
    assert ask(server, path, X_Forwarded_Proto="https").status in {301, 400, 404}


@pytest.mark.parametrize(
    ("peer", "near"),
    [
        (None, True),  # a Unix socket
        (["127.0.0.1", 5], True),
        (["::1", 5], True),
        (["10.89.0.4", 5], True),
        (["8.8.8.8", 5], False),
        (["2a01:4f8::1", 5], False),
        (["::ffff:8.8.8.8", 5], False),
        (["::ffff:10.1.2.3", 5], True),
        (["what", 5], False),
    ],
)
def test_only_neighbours_are_near(peer: object, near: bool) -> None:
    scope = {"type": "http", "headers": [], "client": peer}
    assert is_near(scope) is near  # type: ignore[arg-type]


def test_a_flood_of_probes_is_answered(server: Server) -> None:
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: ask(server, "/readyz").status, range(200)))

    assert answers == [200] * 200


def test_readyz_says_what_is_wrong_in_one_word_each(tmp_path: Path) -> None:
    with Ground(settings={"COUNSELLING_DISK_FREE_MB": str(10**9)}) as ground:
        ground.settings["COUNSELLING_BACKUP_DIRECTORY"] = str(tmp_path / "gone")
        with Server(ground) as server:
            first = ask(server, "/readyz")
            assert (first.status, first.json["disk"], first.json["backups"]) == (503, "full", "missing")

            key = ground.directory / "master.key"
            shutil.move(key, tmp_path / "aside")
            assert asked_afresh(server)["keys"] == "wrong"
            shutil.move(tmp_path / "aside", key)
            assert asked_afresh(server)["keys"] == "ok"

            forget_a_migration(ground.directory / "counselling.sqlite3")
            said = asked_afresh(server)
            assert said["migrations"] == "behind"
            assert set(said.values()) <= {False, *WORDS}


def forget_a_migration(database: Path) -> None:
    with sqlite3.connect(database) as connection:
        connection.execute("DELETE FROM django_migrations WHERE app = 'blended'")
    connection.close()


def test_nothing_but_words_is_told(server: Server) -> None:
    said = ask(server, "/readyz").body

    assert all(isinstance(value, bool) or value.isalpha() for value in json.loads(said).values())
